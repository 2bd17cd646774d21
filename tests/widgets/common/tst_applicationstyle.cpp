// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/applicationstyle.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_ApplicationStyle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void everyPlaceholderIsFilledInBothThemes() {
        static const QRegularExpression placeholder(QStringLiteral("@\\w*@?"));
        QStringList sheets;
        for (const auto choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            theme::apply(*qApp, choice);  // a sheet that cannot be parsed is a warning
            sheets << applicationStyleSheet();
            const auto rest = placeholder.match(sheets.back());
            QVERIFY2(!rest.hasMatch(), qPrintable(rest.captured()));
            QVERIFY(sheets.back().contains(theme::color(Tone::Text).name()));
        }
        QVERIFY(sheets[0] != sheets[1]);
    }

    void everyPictureItNamesIsThere() {
        static const QRegularExpression url(QStringLiteral("url\\(([^)]*)\\)"));
        for (const auto choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            theme::apply(*qApp, choice);
            auto urls = url.globalMatch(applicationStyleSheet());
            QVERIFY(urls.hasNext());
            while (urls.hasNext()) {
                const QString file = urls.next().captured(1);
                QVERIFY2(QFile::exists(file), qPrintable(file));
            }
        }
    }

    // A misspelt tone would be a rule that no widget ever meets.
    void everyVariantByToneIsATone() {
        QStringList tones;
        for (int tone = 0; tone < kToneCount; ++tone) tones << theme::toneName(static_cast<Tone>(tone));
        static const QRegularExpression variant(QStringLiteral("\\[(?:tone|surface)=\"(\\w+)\"\\]"));
        auto variants = variant.globalMatch(applicationStyleSheet());
        QVERIFY(variants.hasNext());
        while (variants.hasNext()) {
            const QString name = variants.next().captured(1);
            QVERIFY2(tones.contains(name), qPrintable(name));
        }
    }
};

QTEST_MAIN(tst_ApplicationStyle)
#include "tst_applicationstyle.moc"
