// SPDX-License-Identifier: Apache-2.0
// Threads live within a call of follow() only: one per watched kind, one per pod's log, one that asks why the run waits. They hand
// what they hear to the calling thread, which alone decides and writes. Of several observers of a run, one at a time writes.
#include "backends/cluster/eventshome.h"
#include "backends/cluster/kubernetes/inbox.h"
#include "backends/cluster/kubernetes/kubetarget.h"
#include "backends/cluster/kubernetes/kueue.h"
#include "backends/cluster/kubernetes/reconcile.h"
#include "backends/cluster/kubernetes/runtracker.h"
#include "backends/cluster/toldresult.h"
#include "backends/platform/filelock.h"
#include "backends/spec/specdocument.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

namespace slipway::kube {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kBatch = 100ms;
constexpr auto kAskAgain = 2s;
// After the Job's end its pods and their logs are waited for so long, beyond the job's own grace (in the worst case a node is lost).
constexpr auto kEndPatience = 120s;

const Error kCancelled{ErrorCode::Cancelled, "stopped following", "", ""};

// Where a run's objects are.
struct Place {
    std::string nameSpace;
    std::string name;
    std::string uid;
    std::string queue;

    std::string jobs() const { return resourcePath("batch/v1", nameSpace, "jobs"); }
    std::string pods() const { return resourcePath("v1", nameSpace, "pods"); }
    std::string workloads(const KueueApi& kueue) const {
        return resourcePath(kueue.objects, nameSpace, "workloads");
    }
    std::string jobQuery() const { return "fieldSelector=" + percentEncode("metadata.name=" + name); }
    std::string podQuery() const {
        return "labelSelector=" + percentEncode("batch.kubernetes.io/job-name=" + name);
    }
    std::string workloadQuery() const {
        return "labelSelector=" + percentEncode("kueue.x-k8s.io/job-uid=" + uid);
    }
};

Place placeOf(const RunRecord& record) {
    const auto text = [&](const char* key) {
        const auto it = record.remote.find(key);
        return it == record.remote.end() ? std::string() : it->second;
    };
    return {text(kRemoteNameSpace), text(kRemoteName), text(kRemoteUid), text(kRemoteQueue)};
}

// The one of that uid: a later job of the same name is another one.
std::optional<JobView> jobIn(const std::vector<std::string>& items, const std::string& uid) {
    for (const std::string& item : items) {
        if (auto job = parseJob(item); job && job->uid == uid) return *std::move(job);
    }
    return std::nullopt;
}

// `ownerUid` is not compared for pods: the label selector names the Job, and its name is the run's.
std::vector<PodView> podsIn(const std::vector<std::string>& items) {
    std::vector<PodView> pods;
    for (const std::string& item : items) {
        if (auto pod = parsePod(item)) pods.push_back(*std::move(pod));
    }
    std::sort(pods.begin(), pods.end(), [](const PodView& a, const PodView& b) {
        return std::tie(a.created, a.index) < std::tie(b.created, b.index);
    });
    return pods;
}

std::vector<EventView> eventsOf(ApiClient& api, const Place& place, std::stop_token stop) {
    std::vector<EventView> events;
    const auto listed = api.list(resourcePath("v1", place.nameSpace, "events"),
                                 "fieldSelector=type%3DWarning", "read the events", std::move(stop));
    if (!listed) return events;
    for (const std::string& item : listed->items) {
        auto event = parseEvent(item);
        const bool isOurs = event && ((event->kind == "Job" && event->name == place.name) ||
                                      (event->kind == "Pod" && event->name.starts_with(place.name + "-")));
        if (isOurs) events.push_back(*std::move(event));
    }
    return events;
}

// The queue's list as JSON; empty when it cannot be had.
std::string pendingList(ApiClient& api, const Place& place, std::stop_token stop) {
    if (place.queue.empty()) return {};
    const auto kueue = kueueOfQueue(api, stop);
    if (!kueue) return {};
    const auto answer =
        api.call({.path = resourcePath(kueue->visibility, place.nameSpace, "localqueues", place.queue) +
                          "/pendingworkloads?limit=1000"},
                 std::move(stop));
    return answer && answer->isOk() ? answer->body : std::string();
}

bool hasLog(const PodView& pod) { return pod.isRunning || pod.terminated; }

// One call of follow(), while it is the one that writes.
class Following {
public:
    Following(ApiClient& api, RunTracker tracker, std::chrono::seconds grace)
        : m_api(api),
          m_endPatience(kEndPatience + grace),
          m_tracker(std::move(tracker)),
          m_place(placeOf(m_tracker.record())) {}

