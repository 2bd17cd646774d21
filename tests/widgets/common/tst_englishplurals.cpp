// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/englishplurals.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_EnglishPlurals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void countsAsEnglishDoes() {
        EnglishPlurals plurals;
        QVERIFY(QCoreApplication::installTranslator(&plurals));
        const auto say = [](int n) {
            return QCoreApplication::translate("x", "%n file(s) in %n folder(s)", nullptr, n);
        };
        QCOMPARE(say(1), QStringLiteral("1 file in 1 folder"));
        QCOMPARE(say(0), QStringLiteral("0 files in 0 folders"));
        QCOMPARE(say(12), QStringLiteral("12 files in 12 folders"));
        QCOMPARE(QCoreApplication::translate("x", "Quota(s)"),
                 QStringLiteral("Quota(s)"));  // nothing counted
        QVERIFY(QCoreApplication::removeTranslator(&plurals));
    }

    void leavesTheRestToOtherTranslations() {
        const EnglishPlurals plurals;
        QVERIFY(plurals.translate("x", "%n run", nullptr, 2).isNull());
        QVERIFY(plurals.translate("x", "file(s)", nullptr, -1).isNull());
    }
};

QTEST_MAIN(tst_EnglishPlurals)
#include "tst_englishplurals.moc"
