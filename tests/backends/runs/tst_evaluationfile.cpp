// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/evaluationfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_evaluationfile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    Result<std::optional<EvaluationReport>> read(const QByteArray& text) const {
        QFile file(m_folder.filePath(QStringLiteral("evaluation.json")));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        file.close();
        return readEvaluation(m_folder.path().toStdString());
    }

private Q_SLOTS:
    void thereMayBeNone() {
        const auto report = readEvaluation("/nowhere");
        QVERIFY(report);
        QVERIFY(!report->has_value());
    }

    void readsWhatTheTrainerWrites() {
        const auto read = this->read(
            R"({"samples":6,"accuracy":0.5,"loss":1.25,"classes":[
                {"name":"cat","samples":3,"precision":0.5,"recall":null,"f1":0.25},
                {"name":"dog","samples":3,"precision":1,"recall":0.5,"f1":0.6}],
                "confusion":[[2,1],[0,3]],"groups":[{"name":"day","samples":6,"accuracy":0.5}]})");
        QVERIFY2(read, read ? "" : describe(read.error()).c_str());
        const EvaluationReport& report = **read;
        QCOMPARE(report.samples, 6);
        QCOMPARE(report.scores, (Scores{{"accuracy", 0.5}, {"loss", 1.25}}));
        QCOMPARE(report.classes.size(), std::size_t{2});
        QCOMPARE(report.classes[0].name, std::string("cat"));
        QCOMPARE(report.classes[0].scores,
                 (Scores{{"precision", 0.5}, {"recall", std::nullopt}, {"f1", 0.25}}));
        QCOMPARE(report.confusion, (std::vector<std::vector<std::int64_t>>{{2, 1}, {0, 3}}));
        QCOMPARE(report.groups[0].samples, 6);
    }

    void readsTheWorstPredictions() {
        const auto read = this->read(
            R"({"samples":2,"worst":[
                {"sample":"7","expected":"3","predicted":"8","probability":0.9,
                 "picture":{"width":2,"height":1,"pixels":"YWJjZGVm"}},
                {"sample":"9","expected":"1.5","predicted":"9","values":{"size":"3","colour":"red"}}]})");
        QVERIFY2(read, read ? "" : describe(read.error()).c_str());
        const auto& worst = (*read)->worst;
        QCOMPARE(worst.size(), std::size_t{2});
        QCOMPARE(*worst[0].probability, 0.9);
        QCOMPARE(worst[0].picture->pixels, std::string("abcdef"));
        QCOMPARE(worst[0].picture->width, 2);
        QVERIFY(!worst[1].probability && !worst[1].picture);
        QCOMPARE(worst[1].values[1].first, std::string("colour"));
        QCOMPARE(worst[1].values[1].second, std::string("red"));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("no samples") << QByteArray("{}");
        QTest::newRow("too few samples") << QByteArray(R"({"samples":-1})");
        QTest::newRow("a class without a name") << QByteArray(R"({"samples":1,"classes":[{"samples":1}]})");
        QTest::newRow("a matrix without classes") << QByteArray(R"({"samples":1,"confusion":[[1]]})");
        QTest::newRow("a matrix of one row") << QByteArray(
            R"({"samples":1,"classes":[{"name":"a","samples":1},{"name":"b","samples":1}],"confusion":[[1,0]]})");
        QTest::newRow("a picture that is not full") << QByteArray(
            R"({"samples":1,"worst":[{"sample":"1","expected":"a","predicted":"b","picture":{"width":2,"height":2,"pixels":"YWJj"}}]})");
        QTest::newRow("a huge picture") << QByteArray(
            R"({"samples":1,"worst":[{"sample":"1","expected":"a","predicted":"b","picture":{"width":9000000000,"height":9000000000,"pixels":""}}]})");
        QTest::newRow("a worst sample without a prediction")
            << QByteArray(R"({"samples":1,"worst":[{"sample":"1","expected":"a"}]})");
        QTest::newRow("a ragged matrix")
            << QByteArray(R"({"samples":1,"classes":[{"name":"a","samples":1}],"confusion":[[1,2]]})");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        const auto report = read(text);
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Corrupt);
        QVERIFY(report.error().message.find("evaluation.json") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_evaluationfile)
#include "tst_evaluationfile.moc"