    Result<RunRecord> run(const std::function<void(const RunRecord&)>& changed, std::stop_token stop) {
        watchJob();
        watchPods();
        if (!m_place.queue.empty()) watchWorkload();
        start([this](std::stop_token s) { askReasons(s); });
        auto result = loop(changed, stop);
        for (std::jthread& thread : m_threads) thread.request_stop();
        return result;
    }

private:
    Result<RunRecord> loop(const std::function<void(const RunRecord&)>& changed, std::stop_token stop) {
        Clock::time_point next{};
        std::optional<Clock::time_point> over;
        for (;;) {
            for (const auto& work : m_inbox.take(kBatch, stop)) work();
            if (stop.stop_requested()) return kCancelled;
            if (m_problem) return *m_problem;
            if (!m_hasJob || !m_hasPods) continue;
            SLIPWAY_CHECK(followLogs());
            if (Clock::now() < next) continue;
            next = Clock::now() + kBatch;
            if (!over && m_tracker.isOver()) over = Clock::now();
            const bool isReading =
                m_tracker.isOver() && !hasReadAll() && Clock::now() < over.value_or(next) + m_endPatience;
            SLIPWAY_TRY(const bool isNew, m_tracker.update(isReading));
            const RunState state = m_tracker.record().status.state;
            m_isWaiting =
                state == RunState::Queued || state == RunState::Admitted || state == RunState::Starting;
            if (isNew) changed(m_tracker.record());
            if (isFinal(state)) return m_tracker.record();
        }
    }

    void start(std::function<void(std::stop_token)> work) {
        m_threads.emplace_back([work = std::move(work)](std::stop_token stop) { work(stop); });
    }

    void put(std::stop_token stop, Inbox::Work work) { m_inbox.put(std::move(work), std::move(stop)); }

    // A watched kind is needed, or its refusal leaves its facts out. `path` is asked for on the watching thread.
    void watch(std::function<std::string(const std::stop_token&)> path, std::string query, const char* what,
               bool isNeeded, std::function<void(std::vector<std::string>)> replaced,
               std::function<void(const WatchEvent&)> changed) {
        start([=, this](std::stop_token stop) {
            ListWatchSink sink;
            sink.replaced = [&](std::vector<std::string> items) {
                put(stop, [replaced, items = std::move(items)]() mutable { replaced(std::move(items)); });
            };
            sink.changed = [&](const WatchEvent& event) { put(stop, [changed, event] { changed(event); }); };
            sink.cut = [](const Error&) {};
            const auto ended = m_api.listWatch(path(stop), query, what, sink, stop);
            if (!isNeeded || stop.stop_requested()) return;
            put(stop, [this, error = ended.error()] { m_problem = error; });
        });
    }

    void watchJob() {
        watch([this](const std::stop_token&) { return m_place.jobs(); }, m_place.jobQuery(), "watch the job",
              true,
              [this](const std::vector<std::string>& items) {
                  m_tracker.snapshot().job = jobIn(items, m_place.uid);
                  m_hasJob = true;
              },
              [this](const WatchEvent& event) {
                  auto job = parseJob(event.object);
                  if (!job || job->uid != m_place.uid) return;
                  if (event.kind == WatchKind::Deleted)
                      m_tracker.snapshot().job.reset();
                  else
                      m_tracker.snapshot().job = *std::move(job);
              });
    }

    void watchPods() {
        watch([this](const std::stop_token&) { return m_place.pods(); }, m_place.podQuery(), "watch the pods",
              true,
              [this](const std::vector<std::string>& items) {
                  m_tracker.snapshot().pods = podsIn(items);
                  m_hasPods = true;
              },
              [this](const WatchEvent& event) {
                  auto pod = parsePod(event.object);
                  if (!pod) return;
                  auto& pods = m_tracker.snapshot().pods;
                  std::erase_if(pods, [&](const PodView& other) { return other.uid == pod->uid; });
                  if (event.kind != WatchKind::Deleted) pods.push_back(*std::move(pod));
              });
    }

    std::string workloads(const std::stop_token& stop) {
        auto kueue = kueueOfQueue(m_api, stop);
        while (!kueue && m_api.pacing().wait(kAskAgain, stop)) kueue = kueueOfQueue(m_api, stop);
        return m_place.workloads(kueue ? *kueue : KueueApi{});
    }

