// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/itemmodels/loglistmodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

LogLine line(int seconds, int rank, const std::string& text, LogLevel level = LogLevel::Info) {
    return {at(seconds), rank, level, text};
}

}  // namespace

class tst_LogListModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void equalLinesOfRanksFold() {
        LogListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append({line(1, 0, "step 10"), line(1, 1, "step 10")});
        model.append({line(1, 2, "step 10"), line(2, 0, "step 20")});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data(LogListModel::RanksRole).toString(), QStringLiteral("0–2"));
        QCOMPARE(model.totalLines(), std::size_t{4});
    }

    void isBounded() {
        LogListModel model(nullptr, 10);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<LogLine> lines;
        lines.reserve(35);
        for (int at = 0; at < 35; ++at) lines.push_back(line(at, 0, "line " + std::to_string(at)));
        model.append({lines.begin(), lines.begin() + 8});
        model.append({lines.begin() + 8, lines.end()});
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(model.index(9).data().toString(), QStringLiteral("line 34"));
        QCOMPARE(model.totalLines(), std::size_t{35});
    }

    void filtersAndFinds() {
        LogListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append({line(1, 0, "start"), line(2, 1, "slow rank", LogLevel::Warning), line(3, 0, "end")});
        QCOMPARE(model.warnings(), std::size_t{1});
        QCOMPARE(model.find(QStringLiteral("END"), 0, 1), 2);
        QCOMPARE(model.find(QStringLiteral("nothing"), 0, 1), -1);
        model.setLevel(LogLevel::Warning);
        QCOMPARE(model.rowCount(), 1);
        model.setLevel(LogLevel::Info);
        model.setRank(0);
        QCOMPARE(model.rowCount(), 2);
        model.setRank(std::nullopt);
        model.setWords(QStringLiteral("slow"));
        QCOMPARE(model.rowCount(), 1);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void ranksInWords() {
        QCOMPARE(ranksText({0, 1, 2, 3, 6}), QStringLiteral("0–3, 6"));
        QCOMPARE(ranksText({4, 5}), QStringLiteral("4, 5"));
    }
};

QTEST_GUILESS_MAIN(tst_LogListModel)
#include "tst_loglistmodel.moc"
