// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/panels/codediffpanel.h"

#include <QApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTest>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_CodeDiffPanel : public QObject {
    Q_OBJECT

    static RunComparisonPtr compared(std::vector<std::optional<CodeDiff>> code) {
        RunComparison comparison;
        for (int number = 1; number <= static_cast<int>(code.size()) + 1; ++number)
            comparison.runs.push_back(record(number, RunState::Succeeded));
        comparison.code = std::move(code);
        return std::make_shared<const RunComparison>(std::move(comparison));
    }
    static bool says(const CodeDiffPanel& panel, const QString& text) {
        for (const QLabel* label : panel.findChildren<QLabel*>())
            if (label->text() == text) return true;
        return false;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void changesAreShownRunByRun() {
        CodeDiffPanel panel;
        panel.showComparison(compared({CodeDiff{1, 1, 1, "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\n+y\n"},
                                       std::nullopt, CodeDiff{}, CodeDiff{1, 2, 0, "--- b.py\n+++ b.py\n"}}));
        panel.resize(500, 300);
        panel.show();
        QVERIFY(says(panel, u"#2 against #1: 1 file, +1 −1"_s));
        QVERIFY(panel.view()->toPlainText().contains(u"+y"_s));
        QVERIFY(!panel.grab().isNull());
        auto* runs = panel.findChild<SegmentedControl*>();
        QVERIFY(runs->isVisible());
        runs->setFocus();
        QTest::keyClick(runs, Qt::Key_Right);
        QVERIFY(says(panel, u"#5 against #1: 1 file, +2 −0"_s));
        QVERIFY(panel.view()->toPlainText().startsWith(u"--- b.py"_s));
    }

    void isHiddenWhereThereIsNothingToShow() {
        CodeDiffPanel panel;
        QVERIFY(panel.isHidden());
        panel.showComparison(compared({CodeDiff{1, 1, 0, "--- a\n"}}));
        QVERIFY(!panel.isHidden());
        QVERIFY(panel.findChild<SegmentedControl*>()->isHidden());
        panel.showComparison(compared({CodeDiff{}, std::nullopt}));
        QVERIFY(panel.isHidden());
        panel.showComparison(nullptr);
        QVERIFY(panel.isHidden());
        QCOMPARE(panel.view()->toPlainText(), QString());
    }
};

QTEST_MAIN(tst_CodeDiffPanel)
#include "tst_codediffpanel.moc"
