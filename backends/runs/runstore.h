// SPDX-License-Identifier: Apache-2.0
// The runs folder: one folder a run, which is the truth; the SQLite index beside it can be rebuilt from them.
//   <home>/runs/42/{job.yaml, run.json, events/rank-0.jsonl, curves/<metric>.curve, checkpoints/, result/, agent.lock,
//   submit.lock}
// <home> is $SLIPWAY_HOME, else $XDG_DATA_HOME/slipway, else ~/.local/share/slipway. Several processes may use it at once:
// files are replaced whole (temporary name, sync, rename), numbers are taken by mkdir. Objects are not shared between threads.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/core/run.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slipway {

std::filesystem::path defaultHome();

// From the making of a run's folder to its submitter's lock, and from the start of an agent to the agent's.
inline constexpr std::chrono::seconds kStartWindow{20};

// One run's folder.
class RunFolder {
public:
    explicit RunFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path jobFile() const { return m_path / "job.yaml"; }
    std::filesystem::path eventsFile(int rank) const;
    std::filesystem::path checkpointFolder() const { return m_path / "checkpoints"; }
    // Whether a checkpoint is there; one that was being written when its run ended (*.part) is none.
    bool hasCheckpoint() const;
    std::filesystem::path resultFolder() const { return m_path / "result"; }
    bool hasResult() const;  // anything at all
    // A FileLock that the submitting program holds until the target has the run.
    std::filesystem::path submitLock() const { return m_path / "submit.lock"; }
    // Somebody holds the submit lock, or the folder is so new that its maker may be about to take it.
    Result<bool> isBeingSubmitted() const;

    Result<RunRecord> record() const;            // Corrupt, NotFound, Io
    Result<void> write(const RunRecord&) const;  // whole, atomically
    // Read, change, write under the folder's lock, so that the agent and a command never undo each other.
    Result<RunRecord> update(const std::function<void(RunRecord&)>& change) const;
    // InvalidArgument as changedMarks().
    Result<RunRecord> mark(const MarkChange& change) const;

private:
    std::filesystem::path m_path;
};

// Appends events to a run's files; the single writer is the agent here, or the follower of a remote run.
// Drops events it already has (seq not above the last of that attempt and rank), so a resumed stream never repeats.
class EventWriter {
public:
    // Cuts off what a crash left of a half-written line. Conflict while another process has the run's events open for writing; Io.
    static Result<EventWriter> open(const RunFolder& folder);
    EventWriter(EventWriter&&) noexcept;
    EventWriter& operator=(EventWriter&&) noexcept;
    ~EventWriter();

    // True when the event was new. It is in the file when this returns (the end of this process loses nothing); states, checkpoints,
    // results and ends are synced at once, all else within a second or by flush(). On a full disk: Io, the file stays whole, and
    // the same event can be appended again.
    Result<bool> append(const Event& event);
    Result<void> flush();
    std::uint64_t lastSeq(int attempt, int rank) const;

private:
    struct State;
    explicit EventWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

// Reads what was appended since the last call; a half-written last line waits for its rest; lines that are no events are counted.
class EventReader {
public:
    explicit EventReader(RunFolder folder) : m_folder(std::move(folder)) {}
    // All ranks, each rank's in order, merged by time. At most `limit` events a call.
    Result<std::vector<Event>> next(std::size_t limit = 100000);
    std::size_t damagedLines() const;
    // How often a file was replaced by a fuller one (mergeEvents()) since it was first read. What was handed out before is not
    // handed out again; what was filled in comes late. Who needs it in its place reads anew.
    std::size_t rewrites() const { return m_rewrites; }

private:
    struct File {
        std::uint64_t offset = 0;
        std::size_t damaged = 0;
        std::uint64_t inode = 0;
        bool isReread = false;
        std::map<int, std::map<std::uint64_t, std::uint64_t>> seen;  // attempt -> first -> last number

        bool hasSeen(const Event& event) const;
        void see(const Event& event);
    };

    RunFolder m_folder;
    std::map<std::string, File> m_files;
    std::size_t m_rewrites = 0;
};

struct CurvePoint {
    std::int64_t step = 0;
    double seconds = 0;  // since the run's first event
    double value = 0;
};

// Facts for the reducer from all events so far.
AgentFacts agentFacts(std::span<const Event> events, AgentFacts before = {});

class RunStore {
public:
    static Result<RunStore> open(std::filesystem::path home);

    const std::filesystem::path& home() const { return m_home; }
    // A new folder with job.yaml and run.json (state preparing); takes the next free number and a random part for the id.
    Result<RunFolder> create(const JobSpec& job, const std::filesystem::path& jobFolder,
                             const TargetId& target) const;
    // The same for a run that is over, as an import brings it: `record` gets number and id, `fill` writes what else it has, and all
    // of it is there at once, or, where that fails, nothing.
    Result<RunFolder> add(RunRecord record, const std::function<Result<void>(const RunFolder&)>& fill) const;
    // The folder and its row of the index, at once or not at all; what a kill leaves of the files goes with the next removal.
    // Conflict: the run has not ended, is still written, or one that has not ended goes on from it. NotFound, Io.
    Result<void> remove(const RunFolder& folder) const;
    // Its checkpoints only, under the same conditions: it cannot be resumed then.
    Result<void> removeCheckpoints(const RunFolder& folder) const;
    // "42", "#42", a run id, a job name (its newest run) or "last". NotFound names the nearest.
    Result<RunFolder> find(const std::string& name) const;
    // Newest first, from the index, which is first brought up to date with folders that changed. Damaged folders are listed as Lost.
    Result<std::vector<RunRecord>> list() const;
    Result<RunFolder> folder(const RunId& id) const;

private:
    explicit RunStore(std::filesystem::path home) : m_home(std::move(home)) {}
    Result<void> isAtRest(const RunFolder& folder) const;  // Conflict: it is not
    std::filesystem::path m_home;
};

}  // namespace slipway
