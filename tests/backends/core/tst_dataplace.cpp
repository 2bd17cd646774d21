// SPDX-License-Identifier: Apache-2.0
#include "backends/core/dataplace.h"

#include <QTest>

using namespace slipway;

class tst_dataplace : public QObject {
    Q_OBJECT

    static JobSpec trained() {
        JobSpec job;
        TrainSpec train;
        train.data.type = "table";
        train.data.values = {{"input", std::string("rows")}, {"target", std::string("species")}};
        job.work = train;
        job.inputs = {{"other", "other.csv"}, {"rows", "data/rows.csv"}};
        return job;
    }

private Q_SLOTS:
    void whatIsTrained() {
        const auto places = dataPlaces(trained(), "/jobs/irises");
        QVERIFY2(places, places ? "" : describe(places.error()).c_str());
        QCOMPARE(*places,
                 (std::vector<DataPlace>{{"rows", "/jobs/irises/data/rows.csv", "table", "species"}}));
        const auto named = dataPlaces(trained(), "/jobs/irises", "other");
        QVERIFY(named);
        QCOMPARE(*named, (std::vector<DataPlace>{{"other", "/jobs/irises/other.csv", "", ""}}));
    }

    void aProgramsInputs() {
        JobSpec job;
        job.work = ProgramSpec{};
        job.inputs = {{"a", "a"}, {"b", "/data/b"}};
        const auto places = dataPlaces(job, "/jobs/p");
        QVERIFY(places);
        QCOMPARE(*places, (std::vector<DataPlace>{{"a", "/jobs/p/a", "", ""}, {"b", "/data/b", "", ""}}));
    }

    void whatIsNotHere() {
        JobSpec job = trained();
        QCOMPARE(dataPlaces(job, "/jobs/irises", "none").error().code, ErrorCode::NotFound);
        job.inputs[1].source = "pvc://claim/rows.csv";
        const auto away = dataPlaces(job, "/jobs/irises");
        QVERIFY(!away);
        QCOMPARE(away.error().code, ErrorCode::InvalidArgument);
        QVERIFY(away.error().message.find("pvc://claim/rows.csv") != std::string::npos);
        job.inputs.clear();
        QCOMPARE(dataPlaces(job, "/jobs/irises").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_dataplace)
#include "tst_dataplace.moc"
