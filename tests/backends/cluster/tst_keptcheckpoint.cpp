// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/keptcheckpoint.h"

#include "backends/image/modelartifact.h"
#include "backends/runs/verifiedfiles.h"
#include "clusterrun.h"
#include "registryprocess.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::kube;
namespace fs = std::filesystem;

class tst_KeptCheckpoint : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    RegistryProcess m_registry;
    TargetSettings m_settings;
    std::string m_digest;  // reference of what was sent

    std::string tagOf(const std::string& run) const {
        return m_registry.address() + "/team/mlp:model-" + run;
    }
    static Result<void> fetch(const TargetSettings& settings, const RunFolder& folder) {
        return fetchCheckpoint(settings, folder, [](const TransferProgress&) {}, {});
    }

private Q_SLOTS:
    void initTestCase() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
        QVERIFY2(m_registry.start(), m_registry.log().c_str());
        m_settings.http = makeCurlHttpClient();
        const fs::path saved = m_folder.path().toStdString() + "/saved";
        fs::create_directories(saved);
        std::ofstream(saved / "step-3") << "state";
        const auto pushed =
            pushModel(saved, "mlp", "http://" + tagOf("kept") + "-checkpoint", *m_settings.http, {});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        m_digest = pushed->reference;
    }

    void comesHome_data() {
        QTest::addColumn<bool>("isTold");
        QTest::newRow("told") << true;
        QTest::newRow("nobody listened") << false;
    }
    void comesHome() {
        QFETCH(bool, isTold);
        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([&](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            r.resultReference = tagOf(isTold ? "other" : "kept");
            if (isTold) r.remote[kRemoteCheckpoint] = m_digest;
        }));
        const auto fetched = fetch(m_settings, run.folder);
        QVERIFY2(fetched, fetched ? "" : describe(fetched.error()).c_str());
        std::string text;
        std::ifstream(run.folder.checkpointFolder() / "step-3") >> text;
        QCOMPARE(text, std::string("state"));
        const fs::path folder = run.folder.checkpointFolder();
        const auto verification = [&] { return verificationOf(folder, *verifiedFiles(folder), {}); };
        QVERIFY(verification() == Verification::Right);
        const auto time = fs::last_write_time(folder / "step-3");
        std::ofstream(folder / "step-3") << "stale";
        fs::last_write_time(folder / "step-3", time + std::chrono::nanoseconds(1));
        QVERIFY(verification() == Verification::Changed);
        QVERIFY(fetch(m_settings, run.folder));
        QVERIFY(verification() == Verification::Right);
    }

    void noneWasKept_data() {
        QTest::addColumn<bool>("hasReference");
        QTest::newRow("not in the registry") << true;
        QTest::newRow("no registry") << false;
    }
    void noneWasKept() {
        QFETCH(bool, hasReference);
        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([&](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            if (hasReference) r.resultReference = tagOf("nobody");
        }));
        const auto fetched = fetch(m_settings, run.folder);
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().code, ErrorCode::NotFound);
        QVERIFY2(fetched.error().message.ends_with("kept no checkpoint outside its pods"),
                 fetched.error().message.c_str());
        QVERIFY(!fs::exists(run.folder.checkpointFolder() / "step-3"));
    }

    void aToldOneThatIsGoneSaysSo() {
        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([&](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            r.remote[kRemoteCheckpoint] =
                m_digest.substr(0, m_digest.find('@')) + "@sha256:" + std::string(64, '0');
        }));
        const auto fetched = fetch(m_settings, run.folder);
        QVERIFY(!fetched);
        QVERIFY2(fetched.error().message.find("does not have it") != std::string::npos,
                 fetched.error().message.c_str());
    }

    // The registry has it, and nobody else need be asked.
    void aResultComesHomeThoughNoKubeconfigNamesItsCluster() {
        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            r.status = {RunState::Succeeded, ""};
        }));
        {
            auto writer = EventWriter::open(run.folder);
            QVERIFY(writer->append({run.record().id, 1, 0, 1, now(), ResultEvent{{}, m_digest}}));
        }
        TargetSettings settings = m_settings;
        settings.kubeconfig = m_folder.path().toStdString() + "/none";
        const auto kept = fetchKept(settings, run.folder, [](const TransferProgress&) {}, {});
        QVERIFY2(kept, kept ? "" : describe(kept.error()).c_str());
        QCOMPARE(kept->folder, run.folder.resultFolder());
        QVERIFY(fs::exists(run.folder.resultFolder() / "step-3"));
    }

    void aRunOfThisMachineHasItsOwn() {
        const ClusterRun run;
        QVERIFY(fetch(m_settings, run.folder));
    }

    void whatAResumedRunBeginsWith() {
        const ClusterRun first;
        const RunStore store = *RunStore::open(first.home.path().toStdString());
        const auto end = [](const RunFolder& run, RunState state) {
            QVERIFY(run.update([&](RunRecord& r) { r.status = {state, "exit code 1"}; }));
        };
        end(first.folder, RunState::Failed);
        const auto none = checkpointSource(store, first.folder);
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(!isResumable(store, first.folder));
        fs::create_directories(first.folder.checkpointFolder());
        std::ofstream(first.folder.checkpointFolder() / "step-3") << "state";
        QCOMPARE(checkpointSource(store, first.folder)->path(), first.folder.path());
        QVERIFY(isResumable(store, first.folder));
        end(first.folder, RunState::Succeeded);
        QVERIFY(!isResumable(store, first.folder));

        // One that went on from it and was stopped before it saved its own.
        const RunFolder second = *store.create(first.job, first.home.path().toStdString(), TargetId("here"));
        QVERIFY(second.update([&](RunRecord& r) { r.resumedFrom = first.record().id; }));
        end(second, RunState::Interrupted);
        QCOMPARE(checkpointSource(store, second)->path(), first.folder.path());
        QVERIFY(isResumable(store, second));

        // A program that keeps its checkpoints elsewhere.
        const RunFolder program = *store.create(first.job, first.home.path().toStdString(), TargetId("here"));
        end(program, RunState::Interrupted);
        QCOMPARE(checkpointSource(store, program)->path(), program.path());
    }

    void aRunElsewhereIsResumableOnceItsCheckpointWasSent() {
        const ClusterRun run;
        const RunStore store = *RunStore::open(run.home.path().toStdString());
        run.markSubmitted();
        QVERIFY(!isResumable(store, run.folder));
        QVERIFY(run.folder.update([](RunRecord& r) { r.status = {RunState::Failed, "exit code 1"}; }));
        QVERIFY(!isResumable(store, run.folder));
        QVERIFY(run.folder.update([](RunRecord& r) { r.remote[kRemoteCheckpoint] = "registry/m@sha256:1"; }));
        QVERIFY(isResumable(store, run.folder));
    }
};

QTEST_GUILESS_MAIN(tst_KeptCheckpoint)
#include "tst_keptcheckpoint.moc"
