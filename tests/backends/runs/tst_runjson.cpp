// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runjson.h"

#include <QTest>

using namespace slipway;

namespace {

RunRecord fullRecord() {
    RunRecord record;
    record.id = RunId("fashion-mlp-42-k3x9f");
    record.number = 42;
    record.job = "fashion-mlp";
    record.jobFolder = "/jobs/a \"b\"";
    record.jobFileName = "other.yaml";
    record.target = TargetId("lab/research/gpu");
    record.replicas = 2;
    record.attempt = 3;
    record.created = *parseTimestamp("2026-09-01T10:00:00.000123Z");
    record.started = *parseTimestamp("2026-09-01T10:00:01Z");
    record.ended = *parseTimestamp("2026-09-01T10:00:02Z");
    record.status = {RunState::Failed, "exit code 3"};
    record.isCancelRequested = true;
    record.resumedFrom = RunId("fashion-mlp-41-xxxxx");
    record.image = "registry/repository@sha256:00";
    record.resultReference = "registry/repository@sha256:11";
    record.remote = {{"uid", "8f0c"}, {"kind", "Job"}};
    record.marks = {{"baseline", "lr"}, "why it was\nstarted", "sweep-1"};
    return record;
}

}  // namespace

class tst_runjson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void comesBack() {
        const std::string text = encodeRun(fullRecord());
        const auto back = decodeRun(text);
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QCOMPARE(encodeRun(*back), text);
        QCOMPARE(back->status, (RunStatus{RunState::Failed, "exit code 3"}));
        QCOMPARE(back->remote.at("uid"), std::string("8f0c"));
        QCOMPARE(back->marks, fullRecord().marks);
        QVERIFY(back->isCancelRequested && back->resumedFrom && back->ended);

        RunRecord small = fullRecord();
        small.started = small.ended = std::nullopt;
        small.resumedFrom = std::nullopt;
        small.isCancelRequested = false;
        QCOMPARE(encodeRun(*decodeRun(encodeRun(small))), encodeRun(small));
        QVERIFY(!decodeRun(encodeRun(small))->started);
    }

    void damageIsNamed_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("newer") << QByteArray("\"version\": 1") << QByteArray("\"version\": 2")
                               << QByteArray("newer version");
        QTest::newRow("state") << QByteArray("\"failed\"") << QByteArray("\"happy\"")
                               << QByteArray("no state");
        QTest::newRow("number") << QByteArray("\"number\": 42") << QByteArray("\"number\": \"x\"")
                                << QByteArray("\"number\"");
        QTest::newRow("negative") << QByteArray("\"number\": 42") << QByteArray("\"number\": -1")
                                  << QByteArray("out of range");
        QTest::newRow("time") << QByteArray("2026-09-01T10:00:01") << QByteArray("2026-99")
                              << QByteArray("\"started\" is no time");
        QTest::newRow("remote") << QByteArray("\"8f0c\"") << QByteArray("[]") << QByteArray("\"remote\"");
        QTest::newRow("tags") << QByteArray("\"baseline\"") << QByteArray("7") << QByteArray("\"tags\"");
        QTest::newRow("note") << QByteArray("\"note\": \"") << QByteArray("\"note\": 7, \"x\": \"")
                              << QByteArray("\"note\"");
        QTest::newRow("cut") << QByteArray("}\n") << QByteArray("") << QByteArray("no JSON object");
    }
    void damageIsNamed() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, reason);
        QByteArray text = QByteArray::fromStdString(encodeRun(fullRecord()));
        QVERIFY(text.contains(from));
        text.replace(from, to);
        const auto record = decodeRun(text.toStdString());
        QVERIFY(!record);
        QCOMPARE(record.error().code, ErrorCode::Corrupt);
        QVERIFY2(record.error().message.find(reason.toStdString()) != std::string::npos,
                 record.error().message.c_str());
    }

    void unknownFieldsAreSkipped() {
        std::string text = encodeRun(fullRecord());
        text.insert(1, "\"colour\": [1, 2],");
        QVERIFY(decodeRun(text));
        QVERIFY(!decodeRun(""));
        QVERIFY(!decodeRun("[]"));
    }
};

QTEST_APPLESS_MAIN(tst_runjson)
#include "tst_runjson.moc"
