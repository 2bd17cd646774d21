// SPDX-License-Identifier: Apache-2.0
// A target in memory: it keeps the promises of roles.h without a process or a network, so the contract suite has an implementation
// that is easy to read and runs in milliseconds. Any thread. Header only.
#pragma once

#include "backends/cluster/roles.h"
#include "backends/platform/files.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace slipway {

enum class FakeBehaviour : std::uint8_t { Succeeds, Fails, Waits };  // Waits: until it is cancelled

// What lives outside the program: several targets, as several programs would, may share one.
class FakeCluster {
public:
    // Jobs of this name behave so; others succeed.
    void setBehaviour(const std::string& job, FakeBehaviour behaviour) {
        const std::lock_guard lock(m_mutex);
        m_behaviours[job] = behaviour;
    }
    // How many jobs it has taken in all.
    int count() const {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(m_jobs.size());
    }

private:
    friend class FakeTarget;
    struct Job {
        FakeBehaviour behaviour = FakeBehaviour::Succeeds;
        int replicas = 1;
        bool isCancelled = false;
    };
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::map<std::string, FakeBehaviour> m_behaviours;
    std::map<RunId, Job> m_jobs;
};

// One rank's events in their order.
class FakeRankEvents {
public:
    FakeRankEvents(EventWriter& writer, const RunId& run, int rank)
        : m_writer(writer),
          m_run(run),
          m_rank(rank) {}

    Result<void> add(EventBody body) {
        const auto appended = m_writer.append({m_run, 1, m_rank, ++m_seq, now(), std::move(body)});
        return appended ? Result<void>() : Result<void>(appended.error());
    }

private:
    EventWriter& m_writer;
    RunId m_run;
    int m_rank;
    std::uint64_t m_seq = 0;
};

class FakeTarget final : public Submitter, public Observer, public ResultSource {
public:
    explicit FakeTarget(std::shared_ptr<FakeCluster> cluster) : m_cluster(std::move(cluster)) {}

    Result<RunRecord> submit(const SubmitRequest& request, std::stop_token stop) override {
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        SLIPWAY_TRY(const RunRecord record, request.folder.record());
        {
            const std::lock_guard lock(m_cluster->m_mutex);
            const auto behaviour = m_cluster->m_behaviours.find(request.job.name);
            FakeCluster::Job job;
            job.replicas = request.job.replicas;
            if (behaviour != m_cluster->m_behaviours.end()) job.behaviour = behaviour->second;
            m_cluster->m_jobs.try_emplace(record.id, job);
        }
        return request.folder.update([](RunRecord& r) {
            r.remote["kind"] = "fake";
            r.remote["name"] = r.id.str();
            if (r.status.state == RunState::Draft || r.status.state == RunState::Preparing)
                r.status = {RunState::Queued, ""};
        });
    }

    Result<void> ask(const JobSpec&, std::stop_token) override { return {}; }
    Result<std::string> preview(const SubmitRequest& request) override {
        return "fake: " + request.job.name + "\n";
    }

    Result<void> cancel(const RunFolder& folder, std::stop_token) override {
        SLIPWAY_TRY(const RunRecord record, folder.update([](RunRecord& r) {
            r.isCancelRequested = r.isCancelRequested || !isFinal(r.status.state);
        }));
        const std::lock_guard lock(m_cluster->m_mutex);
        if (const auto job = m_cluster->m_jobs.find(record.id); job != m_cluster->m_jobs.end())
            job->second.isCancelled = true;
        m_cluster->m_changed.notify_all();
        return {};
    }

    Result<TargetVerdict> dryRun(const JobSpec&, std::stop_token) override {
        return TargetVerdict{TargetId("fake"), Verdict::Now, "it takes everything", {}};
    }

    Result<RunRecord> follow(const RunFolder& folder, const std::function<void(const RunRecord&)>& changed,
                             std::stop_token stop) override {
        SLIPWAY_TRY(RunRecord record, folder.record());
        changed(record);
        if (isFinal(record.status.state)) return record;
        SLIPWAY_TRY(const FakeCluster::Job begun, jobOf(record.id));
        SLIPWAY_TRY(EventWriter writer, EventWriter::open(folder));
        for (int rank = 0; rank < begun.replicas; ++rank) SLIPWAY_CHECK(begin(writer, record.id, rank));
        SLIPWAY_TRY(record, keep(folder, {RunState::Running, ""}));
        changed(record);
        const FakeCluster::Job ended = waitForEnd(record.id, stop);
        if (ended.behaviour == FakeBehaviour::Waits && !ended.isCancelled)
            return Error{ErrorCode::Cancelled, "stopped following", "", ""};
        for (int rank = 0; rank < ended.replicas; ++rank) SLIPWAY_CHECK(end(writer, record.id, rank, ended));
        SLIPWAY_CHECK(writer.flush());
        SLIPWAY_TRY(record, keep(folder, endOf(ended)));
        changed(record);
        return record;
    }

