// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/machine/machinetarget.h"

#include <fcntl.h>
#include <signal.h>

#include <thread>

#include "backends/cluster/keptcheckpoint.h"
#include "backends/cluster/toldresult.h"
#include "backends/data/digest.h"
#include "backends/platform/filelock.h"
#include "backends/platform/process.h"
#include "backends/platform/processidentity.h"
#include "backends/runs/verifiedfiles.h"

namespace slipway {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kLook{50};
constexpr std::size_t kMaxLockBytes = 4096;

fs::path lockFile(const RunFolder& folder) { return folder.path() / "agent.lock"; }

// Who holds the run's lock, as it says there; none while nobody does, or while it has not told yet.
Result<std::optional<ProcessIdentity>> agentOf(const RunFolder& folder) {
    SLIPWAY_TRY(const bool isHeld, FileLock::isHeld(lockFile(folder)));
    if (!isHeld) return std::optional<ProcessIdentity>();
    SLIPWAY_TRY(const std::string content, readFile(lockFile(folder), kMaxLockBytes));
    if (content.empty()) return std::optional<ProcessIdentity>();
    auto holder = parseIdentity(content);
    if (holder) return std::optional(*std::move(holder));
    Error error = std::move(holder).error();
    error.detail = lockFile(folder).string();
    return error;
}

// A run's files as the reducer wants them, kept up to date.
class RunFiles {
public:
    explicit RunFiles(const RunFolder& folder) : m_folder(folder), m_reader(folder) {}

    // True when there was anything new. Liveness is looked at first: an agent that ends between the two has written its summary.
    Result<bool> look() {
        if (!m_last) {
            SLIPWAY_TRY(m_isSubmitting, FileLock::isHeld(m_folder.submitLock()));
        }
        SLIPWAY_TRY(m_facts.isAlive, FileLock::isHeld(lockFile(m_folder)));
        bool isNew = false;
        for (;;) {
            SLIPWAY_TRY(const std::vector<Event> events, m_reader.next());
            if (events.empty()) return isNew;
            const bool isAlive = m_facts.isAlive;
            m_facts = agentFacts(events, std::move(m_facts));
            m_facts.isAlive = isAlive;
            for (const Event& event : events) note(event);
            isNew = true;
        }
    }

    const AgentFacts& facts() const { return m_facts; }
    const ResultEvent& result() const { return m_result.result(); }

    // run.json with what the files say now; written only when that changes it.
    Result<RunRecord> record() const {
        SLIPWAY_TRY(RunRecord record, m_folder.record());
        if (isFinal(record.status.state) && record.ended) return record;
        RunFacts facts;
        facts.isSubmitted = true;
        if (!m_last && !m_facts.isAlive) {
            // Its submitter or its agent is about to begin.
            if (m_isSubmitting || now() - record.created < kStartWindow) return record;
            facts.submitError = "the submission was ended before its agent began";
        }
        facts.isCancelRequested = record.isCancelRequested;
        facts.agent = m_facts;
        const RunStatus status = reduce(facts);
        if (status == record.status && !isFinal(status.state)) return record;
        return m_folder.update([&](RunRecord& r) {
            r.status = status;
            if (!r.started && m_started) r.started = m_started;
            if (isFinal(status.state) && !r.ended) r.ended = m_last.value_or(now());
        });
    }

private:
    void note(const Event& event) {
        m_last = event.time;
        if (!m_started && std::holds_alternative<RankStartedEvent>(event.body)) m_started = event.time;
        m_result.note(event);
    }

    RunFolder m_folder;
    EventReader m_reader;
    AgentFacts m_facts;
    ToldResult m_result;
    bool m_isSubmitting = false;
    std::optional<Timestamp> m_started;
    std::optional<Timestamp> m_last;
};

class MachineTarget final : public Submitter, public Observer, public ResultSource {
public:
    explicit MachineTarget(TargetSettings settings) : m_settings(std::move(settings)) {}

