// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/core/jobneeds.h"

using namespace slipway;

class tst_JobNeeds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSchemeIsWhatStandsBeforeTheSlashes() {
        QCOMPARE(schemeOf("s3://bucket/key"), std::string("s3"));
        QCOMPARE(schemeOf("pvc://claim"), std::string("pvc"));
        QCOMPARE(schemeOf("data/a:b.csv"), std::string());
        QCOMPARE(schemeOf(""), std::string());
    }

    void anObjectHasABucketAndAKey() {
        const auto place = objectPlace("s3://lab-data.eu/2026/train rows.csv");
        QVERIFY(place);
        QCOMPARE(place->bucket, std::string("lab-data.eu"));
        QCOMPARE(place->key, std::string("2026/train rows.csv"));
        for (const char* none : {"s3://", "s3://bucket", "s3://bucket/", "s3://bucket/folder/", "s3:///key",
                                 "s3://b/key", "s3://me:key@host/b", "s3://Bucket/key", "s3://bucket/a/../b",
                                 "s3://bucket/..", "s3://bucket/a\nb", "gs://bucket/key", "data/train.csv"})
            QVERIFY2(!objectPlace(none), none);
    }

    void aSecretIsAVariableHere() {
        const EnvVar variable{"TOKEN", "", "hub", "token"};
        QCOMPARE(secretHere(variable, {{"SLIPWAY_SECRET_TOKEN", "a"}, {"TOKEN", "b"}}), std::string("a"));
        QCOMPARE(secretHere(variable, {{"TOKEN", "b"}}), std::string("b"));
        QCOMPARE(secretHere(variable, {{"TOKENS", "b"}}), std::nullopt);
    }

    void whatThisMachineDoesNotHave() {
        JobSpec job;
        job.inputs = {{"files", "data"}, {"volume", "pvc://claim/x"}, {"bucket", "s3://me:key@host/b"}};
        job.env = {{"PLAIN", "1", "", ""}, {"TOKEN", "", "hub", "token"}, {"OTHER", "", "hub", "other"}};
        const auto unmet = unmetHere(job, {{"OTHER", ""}});
        QCOMPARE(unmet.size(), std::size_t{3});
        QCOMPARE(unmet[0].setting, std::string("inputs.volume"));
        QCOMPARE(
            unmet[0].message,
            std::string(
                "the input `volume` is a volume of a cluster (pvc://claim/x), which this machine does not have"));
        QCOMPARE(unmet[1].setting, std::string("inputs.bucket"));
        QCOMPARE(unmet[1].message, std::string("the input `bucket` is at s3://, where no run can read yet"));
        QCOMPARE(unmet[2].setting, std::string("env.TOKEN"));
        QCOMPARE(unmet[2].message, std::string("the secret for TOKEN (hub/token) is not known here"));
        QCOMPARE(unmet[2].nextStep,
                 std::string("set SLIPWAY_SECRET_TOKEN in the environment that starts the run"));
        QVERIFY(unmetHere({}, {}).empty());
    }
};

QTEST_APPLESS_MAIN(tst_JobNeeds)
#include "tst_jobneeds.moc"
