// SPDX-License-Identifier: Apache-2.0
// Inputs in a real object store (versitygw, which speaks S3 over a folder and checks every signature): a table is brought and trained
// with here, once for all runs, and in a pod, which gets its keys from a secret.
#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "backends/runs/runstore.h"
#include "childprocess.h"
#include "clusterfixture.h"
#include "freeport.h"

#include <QFile>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

class tst_ClusterObjects : public QObject {
    Q_OBJECT

    static constexpr const char* kSecret = "a-long-secret-key";
    static constexpr auto kLong = std::chrono::minutes(4);
    std::unique_ptr<ClusterFixture> m_cluster;
    QTemporaryDir m_folder;
    ChildProcess m_store;
    std::string m_endpoint;

    fs::path folder() const { return m_folder.path().toStdString(); }
    std::string job(const std::string& name, const std::string& env) const {
        const std::string text =
            "name: " + name +
            "\ninputs: {rows: 's3://lab-data/2026/train rows.csv'}\ntrain:\n  network: {type: mlp, hidden: [8]}\n"
            "  data: {type: table, input: rows, target: kind}\n  batch: 16\n  steps: 20\n" +
            env + "resources: {cpu: 500m, memory: 1Gi}\ngrace: 5s\n";
        if (!makeFolders(folder() / name) || !writeFileAtomically(folder() / name / "job.yaml", text))
            qFatal("cannot write");
        return (folder() / name).string();
    }
    CommandOutput slipway(std::vector<std::string> words, const std::string& secret) const {
        SpawnOptions options;
        options.command = {std::string(kBinDir) + "/slipway", "--home", m_cluster->settings().home.string(),
                           "--kubeconfig", m_cluster->settings().kubeconfig};
        options.command.insert(options.command.end(), words.begin(), words.end());
        options.environment = currentEnvironment();
        options.environment.insert(
            options.environment.end(),
            {"AWS_ENDPOINT_URL=" + m_endpoint, "AWS_ACCESS_KEY_ID=alice", "AWS_SECRET_ACCESS_KEY=" + secret});
        auto ran = runCommand(options, kLong);
        if (!ran) qFatal("%s", describe(ran.error()).c_str());
        return *std::move(ran);
    }
    std::string said(const std::string& run) const { return slipway({"logs", run}, kSecret).out; }

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_cluster = ClusterFixture::find(reason);
        if (!m_cluster) QSKIP(reason.c_str());
        if (!QFile::exists(QString::fromUtf8(kBinDir) + u"/slipway-runner"_s))
            QSKIP("built without the runner");
        std::string rows = "a,b,kind\n";
        for (int row = 0; row < 200; ++row)
            rows += std::to_string(row % 10 + row % 2 * 5) + "," + std::to_string(row % 7) + ",k" +
                    std::to_string(row % 2) + "\n";
        const fs::path bucket = folder() / "store" / "lab-data";
        QVERIFY(makeFolders(bucket / "2026"));
        QVERIFY(writeFileAtomically(bucket / "2026" / "train rows.csv", rows));
        // Where pods reach the registry they reach this, too.
        const std::string registry = m_cluster->registry();
        const std::string address =
            registry.substr(0, registry.rfind(':')) + ":" + std::to_string(freePort());
        m_endpoint = "http://" + address;
        QVERIFY(m_store.start({std::string(kSourceDir) + "/build/cluster/bin/versitygw", "--access", "alice",
                               "--secret", kSecret, "--port", address, "posix", "--nometa",
                               (folder() / "store").string()}));
        const auto answers = [&] {
            const auto answer = m_cluster->http->send({.url = m_endpoint + "/lab-data"});
            return answer && answer->status > 0;
        };
        QTRY_VERIFY2_WITH_TIMEOUT(answers(), m_store.output().c_str(), 30000);
    }
    void cleanupTestCase() { m_store.stop(); }

    void aTableIsBroughtOnceForAllRunsHere() {
        const std::string folder = job("here", "");
        const CommandOutput first = slipway({"run", folder}, kSecret);
        QVERIFY2(first.status == ExitStatus{}, (first.out + first.err).c_str());
        QVERIFY2(said("here").find("brought in") != std::string::npos, said("here").c_str());
        const CommandOutput second = slipway({"run", folder}, kSecret);
        QVERIFY2(second.status == ExitStatus{}, (second.out + second.err).c_str());
        QVERIFY2(said("here").find("as it was brought before") != std::string::npos, said("here").c_str());
        // Its digest is that of its content.
        const auto folderOf = RunStore::open(m_cluster->settings().home)->find("here");
        const auto events = *EventReader(*folderOf).next();
        const bool hasDigest = std::any_of(events.begin(), events.end(), [](const Event& event) {
            const auto* input = std::get_if<InputEvent>(&event.body);
            return input != nullptr && input->name == "rows" && !input->digest.empty();
        });
        QVERIFY(hasDigest);
    }

    void wrongKeysAreToldWithoutTheirSecret() {
        const CommandOutput ran = slipway({"run", job("refused", "")}, "another-secret-key");
        QVERIFY(ran.status != ExitStatus{});
        const std::string text = ran.out + ran.err + said("refused");
        QVERIFY2(text.find("may not be read with these keys") != std::string::npos, text.c_str());
        QVERIFY2(text.find("another-secret-key") == std::string::npos, text.c_str());
    }

    void aPodBringsItWithTheKeysOfASecret() {
        const std::string kubectl = std::string(kSourceDir) + "/build/cluster/bin/kubectl";
        const ChildOutput made = runChild({kubectl, "--kubeconfig", m_cluster->settings("admin").kubeconfig,
                                           "-n", "team-a", "create", "secret", "generic", "lab-keys",
                                           std::string("--from-literal=secret=") + kSecret});
        QVERIFY2(made.isFine, made.text.c_str());
        const std::string env = "env:\n  AWS_ENDPOINT_URL: '" + m_endpoint +
                                "'\n  AWS_ACCESS_KEY_ID: alice\n"
                                "  AWS_SECRET_ACCESS_KEY: {secret: lab-keys, key: secret}\n";
        const CommandOutput ran = slipway({"submit", job("there", env), "--to", m_cluster->target().str(),
                                           "--registry", "http://" + m_cluster->registry() + "/objects"},
                                          "");
        QVERIFY2(ran.status == ExitStatus{}, (ran.out + ran.err).c_str());
        QVERIFY2(said("there").find("input rows") != std::string::npos, said("there").c_str());
        QVERIFY(said("there").find(kSecret) == std::string::npos);
        static_cast<void>(runChild({kubectl, "--kubeconfig", m_cluster->settings("admin").kubeconfig, "-n",
                                    "team-a", "delete", "secret", "lab-keys"}));
    }
};

QTEST_GUILESS_MAIN(tst_ClusterObjects)
#include "tst_clusterobjects.moc"
