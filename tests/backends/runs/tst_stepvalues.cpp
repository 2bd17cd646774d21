// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/stepvalues.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace slipway;

class tst_stepvalues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunTellsItsSteps() {
        const QTemporaryDir home;
        const auto folder = RunStore::open(home.path().toStdString())->create({}, "/", TargetId("here"));
        QVERIFY(folder);
        {
            auto writer = EventWriter::open(*folder);
            QVERIFY(writer);
            std::uint64_t seq = 0;
            for (const auto& [step, loss] : {std::pair(1, 0.5), std::pair(2, 0.1 + 0.2)}) {
                const MetricEvent told{step, {{"loss", loss}}};
                QVERIFY(writer->append({folder->record()->id, 1, 0, ++seq, now(), told}));
            }
        }
        const auto values = stepValues(*folder);
        QVERIFY(values);
        QCOMPARE(values->at("loss"), (std::map<std::int64_t, double>{{1, 0.5}, {2, 0.1 + 0.2}}));
    }

    void aRunThatGoesOnReplacesWhatItTellsAgain() {
        const StepValues both = continued({{"loss", {{1, 1}, {2, 2}, {3, 3}}}}, {{"loss", {{3, 4}, {4, 5}}}});
        QCOMPARE(both, (StepValues{{"loss", {{1, 1}, {2, 2}, {3, 4}, {4, 5}}}}));
    }

    void theFirstPartingIsTheOneOfTheLowestStep() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const StepValues whole{{"acc", {{4, 0.5}}}, {"loss", {{1, 1}, {2, nan}, {3, 3}}}};
        QVERIFY(!firstParting(whole, whole));
        StepValues other = whole;
        other["acc"][4] = 0.25;
        other["loss"][3] = std::nextafter(3.0, 4.0);
        const auto parting = firstParting(whole, other);
        QVERIFY(parting);
        QCOMPARE(parting->metric, std::string("loss"));
        QCOMPARE(parting->step, 3);
        QCOMPARE(*parting->first, 3.0);
        QVERIFY(*parting->other > 3.0);
    }

    void aStepThatOnlyOneToldParts() {
        const StepValues whole{{"loss", {{1, 1}, {2, 2}}}};
        const auto missing = firstParting(whole, {{"loss", {{1, 1}}}});
        QVERIFY(missing && missing->step == 2 && missing->first && !missing->other);
        const auto more = firstParting({}, whole);
        QVERIFY(more && more->step == 1 && !more->first && more->other);
    }
};

QTEST_APPLESS_MAIN(tst_stepvalues)
#include "tst_stepvalues.moc"
