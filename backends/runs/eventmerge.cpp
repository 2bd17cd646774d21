// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventmerge.h"

#include "backends/events/eventcodec.h"
#include "backends/platform/filelock.h"
#include "backends/runs/eventfile.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLockPatience{20};
constexpr std::size_t kWriteBlock = std::size_t{1} << 20;
constexpr std::size_t kReadAtOnce = 1000;

// Number and time of each event of one rank and attempt; a log repeats both, so together they tell an event from any other.
using Told = std::map<std::uint64_t, Timestamp>;

// The events of a file in their order, a few at a time.
class EventCursor {
public:
    explicit EventCursor(fs::path file) : m_file(std::move(file)) {}

    Result<std::optional<Event>> next() {
        if (m_some.empty()) {
            SLIPWAY_CHECK(readEventFile(m_file, m_position, [this](Event event, const EventFilePosition&) {
                m_some.push_back(std::move(event));
                return m_some.size() < kReadAtOnce;
            }));
        }
        if (m_some.empty()) return std::optional<Event>();
        std::optional<Event> first(std::move(m_some.front()));
        m_some.pop_front();
        return first;
    }

private:
    fs::path m_file;
    EventFilePosition m_position;
    std::deque<Event> m_some;
};

class WholeFile {
public:
    static Result<WholeFile> open(const fs::path& target) {
        WholeFile file;
        file.m_target = target;
        file.m_path = target.string() + ".merged";
        SLIPWAY_TRY(file.m_fd, openFile(file.m_path, O_WRONLY | O_CREAT | O_TRUNC));
        return file;
    }
    WholeFile(WholeFile&&) = default;
    ~WholeFile() {
        if (m_fd.isOpen()) ::unlink(m_path.c_str());
    }

    Result<void> add(std::string_view line) {
        m_block.append(line).append("\n");
        return m_block.size() < kWriteBlock ? Result<void>() : flush();
    }
    Result<void> finish() {
        SLIPWAY_CHECK(flush());
        if (::fsync(m_fd.get()) != 0 || ::rename(m_path.c_str(), m_target.c_str()) != 0)
            return errnoError("cannot write " + m_target.string(), errno);
        m_fd.reset();
        return syncFolder(m_target.parent_path());
    }

private:
    WholeFile() = default;
    Result<void> flush() {
        SLIPWAY_CHECK(writeAll(m_fd.get(), m_block, m_path));
        m_block.clear();
        return {};
    }

    fs::path m_target;
    fs::path m_path;
    UniqueFd m_fd;
    std::string m_block;
};

// One rank's events here with those of the agent's file put between them.
class RankMerge {
public:
    RankMerge(const RunFolder& folder, const fs::path& file, int rank, const Told& brought)
        : m_file(folder.eventsFile(rank)),
          m_rank(rank),
          m_brought(brought),
          m_cursor(file) {}

    Result<std::size_t> run(const RunRecord& record, const std::function<Result<void>()>& beforeRename) {
        SLIPWAY_CHECK(readHere());
        m_attempt = attemptOf(record.attempt);
        m_run = record.id;
        const Told& here = m_here[m_attempt];
        const auto isMissing = [&](const auto& one) { return !isHere(here, one.first, one.second); };
        const auto missing =
            static_cast<std::size_t>(std::count_if(m_brought.begin(), m_brought.end(), isMissing));
        if (missing == 0) return missing;
        m_last = std::max(m_brought.rbegin()->first, here.empty() ? 0 : here.rbegin()->first);
        for (const auto& [seq, time] : here) m_left += isDisplaced(seq, time) ? 0 : 1;
        SLIPWAY_TRY(WholeFile out, WholeFile::open(m_file));
        EventFilePosition position;
        Result<void> written;
        SLIPWAY_CHECK(readEventLines(m_file, position, [&](std::string_view line, const Event* event) {
            written = take(out, line, event);
            return written.hasValue();
        }));
        SLIPWAY_CHECK(std::move(written));
        SLIPWAY_CHECK(addRest(out));
        SLIPWAY_CHECK(beforeRename());
        SLIPWAY_CHECK(out.finish());
        return missing;
    }

private:
    static bool isHere(const Told& told, std::uint64_t seq, Timestamp time) {
        const auto it = told.find(seq);
        return it != told.end() && it->second == time;
    }
    // Numbered here, since the agent's event of that number had not come.
    bool isDisplaced(std::uint64_t seq, Timestamp time) const {
        return m_brought.contains(seq) && !isHere(m_brought, seq, time);
    }

