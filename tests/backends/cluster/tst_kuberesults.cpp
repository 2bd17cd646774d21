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
};

QTEST_APPLESS_MAIN(tst_kuberesults)
#include "tst_kuberesults.moc"
