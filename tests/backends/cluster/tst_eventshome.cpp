// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/eventshome.h"

#include "backends/cluster/keptcheckpoint.h"
#include "backends/image/eventlayer.h"
#include "backends/image/modelartifact.h"
#include "backends/runs/lostevents.h"
#include "backends/supervise/agentplan.h"
#include "clusterrun.h"
#include "fakeapi.h"
#include "registryprocess.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::kube;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kTold = 8;  // by the agent, until it sends the result

Event told(const RunId& run, std::uint64_t seq) {
    const auto base = *parseTimestamp("2026-09-01T10:00:00Z");
    return {run,
            1,
            0,
            seq,
            base + std::chrono::seconds(seq),
            LogEvent{LogEvent::Stream::Stdout, "line " + std::to_string(seq)}};
}

}  // namespace

class tst_EventsHome : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    RegistryProcess m_registry;
    TargetSettings m_settings;

    // What the run's agent has sent from its pod.
    Result<std::string> push(const RunRecord& record, bool isCheckpoint) const {
        const QTemporaryDir pod;
        const RunFolder folder(pod.path().toStdString());
        const fs::path what = isCheckpoint ? folder.checkpointFolder() : folder.resultFolder();
        fs::create_directories(what);
        std::ofstream(what / (isCheckpoint ? "step-3" : "model.txt")) << "weights";
        {
            auto writer = EventWriter::open(folder);
            for (std::uint64_t seq = 1; seq <= kTold; ++seq)
                SLIPWAY_CHECK(writer->append(told(record.id, seq)));
        }
        const fs::path packed = folder.path() / "packed";
        SLIPWAY_CHECK(oci::packLines({folder.eventsFile(0)}, packed, {}));
        const std::string to = "http://" + record.resultReference + (isCheckpoint ? kCheckpointSuffix : "");
        SLIPWAY_TRY(const PushResult pushed, pushModel(what, "mlp", to, *m_settings.http, {},
                                                       {.part = {}, .progress = {}, .events = packed}));
        return pushed.reference;
    }
    // Submitted, and its log lost all but some of what its agent told.
    std::string submitted(const ClusterRun& run, const char* name, bool isCheckpoint = false) const {
        run.markSubmitted();
        (void)run.folder.update([&](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            r.resultReference = m_registry.address() + "/team/mlp:" + name;
        });
        const auto pushed = push(run.record(), isCheckpoint);
        if (!pushed) qFatal("%s", describe(pushed.error()).c_str());
        auto writer = EventWriter::open(run.folder);
        for (const std::uint64_t seq : {std::uint64_t{1}, kTold - 1, kTold})
            (void)writer->append(told(run.record().id, seq));
        return *pushed;
    }
    static void end(const ClusterRun& run, RunState state) {
        QVERIFY(run.folder.update([&](RunRecord& r) { r.status = {state, ""}; }));
    }
    static void tell(const ClusterRun& run, EventBody body) {
        auto writer = EventWriter::open(run.folder);
        QVERIFY(*writer->append(
            {run.record().id, 1, 0, writer->lastSeq(1, 0) + 1, slipway::now(), std::move(body)}));
    }
    static std::vector<std::uint64_t> seqsOf(const ClusterRun& run) {
        std::vector<std::uint64_t> seqs;
        const auto events = *EventReader(run.folder).next();
        seqs.reserve(events.size());
        for (const Event& event : events) seqs.push_back(event.seq);
        return seqs;
    }

private Q_SLOTS:
    void initTestCase() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
        QVERIFY2(m_registry.start(), m_registry.log().c_str());
        m_settings.http = makeCurlHttpClient();
    }

    void comeWithTheResult_data() {
        QTest::addColumn<bool>("isTold");
        QTest::newRow("told") << true;
        QTest::newRow("nobody heard its end") << false;
    }
    void comeWithTheResult() {
        QFETCH(bool, isTold);
        const ClusterRun run;
        const std::string reference = submitted(run, isTold ? "told" : "unheard");
        if (isTold) tell(run, ResultEvent{{}, reference});
        if (isTold) tell(run, SummaryEvent{RunState::Succeeded, "", 0, 1});
        end(run, RunState::Succeeded);
        QCOMPARE(lostEvents(run.folder)->size(), std::size_t{1});
        const auto kept = fetchKept(m_settings, run.folder, [](const TransferProgress&) {}, {});
        QVERIFY2(kept, kept ? "" : describe(kept.error()).c_str());
        QVERIFY(fs::exists(run.folder.resultFolder() / "model.txt"));
        QVERIFY(!fs::exists(run.folder.resultFolder() / ".slipway"));
        QVERIFY(lostEvents(run.folder)->empty());
        const auto seqs = seqsOf(run);
        for (std::size_t i = 0; i < seqs.size(); ++i) QCOMPARE(seqs[i], std::uint64_t(i + 1));
        QCOMPARE(seqs.size(), std::size_t{kTold} + (isTold ? 2 : 1));
        QVERIFY(!fs::exists(run.folder.path() / "events" / "brought.jsonl"));
    }

    void comeWithTheCheckpoint() {
        const ClusterRun run;
        const std::string reference = submitted(run, "stopped", true);
        QVERIFY(run.folder.update([&](RunRecord& r) { r.remote[kRemoteCheckpoint] = reference; }));
        end(run, RunState::Interrupted);
        const auto fetched = fetchCheckpoint(m_settings, run.folder, [](const TransferProgress&) {}, {});
        QVERIFY2(fetched, fetched ? "" : describe(fetched.error()).c_str());
        QVERIFY(lostEvents(run.folder)->empty());
        QCOMPARE(seqsOf(run).size(), std::size_t{kTold});
    }

    // The cluster's last answer says that it is over, and its log has a hole.
    void comeOnceTheRunIsSeenToHaveEnded() {
        const ClusterRun run;
        const std::string reference = submitted(run, "seen");
        tell(run, ResultEvent{{}, reference});
        tell(run, SummaryEvent{RunState::Succeeded, "", 0, 1});
        FakeApi api;
        const auto http = std::make_shared<FakeHttp>([&](const HttpRequest& r) { return api(r); });
        const auto client = std::make_shared<ApiClient>(http, tokenAccess(), instantPacing());
        const TargetInfo info{TargetId("x/team-a"), "", "kubernetes", "x", "team-a", "", ""};
        const auto record = makeKubeObserver(info, client, m_settings.http)->refresh(run.folder, {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Succeeded);
        QVERIFY(lostEvents(run.folder)->empty());
    }

    void areLeftWhereTheyAreWhileTheRunGoesOn() {
        const ClusterRun run;
        const std::string reference = submitted(run, "running");
        QVERIFY(fetchLostEvents(run.folder, "http://" + reference, *m_settings.http, {}));
        QCOMPARE(lostEvents(run.folder)->size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(tst_EventsHome)
#include "tst_eventshome.moc"