    Result<RunRecord> submit(const SubmitRequest& request, std::stop_token stop) override {
        RunFiles files(request.folder);
        SLIPWAY_TRY(const bool hasEvents, files.look());
        if (hasEvents || files.facts().isAlive) return files.record();
        SLIPWAY_TRY(const RunRecord before, request.folder.record());
        if (before.isCancelRequested)
            return Error{ErrorCode::Cancelled, "the run was cancelled before it was submitted", "", ""};
        SLIPWAY_TRY(const std::vector<std::string> command, agentCommand(request.folder));
        SLIPWAY_TRY(const pid_t agent, start(command, request.folder));
        const auto deadline = std::chrono::steady_clock::now() + kStartWindow;
        while (std::chrono::steady_clock::now() < deadline) {
            // Asked before the files, since a short run may be over already.
            const bool isGone = ::kill(agent, 0) != 0;
            SLIPWAY_TRY(const bool hasBegun, files.look());
            if (hasBegun || files.facts().isAlive) return files.record();
            if (isGone) break;
            if (stop.stop_requested()) {
                ::kill(agent, SIGTERM);
                return Error{ErrorCode::Cancelled, "stopped while the agent was starting", "", ""};
            }
            std::this_thread::sleep_for(kLook);
        }
        const auto log = readFile(request.folder.path() / "agent.log", 64 * 1024);
        return Error{ErrorCode::Internal, "slipway-agent ended before it began", log ? *log : std::string{},
                     "Look at " + (request.folder.path() / "agent.log").string()};
    }

    Result<void> ask(const JobSpec&, std::stop_token) override { return {}; }

    Result<std::string> preview(const SubmitRequest& request) override {
        std::string text;
        for (const std::string& word : {m_settings.agent.string(), std::string("run"),
                                        std::string("--run-folder"), std::string("RUN")}) {
            text += (text.empty() ? "" : " ") + word;
        }
        return text + "\n# job " + request.job.name + "\n";
    }

    Result<void> cancel(const RunFolder& folder, std::stop_token) override {
        SLIPWAY_TRY(const RunRecord record, folder.update([](RunRecord& r) {
            if (!isFinal(r.status.state)) r.isCancelRequested = true;
        }));
        if (isFinal(record.status.state)) return {};
        SLIPWAY_TRY(const std::optional<ProcessIdentity> agent, agentOf(folder));
        // One that has not told who it is reads run.json when it begins, one that is elsewhere within a second.
        if (!agent) return {};
        if (agent->host.empty()) {
            const std::string pid = std::to_string(agent->pid);
            return Error{ErrorCode::Conflict,
                         "the run's agent is of an older version, which does not tell on which machine it is "
                         "process " +
                             pid,
                         "", "Stop it there with: kill " + pid};
        }
        SLIPWAY_TRY(const bool isSignalled, signalProcess(*agent, SIGTERM));
        static_cast<void>(isSignalled);
        return {};
    }

    Result<TargetVerdict> dryRun(const JobSpec& job, std::stop_token) override {
        return machineVerdict(job, machineCapacity(), environmentVariables());
    }

    Result<RunRecord> follow(const RunFolder& folder, const std::function<void(const RunRecord&)>& changed,
                             std::stop_token stop) override {
        RunFiles files(folder);
        constexpr std::chrono::milliseconds kBatch{100};
        RunStatus last;
        bool isFirst = true;
        for (;;) {
            SLIPWAY_TRY(const bool isNew, files.look());
            SLIPWAY_TRY(const RunRecord record, files.record());
            if (isNew || isFirst || record.status != last) changed(record);
            if (isFinal(record.status.state) && !files.facts().isAlive) return record;
            isFirst = false;
            last = record.status;
            if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped following", "", ""};
            std::this_thread::sleep_for(kBatch);
        }
    }

    Result<RunRecord> refresh(const RunFolder& folder, std::stop_token) override {
        RunFiles files(folder);
        SLIPWAY_TRY(const bool isNew, files.look());
        static_cast<void>(isNew);
        return files.record();
    }