    void watchWorkload() {
        const auto set = [this](const std::string& text) {
            if (auto workload = parseWorkload(text)) m_tracker.snapshot().workload = *std::move(workload);
        };
        watch([this](const std::stop_token& stop) { return workloads(stop); }, m_place.workloadQuery(),
              "watch the queue's workload", false,
              [this, set](const std::vector<std::string>& items) {
                  m_tracker.snapshot().workload.reset();
                  if (!items.empty()) set(items.front());
              },
              [this, set](const WatchEvent& event) {
                  if (event.kind == WatchKind::Deleted)
                      m_tracker.snapshot().workload.reset();
                  else
                      set(event.object);
              });
    }

    // While the run waits: the warnings, and its place in the queue.
    void askReasons(std::stop_token stop) {
        do {
            if (!m_isWaiting) continue;
            auto events = eventsOf(m_api, m_place, stop);
            put(stop, [this, events = std::move(events), list = pendingList(m_api, m_place, stop)]() mutable {
                ClusterSnapshot& snapshot = m_tracker.snapshot();
                snapshot.events = std::move(events);
                snapshot.position =
                    snapshot.workload ? parsePosition(list, snapshot.workload->name) : std::nullopt;
            });
        } while (m_api.pacing().wait(kAskAgain, stop));
    }

    Result<void> followLogs() {
        for (const PodView& pod : m_tracker.snapshot().pods) {
            if (!hasLog(pod) || m_logs.contains(pod.uid)) continue;
            SLIPWAY_TRY(const PodLogKey key, m_tracker.keyOf(pod));
            m_logs[pod.uid] = false;
            start([this, key, uid = pod.uid,
                   source = PodLogSource{m_place.nameSpace, pod.name}](std::stop_token stop) {
                const auto give = [&](const Event& event) -> Result<void> {
                    put(stop, [this, event] {
                        const auto appended = m_tracker.append(event);
                        if (!appended && !m_problem) m_problem = appended.error();
                    });
                    return stop.stop_requested() ? Result<void>(kCancelled) : Result<void>();
                };
                const auto ended = followPodLog(m_api, source, key, give, stop);
                (void)ended;  // an unreadable log ends with its pod; the pod's own state says the rest
                put(stop, [this, uid] { m_logs[uid] = true; });
            });
        }
        return {};
    }

    bool hasReadAll() const {
        const auto isOpen = [](const auto& log) { return !log.second; };
        if (std::any_of(m_logs.begin(), m_logs.end(), isOpen)) return false;
        // Pods that are still there and have begun will have a last word.
        const auto& pods = m_tracker.snapshot().pods;
        return std::none_of(pods.begin(), pods.end(),
                            [](const PodView& pod) { return !pod.hasEnded() && pod.isRunning; });
    }

    ApiClient& m_api;
    std::chrono::seconds m_endPatience;
    mutable RunTracker m_tracker;
    Place m_place;
    Inbox m_inbox;
    bool m_hasJob = false;
    bool m_hasPods = false;
    std::map<std::string, bool> m_logs;  // pod uid -> read to its end
    std::optional<Error> m_problem;
    std::atomic<bool> m_isWaiting = true;
    std::vector<std::jthread> m_threads;  // last: they use all the above
};

class KubeObserver final : public Observer {
public:
    KubeObserver(TargetInfo info, std::shared_ptr<ApiClient> api, std::shared_ptr<HttpClient> http)
        : m_info(std::move(info)),
          m_api(std::move(api)),
          m_http(std::move(http)) {}

    Result<RunRecord> follow(const RunFolder& folder, const std::function<void(const RunRecord&)>& changed,
                             std::stop_token stop) override {
        std::optional<RunStatus> last;
        for (;;) {
            SLIPWAY_TRY(const RunRecord record, folder.record());
            if (record.status != last) changed(record);
            last = record.status;
            if (isFinal(record.status.state)) return record;
            if (!record.remote.contains(kRemoteUid)) {
                auto settled = reconcile(*m_api, m_info, folder, stop);
                if (!settled && !isUnanswered(settled.error())) return settled;
                const bool isOpen =
                    settled && !isFinal(settled->status.state) && !settled->remote.contains(kRemoteUid);
                if (settled && !isOpen) continue;
                // The submitter is at work; or the cluster does not answer, or does not have the Job yet.
                SLIPWAY_TRY(const bool isUnderWay, folder.isBeingSubmitted());
                if (!m_api->pacing().wait(isUnderWay ? 2 * kBatch : kAskAgain, stop)) return kCancelled;
                continue;
            }
            SLIPWAY_TRY(const auto lock, FileLock::tryAcquire(lockFile(folder)));
            if (lock) {
                SLIPWAY_TRY(RunTracker tracker, RunTracker::open(folder));
                const auto job = loadJob(folder.jobFile(), {});
                const auto grace = job ? job->grace : std::chrono::seconds(0);
                auto followed = Following(*m_api, std::move(tracker), grace).run(changed, stop);
                if (followed) bringLostEvents(folder, *followed, stop);
                return followed;
            }
            // Another program follows and writes; its end hands the work over to us.
            if (!m_api->pacing().wait(2 * kBatch, stop)) return kCancelled;
        }
    }

