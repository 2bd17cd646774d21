// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "widgets/common/applicationstyle.h"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPalette>
#include <QStyle>

#include <array>

// A static library's resources are only there when someone asks for them; the macro wants the global namespace.
static void initResources() { Q_INIT_RESOURCE(slipway); }

namespace slipway::theme {
namespace {

struct Pair {
    Tone tone;
    const char* name;
    QRgb light;
    QRgb dark;
};

// The target pictures' values; each text colour holds 4.5:1 on every surface it stands on.
constexpr std::array<Pair, kToneCount> kTones{{
    {Tone::Window, "window", 0xffF4F5F7, 0xff15181C},
    {Tone::Surface, "surface", 0xffFFFFFF, 0xff1B1F24},
    {Tone::Raised, "raised", 0xffFAFBFC, 0xff22272D},
    {Tone::Sunken, "sunken", 0xffECEFF2, 0xff121417},
    {Tone::Line, "line", 0xffE2E5E9, 0xff2C323A},
    {Tone::LineStrong, "lineStrong", 0xffC4CAD2, 0xff47505B},
    {Tone::Focus, "focus", 0xff1F62C8, 0xff74ADFF},
    {Tone::Text, "text", 0xff1B2027, 0xffE4E8EC},
    {Tone::Muted, "muted", 0xff59626F, 0xff9DA7B3},
    {Tone::Disabled, "disabled", 0xff8C95A1, 0xff69737F},
    {Tone::Accent, "accent", 0xff1F62C8, 0xff74ADFF},
    {Tone::AccentHover, "accentHover", 0xff1A55B0, 0xff8FBDFF},
    {Tone::OnAccent, "onAccent", 0xffFFFFFF, 0xff0B1B33},
    {Tone::AccentTint, "accentTint", 0xffE8F0FC, 0xff1C2C45},
    {Tone::Selection, "selection", 0xffDCE8FA, 0xff22385A},
    {Tone::Hover, "hover", 0xffEEF1F4, 0xff262B32},
    {Tone::Ok, "ok", 0xff187347, 0xff55C592},
    {Tone::OkTint, "okTint", 0xffE5F4EC, 0xff173126},
    {Tone::Warn, "warn", 0xff8A5600, 0xffE3B04F},
    {Tone::WarnTint, "warnTint", 0xffFCF2DB, 0xff352B16},
    {Tone::Error, "error", 0xffC02B27, 0xffFF8078},
    {Tone::ErrorTint, "errorTint", 0xffFCEAE9, 0xff3B2020},
    {Tone::Waiting, "waiting", 0xff6A4BB8, 0xffB7A0F5},
    {Tone::WaitingTint, "waitingTint", 0xffF0EBFA, 0xff2B2542},
    {Tone::Info, "info", 0xff1A6796, 0xff69B9E6},
    {Tone::InfoTint, "infoTint", 0xffE5F1F8, 0xff17303F},
    {Tone::NeutralTint, "neutralTint", 0xffECEFF2, 0xff2A3038},
    {Tone::Grid, "grid", 0xffECEEF1, 0xff272D34},
    {Tone::Axis, "axis", 0xff59626F, 0xff9DA7B3},
    {Tone::SynKey, "synKey", 0xff1A5FB4, 0xff7DB4FF},
    {Tone::SynString, "synString", 0xff187347, 0xff7CC9A0},
    {Tone::SynNumber, "synNumber", 0xff9A3E8C, 0xffE09AD6},
    {Tone::SynComment, "synComment", 0xff626B77, 0xff8D97A3},
}};

// One set for both themes, at least 3:1 on both surfaces.
constexpr std::array<QRgb, 10> kSeries{0xff3B7DD8, 0xffD9772B, 0xff2E9E6B, 0xff8E6BD1, 0xffD0507F,
                                       0xff1E96A6, 0xffA1861C, 0xffA8694A, 0xff6C9A35, 0xff78828F};

QRgb value(Tone tone, bool dark) {
    const Pair& pair = kTones.at(static_cast<std::size_t>(tone));
    return dark ? pair.dark : pair.light;
}

QPalette palette(bool dark) {
    const auto of = [dark](Tone tone) { return QColor::fromRgb(value(tone, dark)); };
    QPalette result;
    result.setColor(QPalette::Window, of(Tone::Window));
    result.setColor(QPalette::WindowText, of(Tone::Text));
    result.setColor(QPalette::Base, of(Tone::Surface));
    result.setColor(QPalette::AlternateBase, of(Tone::Raised));
    result.setColor(QPalette::Text, of(Tone::Text));
    result.setColor(QPalette::PlaceholderText, of(Tone::Muted));
    result.setColor(QPalette::Button, of(Tone::Surface));
    result.setColor(QPalette::ButtonText, of(Tone::Text));
    result.setColor(QPalette::BrightText, of(Tone::Error));
    result.setColor(QPalette::Highlight, of(Tone::Selection));
    result.setColor(QPalette::HighlightedText, of(Tone::Text));
    result.setColor(QPalette::Link, of(Tone::Accent));
    result.setColor(QPalette::LinkVisited, of(Tone::Accent));
    result.setColor(QPalette::ToolTipBase, of(Tone::Raised));
    result.setColor(QPalette::ToolTipText, of(Tone::Text));
    result.setColor(QPalette::Light, of(Tone::Surface));
    result.setColor(QPalette::Midlight, of(Tone::Hover));
    result.setColor(QPalette::Mid, of(Tone::Line));
    result.setColor(QPalette::Dark, of(Tone::LineStrong));
    result.setColor(QPalette::Shadow, of(Tone::LineStrong));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, of(Tone::Disabled));
    return result;
}

// The desktop's own font. Where no desktop names one, Qt says `alias`; then the font that the window was drawn with is better, if it
// is installed, than the first that the alias leads to.
QFont systemFont(QFontDatabase::SystemFont which, const QString& alias, const QString& preferred) {
    QFont result = QFontDatabase::systemFont(which);
    if (result.family() == alias && QFontDatabase::hasFamily(preferred)) result.setFamily(preferred);
    return result;
}

QFont fixedFont() {
    static const QFont font =
        systemFont(QFontDatabase::FixedFont, QStringLiteral("monospace"), QStringLiteral("JetBrains Mono"));
    return font;
}

bool isDarkWindow(const QPalette& palette) { return palette.color(QPalette::Window).lightness() < 128; }

}  // namespace

