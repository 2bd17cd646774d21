// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/events/eventcodec.h"
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

class tst_kuberesults : public QObject {
    Q_OBJECT

    static constexpr int kFiles = 300;

private Q_SLOTS:
    void everyFileThatWasToldIsCompared_data() {
        QTest::addColumn<int>("damaged");
        QTest::newRow("all as told") << -1;
        QTest::newRow("in the first piece") << 0;
        QTest::newRow("in the last piece") << kFiles - 1;
    }
    void everyFileThatWasToldIsCompared() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        QFETCH(int, damaged);
        const QTemporaryDir folder;
        qputenv("DOCKER_CONFIG", folder.path().toUtf8());
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        const auto http = makeCurlHttpClient();
        const fs::path saved = folder.path().toStdString() + "/saved";
        fs::create_directories(saved);
        for (int i = 0; i < kFiles; ++i)
            std::ofstream(saved / ("shard-" + std::to_string(1000 + i))) << "weights";
        const auto pushed =
            pushModel(saved, "mlp", "http://" + registry.address() + "/team/mlp:model", *http, {});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        const auto pulled =
            pullModel("http://" + pushed->reference, folder.path().toStdString() + "/told", *http, {}, {});
        QVERIFY2(pulled, pulled ? "" : describe(pulled.error()).c_str());
        std::vector<ResultFile> told(pulled->begin(), pulled->end());
        QCOMPARE(told.size(), std::size_t{kFiles});
        if (damaged >= 0) told[std::size_t(damaged)].digest = Digest("sha256:" + std::string(64, '0'));

        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([](RunRecord& r) { r.remote[kRemotePlainHttp] = "1"; }));
        {
            auto writer = EventWriter::open(run.folder);
            std::uint64_t seq = 0;
            const auto pieces = splitBody(ResultEvent{told, pushed->reference});
            QVERIFY(pieces.size() > 1);
            for (const EventBody& piece : pieces)
                QVERIFY(writer->append({run.record().id, 1, 0, ++seq, now(), piece}));
        }
        const auto fetched = makeKubeResultSource(http)->fetch(run.folder, [](Bytes, Bytes) {}, {});
        QCOMPARE(bool(fetched), damaged < 0);
        const auto verification = [&] {
            const fs::path result = run.folder.resultFolder();
            return verificationOf(result, *verifiedFiles(result), told);
        };
        QVERIFY(verification() == (fetched ? Verification::Right : Verification::None));
        if (fetched) {
            const fs::path file = run.folder.resultFolder() / told[7].path;
            std::ofstream(file) << "weightz";
            QVERIFY(verification() == Verification::Changed);
            QVERIFY(makeKubeResultSource(http)->fetch(run.folder, [](Bytes, Bytes) {}, {}));
            QVERIFY(verification() == Verification::Right);
            return;
        }
        QCOMPARE(fetched.error().code, ErrorCode::Corrupt);
        QVERIFY2(fetched.error().message.find(told[std::size_t(damaged)].path) != std::string::npos,
                 fetched.error().message.c_str());
    }

    void aResultThatNobodyHeardOf_data() {
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<bool>("isOver");
        QTest::newRow("the registry has it") << true << true;
        QTest::newRow("the registry has none") << false << true;
        QTest::newRow("what it has while the run goes on") << true << false;
    }
    void aResultThatNobodyHeardOf() {
        if (!RegistryProcess::isInstalled() && !qEnvironmentVariableIsSet("CI"))
            QSKIP("docker-registry is not installed");
        QFETCH(bool, isThere);
        QFETCH(bool, isOver);
        const QTemporaryDir folder;
        qputenv("DOCKER_CONFIG", folder.path().toUtf8());
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        const auto http = makeCurlHttpClient();
        const fs::path saved = folder.path().toStdString() + "/saved";
        fs::create_directories(saved);
        std::ofstream(saved / "model.txt") << "weights";
        const std::string reference = registry.address() + "/team/mlp:model-1";
        if (isThere) QVERIFY(pushModel(saved, "mlp", "http://" + reference, *http, {}));

        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([&](RunRecord& r) {
            r.remote[kRemotePlainHttp] = "1";
            r.resultReference = reference;
            if (isOver) r.status = {RunState::Lost, "the job was deleted in the cluster"};
        }));
        const auto results = makeKubeResultSource(http);
        const auto fetched = results->fetch(run.folder, [](Bytes, Bytes) {}, {});
        if (!isThere || !isOver) {
            QVERIFY(!fetched);
            QCOMPARE(fetched.error().code, ErrorCode::NotFound);
            QVERIFY(fetched.error().message.ends_with("has saved no result"));
            return;
        }
        QVERIFY2(fetched, fetched ? "" : describe(fetched.error()).c_str());
        QVERIFY(fs::exists(run.folder.resultFolder() / "model.txt"));
        // What it holds is known from now on, and what is fetched again is compared with it.
        const auto events = EventReader(run.folder).next();
        const auto& noted = std::get<ResultEvent>(events->back().body);
        QCOMPARE(noted.files.size(), std::size_t{1});
        QCOMPARE(noted.files.front().path, std::string("model.txt"));
        QVERIFY(results->fetch(run.folder, [](Bytes, Bytes) {}, {}));
        std::ofstream(saved / "model.txt") << "others";
        QVERIFY(pushModel(saved, "mlp", "http://" + reference, *http, {}));
        QCOMPARE(results->fetch(run.folder, [](Bytes, Bytes) {}, {}).error().code, ErrorCode::Corrupt);
    }

    // Its agent told the end and no result: the registry need not be asked.
    void aRunThatWasHeardToTheEndHasWhatItTold() {
        const ClusterRun run;
        run.markSubmitted();
        QVERIFY(run.folder.update([](RunRecord& r) {
            r.resultReference = "127.0.0.1:1/team/mlp:model-1";
            r.status = {RunState::Succeeded, ""};
        }));
        QVERIFY(EventWriter::open(run.folder)
                    ->append({run.record().id, 1, 0, 1, now(), SummaryEvent{RunState::Succeeded, "", 0, 1}}));
        const auto fetched =
            makeKubeResultSource(makeCurlHttpClient())->fetch(run.folder, [](Bytes, Bytes) {}, {});
        QCOMPARE(fetched.error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_kuberesults)
#include "tst_kuberesults.moc"
