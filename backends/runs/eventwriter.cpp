// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"
#include "backends/platform/filelock.h"
#include "backends/runs/eventfile.h"
#include "backends/runs/runstore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace slipway {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kSyncInterval{1};

struct RankFile {
    UniqueFd fd;
    std::filesystem::path path;
    std::uint64_t size = 0;
    std::map<int, std::uint64_t> last;  // attempt -> seq
    bool isDirty = false;
    Clock::time_point synced{};
};

// What a power cut must not take back: from these, others conclude that something is saved or over.
bool isSyncedAtOnce(const EventBody& body) {
    return std::holds_alternative<StateEvent>(body) || std::holds_alternative<CheckpointEvent>(body) ||
           std::holds_alternative<RankExitedEvent>(body) || std::holds_alternative<ResultEvent>(body) ||
           std::holds_alternative<SummaryEvent>(body);
}

Result<void> syncFile(RankFile& file) {
    if (!file.isDirty) return {};
    file.synced = Clock::now();
    if (::fdatasync(file.fd.get()) != 0 && errno != EINVAL)
        return errnoError("cannot sync " + file.path.string(), errno);
    file.isDirty = false;
    return {};
}

// A line that a crash cut in two goes; the event comes again, or was never told as written.
Result<void> cutHalfLine(RankFile& file) {
    char last = '\n';
    constexpr std::uint64_t kBlock = 64 * 1024;
    std::uint64_t end = file.size;
    std::string block;
    while (end > 0) {
        const std::uint64_t begin = end > kBlock ? end - kBlock : 0;
        block.resize(static_cast<std::size_t>(end - begin));
        const ssize_t count = ::pread(file.fd.get(), block.data(), block.size(), static_cast<off_t>(begin));
        if (count != static_cast<ssize_t>(block.size()))
            return errnoError("cannot read " + file.path.string(), errno);
        const std::size_t feed = block.rfind(last);
        if (feed != std::string::npos) {
            end = begin + feed + 1;
            break;
        }
        end = begin;
    }
    if (end == file.size) return {};
    if (::ftruncate(file.fd.get(), static_cast<off_t>(end)) != 0)
        return errnoError("cannot repair " + file.path.string(), errno);
    file.size = end;
    return {};
}

Result<RankFile> openRank(const std::filesystem::path& path) {
    RankFile file;
    file.path = path;
    SLIPWAY_TRY(file.fd, openFile(path, O_RDWR | O_CREAT | O_APPEND));
    struct stat info {};
    if (::fstat(file.fd.get(), &info) != 0) return errnoError("cannot read " + path.string(), errno);
    file.size = static_cast<std::uint64_t>(info.st_size);
    SLIPWAY_CHECK(cutHalfLine(file));
    return file;
}

// The last number of each attempt. Most files have one attempt, whose last event stands in the last lines.
Result<void> learnLast(RankFile& file) {
    constexpr std::uint64_t kTail = 256 * 1024;
    EventFilePosition position;
    if (file.size > kTail) position.offset = file.size - kTail;
    const auto learn = [&](const Event& event, const EventFilePosition&) {
        file.last[event.attempt] = std::max(file.last[event.attempt], event.seq);
        return true;
    };
    SLIPWAY_CHECK(readEventFile(file.path, position, learn));
    const bool isOneAttempt = file.last.size() == 1 && file.last.begin()->first == 1;
    if (file.size <= kTail || isOneAttempt) return {};
    EventFilePosition whole;
    return readEventFile(file.path, whole, learn);
}

}  // namespace

struct EventWriter::State {
    RunFolder folder{{}};
    std::optional<FileLock> lock;
    std::map<int, RankFile> ranks;
};

EventWriter::EventWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
EventWriter::EventWriter(EventWriter&&) noexcept = default;
EventWriter& EventWriter::operator=(EventWriter&&) noexcept = default;

EventWriter::~EventWriter() {
    if (m_state) static_cast<void>(flush());
}

Result<EventWriter> EventWriter::open(const RunFolder& folder) {
    auto state = std::make_unique<State>();
    state->folder = folder;
    SLIPWAY_CHECK(makeFolders(folder.path() / "events"));
    SLIPWAY_TRY(state->lock, FileLock::tryAcquire(folder.path() / "events" / "writer.lock"));
    if (!state->lock) {
        return Error{ErrorCode::Conflict, "another process writes the events of " + folder.path().string(),
                     "", "Read them instead: they are kept up to date"};
    }
    for (const auto& [rank, path] : eventFiles(folder.path())) {
        SLIPWAY_TRY(RankFile file, openRank(path));
        SLIPWAY_CHECK(learnLast(file));
        state->ranks.emplace(rank, std::move(file));
    }
    return EventWriter(std::move(state));
}

std::uint64_t EventWriter::lastSeq(int attempt, int rank) const {
    const auto file = m_state->ranks.find(rank);
    if (file == m_state->ranks.end()) return 0;
    const auto last = file->second.last.find(attempt);
    return last == file->second.last.end() ? 0 : last->second;
}

Result<bool> EventWriter::append(const Event& event) {
    auto found = m_state->ranks.find(event.rank);
    if (found == m_state->ranks.end()) {
        const std::filesystem::path path = m_state->folder.eventsFile(event.rank);
        SLIPWAY_TRY(RankFile created, openRank(path));
        SLIPWAY_CHECK(syncFolder(path.parent_path()));
        found = m_state->ranks.emplace(event.rank, std::move(created)).first;
    }
    RankFile& file = found->second;
    std::uint64_t& last = file.last[event.attempt];
    if (event.seq <= last) return false;
    std::string line = encodeEvent(event);
    if (line.size() > kMaxEventBytes) {
        return Error{ErrorCode::InvalidArgument,
                     "an event of " + std::to_string(line.size()) + " bytes is above the limit", "", ""};
    }
    line += '\n';
    if (auto written = writeAll(file.fd.get(), line, file.path); !written) {
        // A full disk takes a part of the line: that part goes, so that the file stays whole.
        if (::ftruncate(file.fd.get(), static_cast<off_t>(file.size)) != 0)
            return errnoError("cannot repair " + file.path.string(), errno);
        return std::move(written).error();
    }
    file.size += line.size();
    last = event.seq;
    file.isDirty = true;
    if (isSyncedAtOnce(event.body) || Clock::now() - file.synced >= kSyncInterval)
        SLIPWAY_CHECK(syncFile(file));
    return true;
}

Result<void> EventWriter::flush() {
    for (auto& [rank, file] : m_state->ranks) SLIPWAY_CHECK(syncFile(file));
    return {};
}

}  // namespace slipway
