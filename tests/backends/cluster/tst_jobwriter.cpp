// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/writers/jobwriter.h"

#include "backends/cluster/kubernetes/yamltext.h"
#include "testpaths.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using Json = nlohmann::json;

namespace {

WriteRequest request(int replicas = 1) {
    WriteRequest r;
    r.job.name = "fashion-mlp";
    r.job.work = ProgramSpec{{"true"}};
    r.job.replicas = replicas;
    r.run = RunId("fashion-mlp-42-k3x9f");
    r.submission = "fashion-mlp-42-k3x9f@2026-09-01T10:00:00.000000Z";
    r.nameSpace = "team-a";
    r.image =
        "registry.example.com/team/fashion-mlp@sha256:97fc222cee7991b5b061d4d4afdb5f3428fcb0c9054e1690313786befa1e4e36";
    return r;
}

Json job(const WriteRequest& r) { return Json::parse(writeJobManifest(r)->job); }
Json container(const WriteRequest& r) { return job(r)["spec"]["template"]["spec"]["containers"][0]; }
std::string variable(const WriteRequest& r, const std::string& name) {
    const Json main = container(r);
    for (const Json& entry : main["env"]) {
        if (entry["name"] == name) return entry.value("value", "");
    }
    return "(none)";
}

}  // namespace

class tst_JobWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesWhatItWroteBefore() {
        WriteRequest r = request(2);
        r.queue = "research";
        r.resultReference = "registry.example.com/team/fashion-mlp:model-fashion-mlp-42-k3x9f";
        r.isResultPlainHttp = true;
        r.registrySecret = "registry-login";
        r.job.resources.cpu = MilliCpu{1500};
        r.job.resources.gpus = 1;
        r.job.env = {{"NCCL_DEBUG", "WARN", "", ""}, {"TOKEN", "", "hub", "token"}};
        r.job.inputs = {{"data", "pvc://datasets/fashion/v1"}};
        const auto manifest = writeJobManifest(r);
        QVERIFY(manifest);
        const std::string text = *yamlFromJson(manifest->job) + "---\n" +
                                 *yamlFromJson(*ownedBy(manifest->service, r.run.str(), "8f0c"));
        QFile golden(QString::fromUtf8(kTestDataDir) + QStringLiteral("/cluster/job-two-ranks.yaml"));
        QVERIFY(golden.open(QIODevice::ReadOnly));
        const QStringList expected = QString::fromUtf8(golden.readAll()).split(QLatin1Char('\n'));
        const QStringList lines = QString::fromStdString(text).split(QLatin1Char('\n'));
        for (qsizetype i = 0; i < std::min(lines.size(), expected.size()); ++i)
            QCOMPARE(lines[i], expected[i]);
        QCOMPARE(lines.size(), expected.size());
    }
    void oneRankNeedsNoService() {
        QVERIFY(writeJobManifest(request())->service.empty());
        QCOMPARE(variable(request(), "MASTER_ADDR"), std::string("127.0.0.1"));
        QVERIFY(!job(request())["spec"]["template"]["spec"].contains("subdomain"));
        QCOMPARE(job(request())["spec"]["completionMode"].get<std::string>(), std::string("Indexed"));
    }
    void startsAtOnceWithoutAQueue() {
        const Json plain = job(request());
        QVERIFY(!plain["spec"].contains("suspend"));
        QVERIFY(!plain["metadata"]["labels"].contains("kueue.x-k8s.io/queue-name"));
    }
    void passesTheRestrictedLevel() {
        const Json pod = Json::parse(writeJobManifest(request())->pod);
        QCOMPARE(pod["kind"].get<std::string>(), std::string("Pod"));
        QVERIFY(pod["spec"] == job(request())["spec"]["template"]["spec"]);
        QCOMPARE(pod["spec"]["securityContext"]["runAsNonRoot"].get<bool>(), true);
        const Json context = pod["spec"]["containers"][0]["securityContext"];
        QCOMPARE(context["allowPrivilegeEscalation"].get<bool>(), false);
        QVERIFY(context["capabilities"]["drop"] == Json::array({"ALL"}));
    }
    void asksForGpusAndSlices() {
        Resources resources;
        QCOMPARE(gpuRequest(resources).count, 0);
        resources.gpuMemory = Bytes{1};
        QCOMPARE(gpuRequest(resources).count, 1);
        resources.gpuMemory.reset();
        resources.slice = "mig-1g.10gb";
        QCOMPARE(gpuRequest(resources).resource, std::string("nvidia.com/mig-1g.10gb"));
        QCOMPARE(gpuRequest(resources).count, 1);
        resources.slice = "amd.com/gpu";
        resources.gpus = 3;
        QCOMPARE(gpuRequest(resources).resource, std::string("amd.com/gpu"));
        QCOMPARE(gpuRequest(resources).count, 3);
        WriteRequest r = request();
        QVERIFY(!container(r)["resources"]["limits"].contains("nvidia.com/gpu"));
        r.job.resources.gpus = 2;
        QCOMPARE(container(r)["resources"]["limits"]["nvidia.com/gpu"].get<std::string>(), std::string("2"));
        QVERIFY(container(r)["resources"]["requests"] == container(r)["resources"]["limits"]);
    }
    void refusesNamesTooLongForAHost() {
        WriteRequest r = request(2);
        r.run = RunId(std::string(62, 'a'));
        const auto manifest = writeJobManifest(r);
        QVERIFY(!manifest);
        QCOMPARE(manifest.error().code, ErrorCode::InvalidArgument);
    }
    void refusesAnInputWithoutAClaim() {
        WriteRequest r = request();
        r.job.inputs = {{"data", "pvc:///x"}};
        QVERIFY(!writeJobManifest(r));
    }
};
QTEST_APPLESS_MAIN(tst_JobWriter)
#include "tst_jobwriter.moc"
