// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/codediff.h"

#include "runfixture.h"

#include <QTest>

#include <fstream>

using namespace slipway;

class tst_codediff : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    RunFolder makeRun(const std::map<std::string, std::string>& code) const {
        RunFolder folder = m_fixture.makeRun();
        for (const auto& [name, text] : code) {
            const auto file = codeFolder(folder) / name;
            std::filesystem::create_directories(file.parent_path());
            std::ofstream(file) << text;
        }
        return folder;
    }

private Q_SLOTS:
    void whatChangedCameAndWent() {
        const auto diff =
            codeDiff(makeRun({{"train.py", "a\n-- b\nc\n"}, {"lib/old.py", "x\n"}, {"same.py", "s\n"}}),
                     makeRun({{"train.py", "a\nB\nc\nd\n"}, {"lib/new one.py", "y\n"}, {"same.py", "s\n"}}));
        QVERIFY2(diff, diff ? "" : describe(diff.error()).c_str());
        QVERIFY(diff->has_value());
        const CodeDiff& told = **diff;
        QCOMPARE(told.files, 3);
        QCOMPARE(told.added, 3);
        QCOMPARE(told.removed, 2);
        QCOMPARE(told.text,
                 std::string("--- lib/new one.py\n+++ lib/new one.py\n@@ -0,0 +1 @@\n+y\n"
                             "--- lib/old.py\n+++ lib/old.py\n@@ -1 +0,0 @@\n-x\n"
                             "--- train.py\n+++ train.py\n@@ -1,3 +1,4 @@\n a\n--- b\n+B\n c\n+d\n"));
        QCOMPARE(codeDiffWords(told), std::string("3 files, +3 −2"));
    }

    void theSame() {
        const auto diff = codeDiff(makeRun({{"train.py", "a\n"}}), makeRun({{"train.py", "a\n"}}));
        QVERIFY(diff && diff->has_value());
        QCOMPARE(**diff, CodeDiff{});
        QCOMPARE(codeDiffWords(**diff), std::string("the same"));
    }

    void withoutCodeThereIsNone() {
        const auto diff = codeDiff(makeRun({{"train.py", "a\n"}}), makeRun({}));
        QVERIFY(diff && !diff->has_value());
    }

    void longDiffsAreCut() {
        std::string text;
        while (text.size() < 2 * kMaxCodeDiff) text += "a line of code that is in one of them alone\n";
        const auto diff = codeDiff(makeRun({{"train.py", "a\n"}}), makeRun({{"train.py", text}}));
        QVERIFY2(diff, diff ? "" : describe(diff.error()).c_str());
        QVERIFY((*diff)->text.size() <= kMaxCodeDiff);
        QVERIFY((*diff)->added > 10000);
    }
};

QTEST_APPLESS_MAIN(tst_codediff)
#include "tst_codediff.moc"