    Result<RunRecord> refresh(const RunFolder& folder, std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        if (isFinal(record.status.state)) return record;
        if (!record.remote.contains(kRemoteUid)) {
            SLIPWAY_TRY(const RunRecord settled, reconcile(*m_api, m_info, folder, stop));
            if (isFinal(settled.status.state) || !settled.remote.contains(kRemoteUid)) return settled;
        }
        SLIPWAY_TRY(const auto lock, FileLock::tryAcquire(lockFile(folder)));
        if (!lock) return record;
        SLIPWAY_TRY(const RunRecord seen, look(folder, stop));
        bringLostEvents(folder, seen, stop);
        return seen;
    }

private:
    // Where it cannot be had now, fetching the result tries again; what is missing is told till then.
    void bringLostEvents(const RunFolder& folder, const RunRecord& record, const std::stop_token& stop) {
        const auto told = readToldResult(folder);
        if (!m_http || !isFinal(record.status.state) || !told || told->isWhole()) return;
        std::string reference = told->result().reference;
        const auto checkpoint = record.remote.find(kRemoteCheckpoint);
        if (reference.empty() && checkpoint != record.remote.end()) reference = checkpoint->second;
        if (reference.empty() && record.status.state == RunState::Succeeded)
            reference = record.resultReference;
        if (reference.empty()) return;
        const bool isPlainHttp = record.remote.contains(kRemotePlainHttp);
        (void)fetchLostEvents(folder, (isPlainHttp ? "http://" : "") + reference, *m_http, stop);
    }

    Result<RunRecord> look(const RunFolder& folder, const std::stop_token& stop) {
        SLIPWAY_TRY(RunTracker tracker, RunTracker::open(folder));
        SLIPWAY_CHECK(look(tracker, stop));
        SLIPWAY_TRY(const bool isChanged, tracker.update(false));
        (void)isChanged;
        return tracker.record();
    }

    static std::filesystem::path lockFile(const RunFolder& folder) { return folder.path() / "follow.lock"; }

    Result<void> look(RunTracker& tracker, std::stop_token stop) {
        const Place place = placeOf(tracker.record());
        ClusterSnapshot& snapshot = tracker.snapshot();
        SLIPWAY_TRY(const auto jobs, m_api->list(place.jobs(), place.jobQuery(), "read the job", stop));
        snapshot.job = jobIn(jobs.items, place.uid);
        SLIPWAY_TRY(const auto pods, m_api->list(place.pods(), place.podQuery(), "read the pods", stop));
        snapshot.pods = podsIn(pods.items);
        if (!place.queue.empty()) {
            SLIPWAY_TRY(const KueueApi kueue, kueueOfQueue(*m_api, stop));
            const auto workloads =
                m_api->list(place.workloads(kueue), place.workloadQuery(), "read the queue's workload", stop);
            if (workloads && !workloads->items.empty()) {
                if (auto workload = parseWorkload(workloads->items.front()))
                    snapshot.workload = *std::move(workload);
            }
            if (snapshot.workload)
                snapshot.position = parsePosition(pendingList(*m_api, place, stop), snapshot.workload->name);
        }
        snapshot.events = eventsOf(*m_api, place, stop);
        for (const PodView& pod : snapshot.pods) {
            if (!hasLog(pod)) continue;
            SLIPWAY_TRY(const PodLogKey key, tracker.keyOf(pod));
            const auto give = [&](const Event& event) { return tracker.append(event); };
            const auto ended =
                readPodLog(*m_api, {place.nameSpace, pod.name}, key, pod.hasEnded(), give, stop);
            if (!ended && (ended.error().code == ErrorCode::Io || ended.error().code == ErrorCode::Cancelled))
                return ended.error();
        }
        return {};
    }

    TargetInfo m_info;
    std::shared_ptr<ApiClient> m_api;
    std::shared_ptr<HttpClient> m_http;
};

}  // namespace

std::shared_ptr<Observer> makeKubeObserver(TargetInfo info, std::shared_ptr<ApiClient> api,
                                           std::shared_ptr<HttpClient> http) {
    return std::make_shared<KubeObserver>(std::move(info), std::move(api), std::move(http));
}

}  // namespace slipway::kube
