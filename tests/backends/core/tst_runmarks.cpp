// SPDX-License-Identifier: Apache-2.0
#include "backends/core/runmarks.h"

#include <QTest>

using namespace slipway;

class tst_runmarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tagsAreWordsOnce() {
        const auto marks = checkedMarks({{"b", "a", "b"}, "  two\nlines \n", " sweep 1 "});
        QVERIFY(marks);
        QCOMPARE(*marks, (RunMarks{{"b", "a"}, "two\nlines", "sweep 1"}));
        QCOMPARE(splitTags(" baseline, lr-3e-4,,old\t"),
                 (std::vector<std::string>{"baseline", "lr-3e-4", "old"}));
        QVERIFY(splitTags(" , ").empty());
    }

    void whatDoesNotFitIsRefused_data() {
        QTest::addColumn<RunMarks>("marks");
        QTest::newRow("blank") << RunMarks{{"two words"}, "", ""};
        QTest::newRow("empty") << RunMarks{{""}, "", ""};
        QTest::newRow("comma") << RunMarks{{"a,b"}, "", ""};
        QTest::newRow("quote") << RunMarks{{"a\"b"}, "", ""};
        QTest::newRow("control") << RunMarks{{"a\x1b"}, "", ""};
        QTest::newRow("long tag") << RunMarks{{std::string(65, 'x')}, "", ""};
        QTest::newRow("long note") << RunMarks{{}, std::string(4097, 'x'), ""};
        QTest::newRow("group of lines") << RunMarks{{}, "", "a\nb"};
        std::vector<std::string> many;
        many.reserve(33);
        for (int i = 0; i < 33; ++i) many.push_back(std::to_string(i));
        QTest::newRow("many") << RunMarks{many, "", ""};
    }
    void whatDoesNotFitIsRefused() {
        QFETCH(RunMarks, marks);
        const auto checked = checkedMarks(marks);
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::InvalidArgument);
    }

    void aChangeLeavesTheRest() {
        const RunMarks before{{"a", "b"}, "why", "sweep"};
        QCOMPARE(*changedMarks(before, {{"c", "b"}, {"a"}, std::nullopt, std::nullopt}),
                 (RunMarks{{"b", "c"}, "why", "sweep"}));
        QCOMPARE(*changedMarks(before, {{}, {}, "", "other"}), (RunMarks{{"a", "b"}, "", "other"}));
        QVERIFY(!changedMarks(before, {{"x y"}, {}, std::nullopt, std::nullopt}));
    }
};

QTEST_APPLESS_MAIN(tst_runmarks)
#include "tst_runmarks.moc"
