// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/runs/runjson.h"
#include "backends/runs/runstore.h"

namespace slipway {
namespace {

constexpr std::chrono::seconds kLockPatience{20};

}  // namespace

std::filesystem::path RunFolder::eventsFile(int rank) const {
    return m_path / "events" / ("rank-" + std::to_string(rank) + ".jsonl");
}

bool RunFolder::hasCheckpoint() const {
    std::error_code failure;
    for (std::filesystem::directory_iterator it(checkpointFolder(), failure), end; !failure && it != end;
         it.increment(failure))
        if (it->path().extension() != ".part") return true;
    return false;
}

bool RunFolder::hasResult() const {
    std::error_code failure;
    return std::filesystem::is_directory(resultFolder(), failure) &&
           !std::filesystem::is_empty(resultFolder(), failure) && !failure;
}

Result<RunRecord> RunFolder::record() const {
    SLIPWAY_TRY(const std::string text, readFile(m_path / "run.json", kMaxRunJsonBytes));
    auto record = decodeRun(text);
    if (record) return record;
    return Error{ErrorCode::Corrupt, (m_path / "run.json").string() + " is damaged", record.error().message,
                 ""};
}

Result<void> RunFolder::write(const RunRecord& record) const {
    return writeFileAtomically(m_path / "run.json", encodeRun(record));
}

Result<bool> RunFolder::isBeingSubmitted() const {
    SLIPWAY_TRY(const bool isHeld, FileLock::isHeld(submitLock()));
    std::error_code failure;
    if (isHeld || std::filesystem::exists(submitLock(), failure)) return isHeld;
    SLIPWAY_TRY(const RunRecord made, record());
    return now() - made.created < kStartWindow;
}

Result<RunRecord> RunFolder::update(const std::function<void(RunRecord&)>& change) const {
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(m_path / "run.lock", kLockPatience));
    SLIPWAY_TRY(RunRecord current, record());
    const std::string before = encodeRun(current);
    change(current);
    if (encodeRun(current) != before) SLIPWAY_CHECK(write(current));
    return current;
}

Result<RunRecord> RunFolder::mark(const MarkChange& change) const {
    Result<RunMarks> marks{RunMarks{}};
    SLIPWAY_TRY(RunRecord record, update([&](RunRecord& now) {
                    marks = changedMarks(now.marks, change);
                    if (marks) now.marks = *marks;
                }));
    if (!marks) return marks.error();
    return record;
}

}  // namespace slipway
