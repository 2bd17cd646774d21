// SPDX-License-Identifier: GPL-3.0-or-later
// The look in one place: colours by meaning, type, measures. Everything that paints asks here; nothing else names a colour.
// Which of the two themes is in use follows from the application's palette, so a palette change repaints all. GUI thread only.
#pragma once

#include <QColor>
#include <QFont>

class QApplication;

namespace slipway {

enum class Tone : quint8 {
    Window,
    Surface,
    Raised,
    Sunken,
    Line,
    LineStrong,
    Focus,
    Text,
    Muted,
    Disabled,
    Accent,
    AccentHover,
    OnAccent,
    AccentTint,
    Selection,
    Hover,
    Ok,
    OkTint,
    Warn,
    WarnTint,
    Error,
    ErrorTint,
    Waiting,
    WaitingTint,
    Info,
    InfoTint,
    NeutralTint,
    Grid,
    Axis,
    SynKey,
    SynString,
    SynNumber,
    SynComment,
};
inline constexpr int kToneCount = static_cast<int>(Tone::SynComment) + 1;

enum class ThemeChoice : quint8 { System, Light, Dark };
enum class TextRole : quint8 { Small, SmallHeading, Body, Strong, Heading, Title, Page, Mono };

namespace theme {

bool isDark();
QColor color(Tone tone);
QString toneName(Tone tone);
QColor series(int index);
// The measured curve behind its smoothed one: paler, yet as easily seen in both themes.
QColor paleSeries(int index);
QFont font(TextRole role);
// Sets style, palette, font and the one style sheet of the application; may be called again to switch.
void apply(QApplication& application, ThemeChoice choice);

// Device-independent pixels; Qt scales them.
inline constexpr int kTopStrip = 40;
inline constexpr int kRail = 72;
inline constexpr int kDock = 296;
inline constexpr int kPageHeader = 52;
inline constexpr int kTabs = 36;
inline constexpr int kDockHeader = 36;
inline constexpr int kDrawerHeader = 32;
inline constexpr int kDrawerClosed = 28;
inline constexpr int kStatus = 28;
inline constexpr int kTableRow = 28;
inline constexpr int kButton = 28;
inline constexpr int kButtonSmall = 24;
inline constexpr int kChip = 20;
inline constexpr int kLogLine = 18;
inline constexpr int kPadding = 16;
inline constexpr int kListPane = 212;
inline constexpr int kGlyph = 12;
inline constexpr int kRadius = 6;

}  // namespace theme
}  // namespace slipway