    Result<RunRecord> refresh(const RunFolder& folder, std::stop_token stop) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        SLIPWAY_TRY(const FakeCluster::Job job, jobOf(record.id));
        if (isFinal(record.status.state)) return record;
        if (job.behaviour == FakeBehaviour::Waits && !job.isCancelled)
            return keep(folder, {RunState::Running, ""});
        return follow(
            folder, [](const RunRecord&) {}, stop);
    }

    Result<void> fetch(const RunFolder& folder, const std::function<void(Bytes, Bytes)>& progress,
                       std::stop_token) override {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        if (record.status.state != RunState::Succeeded)
            return Error{ErrorCode::NotFound, "run " + record.id.str() + " has saved no result",
                         record.status.reason, ""};
        const std::string text = kResultText;
        const Bytes size{static_cast<std::int64_t>(text.size())};
        SLIPWAY_CHECK(makeFolders(folder.resultFolder()));
        SLIPWAY_CHECK(writeFileAtomically(folder.resultFolder() / kResultFile, text));
        progress(size, size);
        return {};
    }

private:
    static constexpr int kSteps = 5;
    static constexpr const char* kResultFile = "model.txt";
    static constexpr const char* kResultText = "weights\n";
    static constexpr const char* kResultDigest =
        "sha256:1b465fa6b6bcbc06a3199e3d2d8aec35d37494a712f888b6d5536684dd89d0f0";

    Result<FakeCluster::Job> jobOf(const RunId& run) const {
        const std::lock_guard lock(m_cluster->m_mutex);
        const auto job = m_cluster->m_jobs.find(run);
        if (job == m_cluster->m_jobs.end())
            return Error{ErrorCode::Conflict, "run " + run.str() + " was not submitted", "",
                         "Submit it first"};
        return job->second;
    }

    FakeCluster::Job waitForEnd(const RunId& run, std::stop_token stop) {
        std::unique_lock lock(m_cluster->m_mutex);
        FakeCluster::Job& job = m_cluster->m_jobs.at(run);
        m_cluster->m_changed.wait(lock, stop,
                                  [&] { return job.behaviour != FakeBehaviour::Waits || job.isCancelled; });
        return job;
    }

    static Result<void> begin(EventWriter& writer, const RunId& run, int rank) {
        FakeRankEvents events(writer, run, rank);
        SLIPWAY_CHECK(events.add(StateEvent{RunState::Running, ""}));
        SLIPWAY_CHECK(events.add(RankStartedEvent{"fake", 1, "cpu"}));
        for (int step = 1; step <= kSteps; ++step)
            SLIPWAY_CHECK(events.add(MetricEvent{step, {{"loss", 1.0 / step}}}));
        return {};
    }

    static Result<void> end(EventWriter& writer, const RunId& run, int rank, const FakeCluster::Job& job) {
        std::uint64_t seq = writer.lastSeq(1, rank);
        const bool isGood = job.behaviour == FakeBehaviour::Succeeds;
        std::vector<EventBody> bodies{RankExitedEvent{isGood ? 0 : 3, 0, isGood ? "" : "exit code 3"}};
        if (isGood) bodies.emplace_back(ResultEvent{{{kResultFile, Digest(kResultDigest), Bytes{8}}}, ""});
        const RunStatus status = endOf(job);
        bodies.emplace_back(SummaryEvent{status.state, status.reason, isGood ? 0 : 3, 0.1});
        for (EventBody& body : bodies) {
            SLIPWAY_TRY(const bool isNew, writer.append({run, 1, rank, ++seq, now(), std::move(body)}));
            (void)isNew;
        }
        return {};
    }

    static RunStatus endOf(const FakeCluster::Job& job) {
        if (job.behaviour == FakeBehaviour::Succeeds) return {RunState::Succeeded, ""};
        if (job.behaviour == FakeBehaviour::Fails) return {RunState::Failed, "rank 0 ended with exit code 3"};
        return {RunState::Cancelled, ""};
    }

    static Result<RunRecord> keep(const RunFolder& folder, const RunStatus& status) {
        return folder.update([&](RunRecord& r) {
            r.status = status;
            if (!r.started) r.started = now();
            if (isFinal(status.state) && !r.ended) r.ended = now();
        });
    }

    std::shared_ptr<FakeCluster> m_cluster;
};

inline Target makeFakeTarget(std::shared_ptr<FakeCluster> cluster) {
    const auto fake = std::make_shared<FakeTarget>(std::move(cluster));
    Target target;
    target.info = {TargetId("fake"), "Fake", "fake", "", "", "", ""};
    target.submitter = fake;
    target.observer = fake;
    target.results = fake;
    return target;
}

}  // namespace slipway
