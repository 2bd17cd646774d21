// SPDX-License-Identifier: Apache-2.0
// A detached run whose kubelet cuts its log (after 1 Mi here): what went with it comes home with the model.
#include "backends/cluster/kubernetes/access.h"
#include "backends/cluster/kubernetes/apiclient.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/events/eventcodec.h"
#include "backends/runs/lostevents.h"

#include "clusterfixture.h"
#include "programjob.h"

#include <QTest>

#include <algorithm>

using namespace slipway;

class tst_DroppedLogs : public QObject {
    Q_OBJECT

    static constexpr int kLines = 20000;
    std::unique_ptr<ClusterFixture> m_cluster;

    std::shared_ptr<kube::ApiClient> api() const {
        const auto config = kube::loadKubeconfig(m_cluster->settings().kubeconfig);
        return std::make_shared<kube::ApiClient>(m_cluster->http,
                                                 *kube::Access::open(*config, config->currentContext));
    }
    // Writes more than the kubelet keeps, gives it time to see that, and ends with a result.
    JobSpec chatty() const {
        JobSpec job = programJob(JobKind::Succeeds, 1);
        job.name = "chatty";
        job.work = ProgramSpec{{"/bin/sh", "-c",
                                "seq 1 " + std::to_string(kLines) +
                                    "; sleep 15; echo last; echo weights > $SLIPWAY_RESULT/model.txt"}};
        return m_cluster->onImage(job);
    }
    bool hasEnded(const std::string& name) const {
        const auto jobs = api()->list(kube::resourcePath("batch/v1", "team-a", "jobs"),
                                      "fieldSelector=metadata.name%3D" + name, "read the job", {});
        if (!jobs || jobs->items.empty()) return false;
        const auto job = kube::parseJob(jobs->items.front());
        return job && std::any_of(job->conditions.begin(), job->conditions.end(), [](const auto& condition) {
                   return condition.type == "Complete" && condition.isTrue;
               });
    }
    // Of the first event that the cluster still has.
    std::uint64_t firstInLog(const std::string& name) const {
        const auto pods =
            api()->list(kube::resourcePath("v1", "team-a", "pods"),
                        "labelSelector=batch.kubernetes.io%2Fjob-name%3D" + name, "read the pods", {});
        if (!pods || pods->items.empty()) return 0;
        const auto pod = kube::parsePod(pods->items.front());
        const auto log = api()->call(
            {.path = kube::resourcePath("v1", "team-a", "pods", pod->name) + "/log?container=main"}, {});
        const auto event = log ? decodeEvent(log->body.substr(0, log->body.find('\n')))
                               : Result<std::optional<Event>>(std::nullopt);
        return event && *event ? (*event)->seq : 0;
    }

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_cluster = ClusterFixture::find(reason);
        if (m_cluster) return;
        std::fprintf(stderr, "skipped: %s\n", reason.c_str());
        std::exit(77);
    }

    void whatTheKubeletDroppedComesHome() {
        const auto target = openTarget(m_cluster->settings(), m_cluster->target());
        QVERIFY2(target, target ? "" : describe(target.error()).c_str());
        const JobSpec job = chatty();
        const auto store = RunStore::open(m_cluster->settings().home);
        const RunFolder folder = *store->create(job, m_cluster->settings().home, target->info.id);
        const auto request = m_cluster->request(folder, job);
        QVERIFY2(request, request ? "" : describe(request.error()).c_str());
        const auto submitted = target->submitter->submit(*request, {});
        QVERIFY2(submitted, submitted ? "" : describe(submitted.error()).c_str());
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(submitted->id.str()), 120000);
        const std::uint64_t first = firstInLog(submitted->id.str());
        QVERIFY2(first > 1, std::to_string(first).c_str());

        const auto seen = target->observer->refresh(folder, {});
        QVERIFY2(seen, seen ? "" : describe(seen.error()).c_str());
        QVERIFY2(seen->status.state == RunState::Succeeded, seen->status.reason.c_str());
        QCOMPARE(*lostEvents(folder), std::vector<LostEvents>{});
        std::uint64_t last = 0;
        int lines = 0;
        EventReader reader(folder);
        for (auto events = *reader.next(); !events.empty(); events = *reader.next()) {
            for (const Event& event : events) {
                QCOMPARE(event.seq, ++last);
                const auto* log = std::get_if<LogEvent>(&event.body);
                lines += log && log->stream == LogEvent::Stream::Stdout ? 1 : 0;
            }
        }
        QCOMPARE(lines, kLines + 1);
        const auto fetched = target->results->fetch(folder, [](Bytes, Bytes) {}, {});
        QVERIFY2(fetched, fetched ? "" : describe(fetched.error()).c_str());
        QVERIFY(std::filesystem::exists(folder.resultFolder() / "model.txt"));
        QVERIFY(!std::filesystem::exists(folder.resultFolder() / ".slipway"));
    }
};
QTEST_GUILESS_MAIN(tst_DroppedLogs)
#include "tst_droppedlogs.moc"