    Result<void> fetch(const RunFolder& folder, const std::function<void(Bytes, Bytes)>& progress,
                       std::stop_token stop) override {
        RunFiles files(folder);
        SLIPWAY_TRY(const bool hasEvents, files.look());
        if (!hasEvents || files.result().files.empty()) {
            return Error{ErrorCode::NotFound, "the run has no result", "",
                         "See how it ended with: slipway show"};
        }
        auto verified = verify(folder.resultFolder(), files.result().files, progress, stop);
        if (verified) return keepVerified(folder.resultFolder(), *verified);
        if (verified.error().code == ErrorCode::Corrupt) SLIPWAY_CHECK(forgetVerified(folder.resultFolder()));
        return verified.error();
    }

private:
    static Result<std::vector<StampedFile>> verify(const fs::path& folder,
                                                   const std::vector<ResultFile>& told,
                                                   const std::function<void(Bytes, Bytes)>& progress,
                                                   const std::stop_token& stop) {
        std::vector<StampedFile> verified;
        Bytes done, total;
        for (const ResultFile& file : told) total.count += file.size.count;
        for (const ResultFile& file : told) {
            if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped while verifying", "", ""};
            const fs::path path = folder / file.path;
            SLIPWAY_TRY(const FileStamp stamp, fileStamp(path));
            const auto report = [&](Bytes read) { progress(Bytes{done.count + read.count}, total); };
            SLIPWAY_TRY(const ContentDigest digest, contentDigest(path, stop, report));
            if (digest.digest != file.digest) {
                return Error{ErrorCode::Corrupt, path.string() + " is not what the run saved",
                             "its digest is " + digest.digest.str() + ", not " + file.digest.str(),
                             "Run the job again, or restore the file"};
            }
            verified.push_back({file, stamp});
            done.count += file.size.count;
            progress(done, total);
        }
        return verified;
    }

    Result<std::vector<std::string>> agentCommand(const RunFolder& folder) const {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        std::vector<std::string> command{m_settings.agent.string(),
                                         "run",
                                         "--run-folder",
                                         folder.path().string(),
                                         "--work-folder",
                                         record.jobFolder,
                                         "--runner",
                                         m_settings.runner.string()};
        if (!record.resumedFrom) return command;
        SLIPWAY_TRY(const RunStore store, RunStore::open(m_settings.home));
        SLIPWAY_TRY(const RunFolder before, store.folder(*record.resumedFrom));
        SLIPWAY_TRY(const RunFolder source, checkpointSource(store, before));
        command.insert(command.end(), {"--resume", source.checkpointFolder().string()});
        return command;
    }

    static Result<pid_t> start(const std::vector<std::string>& command, const RunFolder& folder) {
        SLIPWAY_TRY(const UniqueFd nothing, openFile("/dev/null", O_RDONLY));
        SLIPWAY_TRY(const UniqueFd log, openFile(folder.path() / "agent.log", O_WRONLY | O_CREAT | O_APPEND));
        SpawnOptions options;
        options.command = command;
        options.environment = currentEnvironment();
        options.descriptors = {{nothing.get(), 0}, {log.get(), 1}, {log.get(), 2}};
        options.isDetached = true;
        return spawn(options);
    }

    TargetSettings m_settings;
};

}  // namespace

std::optional<std::string> agentElsewhere(const RunFolder& folder) {
    const auto agent = agentOf(folder);
    if (!agent || !*agent || (*agent)->host.empty() || isHere(**agent, thisProcess())) return std::nullopt;
    return (*agent)->host;
}

Result<bool> terminateAgent(const RunFolder& folder) {
    SLIPWAY_TRY(const std::optional<ProcessIdentity> agent, agentOf(folder));
    if (!agent) return false;
    return signalProcess(*agent, SIGTERM);
}

Target makeMachineTarget(const TargetSettings& settings) {
    const auto machine = std::make_shared<MachineTarget>(settings);
    return {machineInfo(), machine, machine, machine};
}

}  // namespace slipway