bool isDark() { return isDarkWindow(QGuiApplication::palette()); }

QColor color(Tone tone) { return QColor::fromRgb(value(tone, isDark())); }

QString toneName(Tone tone) { return QString::fromLatin1(kTones.at(static_cast<std::size_t>(tone)).name); }

QColor series(int index) {
    return QColor::fromRgb(kSeries.at(static_cast<std::size_t>(index) % kSeries.size()));
}

QColor paleSeries(int index) {
    QColor color = series(index);
    color.setAlphaF(isDark() ? 0.5F : 0.3F);
    return color;
}

QFont font(TextRole role) {
    QFont result = role == TextRole::Mono ? fixedFont() : QGuiApplication::font();
    int pixels = 13;
    QFont::Weight weight = QFont::Normal;
    switch (role) {
        case TextRole::Small: pixels = 11; break;
        case TextRole::SmallHeading:
            pixels = 11;
            weight = QFont::DemiBold;
            break;
        case TextRole::Body: break;
        case TextRole::Strong: weight = QFont::Medium; break;
        case TextRole::Heading: weight = QFont::DemiBold; break;
        case TextRole::Title:
            pixels = 15;
            weight = QFont::DemiBold;
            break;
        case TextRole::Page:
            pixels = 20;
            weight = QFont::DemiBold;
            break;
        case TextRole::Mono: pixels = 12; break;
    }
    result.setPixelSize(pixels);
    result.setWeight(weight);
    return result;
}

void apply(QApplication& application, ThemeChoice choice) {
    initResources();
    bool dark = choice == ThemeChoice::Dark;
    if (choice == ThemeChoice::System) {
        QApplication::setPalette(QPalette());  // back to what the desktop says
        dark = isDarkWindow(QApplication::palette());
    }
    QFont body =
        systemFont(QFontDatabase::GeneralFont, QStringLiteral("Sans Serif"), QStringLiteral("Inter"));
    body.setPixelSize(13);
    QApplication::setFont(body);
    QApplication::setPalette(palette(dark));
    application.setStyleSheet(applicationStyleSheet());
}

}  // namespace slipway::theme
