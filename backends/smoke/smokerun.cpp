// SPDX-License-Identifier: Apache-2.0
#include "backends/smoke/smokerun.h"

#include "backends/diagnosis/rundiagnosis.h"
#include "backends/platform/filelock.h"
#include "backends/platform/folders.h"
#include "backends/platform/process.h"
#include "backends/platform/stoppablewait.h"
#include "backends/runs/runstore.h"
#include "backends/smoke/smokecount.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <utility>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::seconds kPatience{10};  // beyond the job's grace

// The agent, which is killed where it still lives when this goes; its guard then ends the ranks.
class Agent {
public:
    static Result<Agent> start(const SmokeRequest& request, const RunFolder& folder) {
        SLIPWAY_TRY(const UniqueFd nothing, openFile("/dev/null", O_RDONLY));
        SLIPWAY_TRY(const UniqueFd log, openFile(folder.path() / "agent.log", O_WRONLY | O_CREAT | O_APPEND));
        SpawnOptions options;
        options.command = {request.agent.string(),
                           "run",
                           "--run-folder",
                           folder.path().string(),
                           "--work-folder",
                           request.jobFolder.string(),
                           "--runner",
                           request.runner.string()};
        options.environment = currentEnvironment();
        options.descriptors = {{nothing.get(), 0}, {log.get(), 1}, {log.get(), 2}};
        options.isGroupLeader = true;  // Ctrl-C is for us
        options.isBoundToUs = true;
        SLIPWAY_TRY(const pid_t pid, spawn(options));
        return Agent(pid);
    }
    Agent(Agent&& other) noexcept : m_pid(std::exchange(other.m_pid, -1)) {}
    Agent& operator=(Agent&&) = delete;
    ~Agent() {
        if (m_pid <= 0) return;
        ::kill(m_pid, SIGKILL);
        static_cast<void>(waitFor(m_pid));
    }

    bool hasEnded() {
        if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) != 0) m_pid = -1;
        return m_pid <= 0;
    }
    void signal(int number) const {
        if (m_pid > 0) ::kill(m_pid, number);
    }

private:
    explicit Agent(pid_t pid) : m_pid(pid) {}
    pid_t m_pid;
};

class Smoke {
public:
    Smoke(const SmokeRequest& request, RunFolder folder,
          const std::function<void(const SmokeProgress&)>& progress)
        : m_request(request),
          m_folder(std::move(folder)),
          m_reader(m_folder),
          m_count(request.job),
          m_progress(progress) {}

    Result<SmokeOutcome> live(const std::stop_token& stop) {
        SLIPWAY_TRY(Agent agent, Agent::start(m_request, m_folder));
        while (!agent.hasEnded()) {
            SLIPWAY_CHECK(look());
            if (!m_stopped && (stop.stop_requested() || isEnough())) {
                m_stopped = Clock::now();
                agent.signal(SIGTERM);
            }
            if (m_stopped && Clock::now() - *m_stopped > m_request.job.grace + kPatience)
                agent.signal(SIGKILL);
            // A stop that was asked for does not hurry the looks that wait for its end.
            static_cast<void>(waitUnlessStopped(kLook, m_stopped ? std::stop_token() : stop));
        }
        SLIPWAY_CHECK(look());
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "the smoke run was cancelled", "", ""};
        return outcome();
    }

private:
    Result<void> look() {
        for (;;) {
            SLIPWAY_TRY(const std::vector<Event> events, m_reader.next());
            if (events.empty()) return {};
            for (const Event& event : events) {
                m_count.take(event);
                if (const auto* state = std::get_if<StateEvent>(&event.body))
                    m_words = std::string(runStateName(state->state)) +
                              (state->reason.empty() ? "" : ": " + state->reason);
            }
            m_progress({m_words, std::min(m_count.steps(), m_request.steps), m_request.steps});
        }
    }

    // The trainer ends by itself.
    bool isEnough() const {
        if (m_request.job.train() != nullptr || !m_count.begin()) return false;
        return m_count.steps() >= m_request.steps || now() - *m_count.begin() >= m_request.limit;
    }

    Result<SmokeOutcome> outcome() const {
        SmokeOutcome outcome;
        SLIPWAY_TRY(outcome.record, m_folder.record());
        if (m_stopped || outcome.record.status.state == RunState::Succeeded) {
            outcome.report = m_count.report();
            return outcome;
        }
        // An agent that was killed has told no end.
        if (!isFinal(outcome.record.status.state))
            outcome.record.status = {RunState::Lost, "the agent ended before the run did"};
        SLIPWAY_TRY(outcome.findings, diagnoseRun(m_folder, {}));
        return outcome;
    }

    const SmokeRequest& m_request;
    RunFolder m_folder;
    EventReader m_reader;
    SmokeCount m_count;
    const std::function<void(const SmokeProgress&)>& m_progress;
    std::string m_words = "starting";
    std::optional<Clock::time_point> m_stopped;
};

}  // namespace

namespace {

constexpr const char* kLock = "smoke.lock";

// What smoke runs left that were killed: nobody holds their lock, and they are too old to be about to take it.
void removeLeftovers(const fs::path& all) {
    std::error_code failure;
    for (fs::directory_iterator at(all, failure), end; !failure && at != end; at.increment(failure)) {
        std::error_code unread;
        const auto age = fs::file_time_type::clock::now() - fs::last_write_time(at->path(), unread);
        if (unread || age < kStartWindow) continue;
        const auto isHeld = FileLock::isHeld(at->path() / kLock);
        if (isHeld && !*isHeld) fs::remove_all(at->path(), unread);
    }
}

}  // namespace

Result<SmokeOutcome> smokeRun(const SmokeRequest& request,
                              const std::function<void(const SmokeProgress&)>& progress,
                              std::stop_token stop) {
    SLIPWAY_CHECK(makeFolders(request.home / "smoke"));
    SLIPWAY_CHECK(makeFolders(request.home / "slots"));
    SLIPWAY_CHECK(makeFolders(request.home / "cache"));
    removeLeftovers(request.home / "smoke");
    SLIPWAY_TRY(const TemporaryFolder scratch, TemporaryFolder::create(request.home / "smoke"));
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(scratch.path() / kLock, kStartWindow, stop));
    // The same queue as that of the runs, and what these brought from object stores.
    for (const char* shared : {"slots", "cache"}) {
        std::error_code failure;
        fs::create_symlink(fs::absolute(request.home) / shared, scratch.path() / shared, failure);
        if (failure) return errnoError("cannot write to " + scratch.path().string(), failure.value());
    }
    SLIPWAY_TRY(const RunStore store, RunStore::open(scratch.path()));
    SLIPWAY_TRY(const RunFolder folder,
                store.create(smokeJob(request.job, request.steps), request.jobFolder, TargetId("here")));
    return Smoke(request, folder, progress).live(stop);
}

}  // namespace slipway