    Result<void> readHere() {
        EventFilePosition position;
        return readEventFile(m_file, position, [this](const Event& event, const EventFilePosition&) {
            m_here[event.attempt].emplace(event.seq, event.time);
            return true;
        });
    }

    int attemptOf(int newest) const {
        for (auto it = m_here.rbegin(); it != m_here.rend(); ++it) {
            for (const auto& [seq, time] : m_brought) {
                if (isHere(it->second, seq, time)) return it->first;
            }
        }
        const auto known = m_here.find(newest);
        const bool isOther = known != m_here.end() &&
                             std::any_of(m_brought.begin(), m_brought.end(),
                                         [&](const auto& one) { return known->second.contains(one.first); });
        return isOther ? newest + 1 : newest;
    }

    Result<void> take(WholeFile& out, std::string_view line, const Event* event) {
        if (event && event->attempt > m_attempt && m_left == 0) SLIPWAY_CHECK(addRest(out));
        if (!event || event->attempt != m_attempt) return out.add(line);
        if (isDisplaced(event->seq, event->time)) {
            m_displaced.push_back(*event);
            return {};
        }
        SLIPWAY_CHECK(addMissing(out, event->seq));
        --m_left;
        return out.add(line);
    }

    // Those numbered below `end`; 0: all.
    Result<void> addMissing(WholeFile& out, std::uint64_t end) {
        for (;;) {
            if (!m_next) {
                SLIPWAY_TRY(m_next, m_cursor.next());
                if (!m_next) return {};
                if (m_next->run != m_run || m_next->rank != m_rank ||
                    isHere(m_here[m_attempt], m_next->seq, m_next->time)) {
                    m_next.reset();
                    continue;
                }
            }
            if (end > 0 && m_next->seq >= end) return {};
            m_next->attempt = m_attempt;
            SLIPWAY_CHECK(out.add(encodeEvent(*m_next)));
            m_next.reset();
        }
    }

    Result<void> addRest(WholeFile& out) {
        if (!std::exchange(m_isRestAdded, true)) SLIPWAY_CHECK(addMissing(out, 0));
        for (Event& event : m_displaced) {
            event.seq = ++m_last;
            SLIPWAY_CHECK(out.add(encodeEvent(event)));
        }
        m_displaced.clear();
        return {};
    }

    fs::path m_file;
    int m_rank;
    const Told& m_brought;
    EventCursor m_cursor;
    RunId m_run;
    int m_attempt = 1;
    std::map<int, Told> m_here;  // by attempt
    std::size_t m_left = 0;      // events of this attempt that stay as they are and were not passed yet
    std::uint64_t m_last = 0;    // number in this attempt, here or brought
    bool m_isRestAdded = false;
    std::optional<Event> m_next;
    std::vector<Event> m_displaced;
};

// The curves' state names a place in the old file: it goes before that file does, and nobody writes it anew meanwhile.
Result<FileLock> forgetCurves(const RunFolder& folder, const std::stop_token& stop) {
    const fs::path curves = folder.path() / "curves";
    SLIPWAY_CHECK(makeFolders(curves));
    SLIPWAY_TRY(FileLock lock, FileLock::acquire(curves / "curves.lock", kLockPatience, stop));
    std::error_code code;
    fs::remove(curves / "state.json", code);
    if (code) return errnoError("cannot remove " + (curves / "state.json").string(), code.value());
    return lock;
}

}  // namespace

Result<std::size_t> mergeEvents(const RunFolder& folder, const fs::path& file, const std::stop_token& stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    std::map<int, Told> brought;
    EventFilePosition position;
    SLIPWAY_CHECK(readEventFile(file, position, [&](const Event& event, const EventFilePosition&) {
        if (event.run == record.id) brought[event.rank].emplace(event.seq, event.time);
        return !stop.stop_requested();
    }));
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
    SLIPWAY_CHECK(makeFolders(folder.path() / "events"));
    SLIPWAY_TRY(const FileLock writing,
                FileLock::acquire(folder.path() / "events" / "writer.lock", kLockPatience, stop));
    std::size_t added = 0;
    for (const auto& [rank, told] : brought) {
        std::optional<FileLock> curves;
        const auto beforeRename = [&]() -> Result<void> {
            SLIPWAY_TRY(curves, forgetCurves(folder, stop));
            return {};
        };
        SLIPWAY_TRY(const std::size_t some, RankMerge(folder, file, rank, told).run(record, beforeRename));
        added += some;
    }
    return added;
}

}  // namespace slipway
