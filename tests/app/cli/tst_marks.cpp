// SPDX-License-Identifier: Apache-2.0
// Runs that are marked and filtered on the command line. They are imported: nothing trains.
#include <QJsonArray>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_marks : public QObject {
    Q_OBJECT
    CliFolder m_folder;

    Said slipway(const QStringList& words) const { return m_folder.slipway(words); }
    QStringList passing(const QString& filter) const {
        QStringList numbers;
        const auto json = slipway({u"runs"_s, u"--filter"_s, filter, u"--json"_s}).json();
        const QJsonArray runs = json.array();
        for (const auto& run : runs) numbers << QString::number(run[u"number"_s].toInt());
        return numbers;
    }

private Q_SLOTS:
    void initTestCase() {
        const Said said = slipway({u"import"_s, QString::fromUtf8(kTestDataDir) + u"/mlflow"_s});
        QVERIFY2(said.status == 0, said.problems);  // #1 fashion/second failed, #2 fashion/first try
    }

    void marksAreKeptAndShown() {
        const Said both =
            slipway({u"mark"_s, u"1"_s, u"2"_s, u"--tag"_s, u"baseline,old"_s, u"--group"_s, u"sweep 1"_s});
        QCOMPARE(both.status, 0);
        SAYS(both.out, "#1  fashion-second\n  tags   baseline, old\n  group  sweep 1\n");
        const Said one = slipway(
            {u"mark"_s, u"2"_s, u"--untag"_s, u"old"_s, u"--note"_s, u"try 3e-4 next"_s, u"--json"_s});
        const QJsonValue marked = one.json().array()[0];
        QCOMPARE(marked[u"tags"_s].toArray(), QJsonArray{u"baseline"_s});
        QCOMPARE(marked[u"note"_s].toString(), u"try 3e-4 next"_s);
        QCOMPARE(marked[u"group"_s].toString(), u"sweep 1"_s);
        SAYS(slipway({u"runs"_s}).out, "baseline, old");
        const Said refused = slipway({u"mark"_s, u"2"_s, u"--tag"_s, QString(65, u'x'), u"--json"_s});
        QCOMPARE(refused.status, 2);
        SAYS(refused.problems, "is no tag");
        QCOMPARE(slipway({u"mark"_s, u"9"_s, u"--tag"_s, u"x"_s}).status, 3);
    }

    void filtersByMarksSettingsAndMetrics() {
        QCOMPARE(passing(u"tag:baseline"_s), (QStringList{u"2"_s, u"1"_s}));
        QCOMPARE(passing(u"tag:old and state = failed"_s), QStringList{u"1"_s});
        QCOMPARE(passing(u"lr = 1e-3 and loss <= 0.5"_s), QStringList{u"2"_s});
        QCOMPARE(passing(u"min.loss < 1"_s), QStringList{u"2"_s});
        QCOMPARE(passing(u"group = \"sweep 1\" second"_s), QStringList{u"1"_s});
        SAYS(slipway({u"runs"_s, u"--filter"_s, u"loss > 100"_s}).out, "No run passes the filter");
        const Said wrong = slipway({u"runs"_s, u"--filter"_s, u"second and los < 1"_s});
        QCOMPARE(wrong.status, 2);
        SAYS(wrong.problems, "column 12: no run has \"los\"; did you mean loss?");
    }
};

QTEST_GUILESS_MAIN(tst_marks)
#include "tst_marks.moc"
