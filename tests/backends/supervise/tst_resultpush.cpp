// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/resultpush.h"

#include "backends/image/modelartifact.h"
#include "backends/platform/files.h"
#include "registryprocess.h"
#include "scriptedserver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_resultpush : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    AgentPlan planFor(const std::string& to) const {
        AgentPlan plan;
        plan.job.name = "probe";
        plan.runFolder = m_folder.path().toStdString();
        plan.resultReference = to;
        plan.isResultPlainHttp = true;
        return plan;
    }
    static bool hasRegistry() { return RegistryProcess::isInstalled() || qEnvironmentVariableIsSet("CI"); }
    static void write(const fs::path& file, const std::string& text) {
        static_cast<void>(makeFolders(file.parent_path()));
        static_cast<void>(writeFileAtomically(file, text));
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
        const fs::path run = planFor("").runFolder;
        write(run / "result" / "model", "weights");
        write(run / "checkpoints" / "step-1" / "state", "one");
        write(run / "checkpoints" / "step-2" / "state", "two");
        write(run / "checkpoints" / "step-20", "twenty");
        write(run / "other" / "step-3", "three");
    }

    void patienceStartsAnewWithWhatGetsThrough() {
        using std::chrono::minutes;
        const SendPatience::Clock::time_point begin{};
        SendPatience patience(minutes(10));
        QVERIFY(!patience.isOver({}, begin + minutes(60)));  // nothing is sent yet
        patience.begin(begin);
        QVERIFY(!patience.isOver({}, begin + minutes(9)));
        QVERIFY(!patience.isOver(Bytes{100}, begin + minutes(9)));
        QVERIFY(!patience.isOver(Bytes{200}, begin + minutes(18)));
        QVERIFY(!patience.isOver(Bytes{200}, begin + minutes(27)));
        QVERIFY(patience.isOver(Bytes{200}, begin + minutes(28)));
        // What is sent next shares it: only what gets through of that moves the end on.
        patience.begin(begin + minutes(27));
        QVERIFY(patience.isOver({}, begin + minutes(28)));
        QVERIFY(!patience.isOver(Bytes{50}, begin + minutes(28)));
        QVERIFY(!patience.isOver(Bytes{50}, begin + minutes(37)));
        QVERIFY(patience.isOver(Bytes{50}, begin + minutes(38)));
    }

    void tellsTheMostThatAnyTryGotThrough() {
        std::atomic<int> asked = 0;
        // It has the file, and answers nothing else.
        ScriptedServer registry(
            [&](const ScriptedServer::Request& request, ScriptedServer::Connection& connection) {
                if (request.method == "HEAD" && asked++ == 0) connection.answer(200, "");
                connection.close();
            });
        ResultPush push(outgoingResult(planFor("127.0.0.1:" + std::to_string(registry.port()) + "/m/p:a")));
        QTRY_VERIFY_WITH_TIMEOUT(push.words().ends_with("; trying again"), 20000);
        QCOMPARE(push.sent().count, std::int64_t{7});
        push.stop();
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 1000);
        QVERIFY(!push.finish());
    }

    void badReferencesAreNotTriedAgain() {
        ResultPush push(outgoingResult(planFor("not a reference")));
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 1000);
        QCOMPARE(push.finish().error().code, ErrorCode::InvalidArgument);
    }

    void waitingForARegistryCanBeStopped() {
        // Nobody listens on port 1.
        ResultPush push(outgoingResult(planFor("127.0.0.1:1/models/probe:a")));
        QTRY_VERIFY_WITH_TIMEOUT(push.words().ends_with("; trying again"), 10000);
        QVERIFY(!push.isDone());
        QCOMPARE(push.sent().count, std::int64_t{0});
        push.stop();
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 1000);
        // Why it was not sent says more than that it was stopped.
        const auto pushed = push.finish();
        QCOMPARE(pushed.error().code, ErrorCode::Unavailable);
    }

    void aRegistryThatDoesNotAnswerCanBeStopped() {
        ScriptedServer registry([](const ScriptedServer::Request&, ScriptedServer::Connection& connection) {
            connection.waitForClient();
        });
        ResultPush push(outgoingResult(planFor("127.0.0.1:" + std::to_string(registry.port()) + "/m/p:a")));
        QTRY_VERIFY(!registry.requests().empty());
        push.stop();
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 1000);
        QCOMPARE(push.finish().error().code, ErrorCode::Cancelled);
    }

    void aRegistryThatComesBackGetsIt() {
        if (!hasRegistry()) QSKIP("docker-registry is not installed");
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        registry.stop();
        ResultPush push(outgoingResult(planFor(registry.address() + "/models/probe:model-1")));
        QTRY_VERIFY_WITH_TIMEOUT(push.words().ends_with("; trying again"), 10000);
        QVERIFY2(registry.start(), registry.log().c_str());
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 20000);
        QCOMPARE(push.words(), std::string("7 B of 7 B"));
        const auto pushed = push.finish();
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        const auto http = makeCurlHttpClient();
        const auto pulled = pullModel("http://" + *pushed, planFor("").runFolder / "pulled", *http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        QCOMPARE(pulled->front().path, std::string("model"));
    }

    void aCheckpointGoesAlone_data() {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QList<QByteArray>>("files");
        const auto row = [](const char* path, const QList<QByteArray>& files) {
            QTest::newRow(path) << QByteArray(path) << files;
        };
        row("checkpoints/step-2", {"step-2/state"});
        row("checkpoints/./step-2/", {"step-2/state"});
        row("checkpoints/step-20", {"step-20"});
        row("checkpoints", {"step-1/state", "step-2/state", "step-20"});
        // Where a run that goes on looks for it.
        row("other/step-3", {"step-3"});
    }
    void aCheckpointGoesAlone() {
        if (!hasRegistry()) QSKIP("docker-registry is not installed");
        QFETCH(QByteArray, path);
        QFETCH(QList<QByteArray>, files);
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        const std::string reference = registry.address() + "/models/probe:model-1";
        ResultPush push(outgoingCheckpoint(planFor(reference), {2, path.toStdString()}));
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 20000);
        const auto pushed = push.finish();
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        const QTemporaryDir home;
        const auto http = makeCurlHttpClient();
        const auto pulled = pullModel("http://" + reference + "-checkpoint",
                                      home.path().toStdString() + "/checkpoints", *http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        QList<QByteArray> names;
        for (const ResultFile& file : *pulled) names.push_back(QByteArray::fromStdString(file.path));
        QCOMPARE(names, files);
    }

    void aCheckpointThatIsGoneIsAnError() {
        ResultPush push(outgoingCheckpoint(planFor("127.0.0.1:1/m/p:a"), {9, "checkpoints/step-9"}));
        QTRY_VERIFY_WITH_TIMEOUT(push.isDone(), 1000);
        QCOMPARE(push.finish().error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(tst_resultpush)
#include "tst_resultpush.moc"
