// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runstore.h"

#include "backends/core/nearestname.h"
#include "backends/platform/filelock.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/runs/runindex.h"
#include "backends/spec/specdocument.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <random>

namespace slipway {
namespace {

namespace fs = std::filesystem;

std::string randomPart() {
    // No vowels, so that no words come about; no letter that looks like a digit.
    constexpr std::string_view kLetters = "bcdfghjkmnpqrstvwxz23456789";
    std::random_device source;
    std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
    std::string text;
    for (int i = 0; i < 5; ++i) text += kLetters[pick(source)];
    return text;
}

std::optional<std::int64_t> asNumber(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number < 1)
        return std::nullopt;
    return number;
}

// mkdir is what takes a number: it succeeds for one process only.
Result<std::int64_t> takeNumber(const fs::path& runs) {
    std::int64_t next = 1;
    std::error_code failure;
    for (fs::directory_iterator at(runs, failure), end; !failure && at != end; at.increment(failure)) {
        if (const auto number = asNumber(at->path().filename().string())) next = std::max(next, *number + 1);
    }
    if (failure) return errnoError("cannot read " + runs.string(), failure.value());
    while (::mkdir((runs / std::to_string(next)).c_str(), 0755) != 0) {
        if (errno != EEXIST) return errnoError("cannot create a run in " + runs.string(), errno);
        ++next;
    }
    return next;
}

constexpr std::string_view kRemoved = ".removed-";

void sweepRemoved(const fs::path& runs) {
    std::error_code failure;
    std::vector<fs::path> left;
    for (fs::directory_iterator at(runs, failure), end; !failure && at != end; at.increment(failure)) {
        if (at->path().filename().string().starts_with(kRemoved)) left.push_back(at->path());
    }
    for (const fs::path& folder : left) fs::remove_all(folder, failure);
}

// The run that has not ended and began, perhaps over others, with a checkpoint of `run`.
const RunRecord* resumedFrom(const RunRecord& run, const std::vector<RunRecord>& records) {
    const RunRecord* found = nullptr;
    for (const RunRecord& record : records) {
        if (record.resumedFrom != run.id || record.number <= run.number) continue;
        found = isFinal(record.status.state) ? resumedFrom(record, records) : &record;
        if (found != nullptr) break;
    }
    return found;
}

}  // namespace

fs::path defaultHome() { return slipwayHome(); }

Result<RunStore> RunStore::open(fs::path home) {
    SLIPWAY_CHECK(makeFolders(home / "runs"));
    return RunStore(std::move(home));
}

Result<RunFolder> RunStore::create(const JobSpec& job, const fs::path& jobFolder,
                                   const TargetId& target) const {
    RunRecord record;
    record.job = job.name;
    std::error_code failure;
    record.jobFolder = fs::absolute(jobFolder, failure).lexically_normal().string();
    record.target = target;
    record.replicas = job.replicas;
    record.created = now();
    record.status = {RunState::Preparing, ""};
    return add(record,
               [&](const RunFolder& aside) { return writeFileAtomically(aside.jobFile(), writeJob(job)); });
}

Result<RunFolder> RunStore::add(RunRecord record,
                                const std::function<Result<void>(const RunFolder&)>& fill) const {
    const fs::path runs = m_home / "runs";
    SLIPWAY_TRY(record.number, takeNumber(runs));
    record.id = RunId(record.job + "-" + std::to_string(record.number) + "-" + randomPart());

    // Filled aside and renamed over the empty folder: whoever lists runs sees all of it or nothing.
    const fs::path folder = runs / std::to_string(record.number);
    const auto place = [&]() -> Result<void> {
        SLIPWAY_TRY(TemporaryFolder made, TemporaryFolder::create(runs));
        const RunFolder aside(made.path());
        SLIPWAY_CHECK(aside.write(record));
        SLIPWAY_CHECK(fill(aside));
        ::chmod(made.path().c_str(), 0755);
        if (::rename(made.path().c_str(), folder.c_str()) != 0)
            return errnoError("cannot create " + folder.string(), errno);
        made.release();
        return syncFolder(runs);
    };
    if (auto placed = place(); !placed) {
        ::rmdir(folder.c_str());  // the number alone
        return std::move(placed).error();
    }
    return RunFolder(folder);
}

Result<void> RunStore::isAtRest(const RunFolder& folder) const {
    const std::string name = folder.path().filename().string();
    const auto record = folder.record();
    if (record && !isFinal(record->status.state)) {
        return Error{ErrorCode::Conflict,
                     "run #" + name + " is still " + std::string(runStateName(record->status.state)),
                     record->status.reason, "Stop it first with: slipway cancel " + name};
    }
    // A damaged one is listed as lost.
    if (!record && record.error().code != ErrorCode::Corrupt && record.error().code != ErrorCode::NotFound)
        return record.error();
    for (const char* lock : {"agent.lock", "submit.lock", "follow.lock"}) {
        SLIPWAY_TRY(const bool isHeld, FileLock::isHeld(folder.path() / lock));
        if (isHeld)
            return Error{ErrorCode::Conflict, "run #" + name + " is still being written", "",
                         "Try again in a moment"};
    }
    SLIPWAY_TRY(const std::vector<RunRecord> records, list());
    const RunRecord* next = record ? resumedFrom(*record, records) : nullptr;
    if (next == nullptr) return {};
    const std::string number = std::to_string(next->number);
    return Error{ErrorCode::Conflict, "run #" + number + " goes on from its checkpoint", "",
                 "Wait until that has ended, or stop it with: slipway cancel " + number};
}

Result<void> RunStore::remove(const RunFolder& folder) const {
    const fs::path runs = m_home / "runs";
    const fs::path name = folder.path().filename();
    SLIPWAY_CHECK(isAtRest(folder));
    const fs::path aside = runs / (std::string(kRemoved) + name.string() + "-" + randomPart());
    if (::rename(folder.path().c_str(), aside.c_str()) != 0)
        return errnoError("cannot remove " + folder.path().string(), errno);
    SLIPWAY_CHECK(syncFolder(runs));
    sweepRemoved(runs);
    SLIPWAY_TRY(const auto left, list());  // takes the row out of the index
    std::error_code failure;
    if (!fs::exists(aside, failure)) return {};
    return Error{ErrorCode::Io, "run #" + name.string() + " is removed, but not all its files",
                 aside.string(), "Look at who owns them, and delete them"};
}

Result<void> RunStore::removeCheckpoints(const RunFolder& folder) const {
    SLIPWAY_CHECK(isAtRest(folder));
    std::error_code failure;
    fs::remove_all(folder.checkpointFolder(), failure);
    if (!failure) return {};
    return errnoError("cannot remove " + folder.checkpointFolder().string(), failure.value());
}

Result<std::vector<RunRecord>> RunStore::list() const { return listRuns(m_home); }

Result<RunFolder> RunStore::folder(const RunId& id) const {
    SLIPWAY_TRY(const std::vector<RunRecord> records, list());
    for (const RunRecord& record : records) {
        if (record.id == id) return RunFolder(m_home / "runs" / std::to_string(record.number));
    }
    return Error{ErrorCode::NotFound, "no run " + id.str(), "", "See them with: slipway runs"};
}

Result<RunFolder> RunStore::find(const std::string& name) const {
    if (const auto number = asNumber(name)) {
        const fs::path folder = m_home / "runs" / std::to_string(*number);
        std::error_code failure;
        if (fs::exists(folder, failure) && !fs::is_empty(folder, failure)) return RunFolder(folder);
    }
    SLIPWAY_TRY(const std::vector<RunRecord> records, list());
    std::vector<std::string> known{"last"};
    for (const RunRecord& record : records) {
        if (name == "last" || record.id.str() == name || record.job == name)
            return RunFolder(m_home / "runs" / std::to_string(record.number));
        known.push_back(record.job);
        known.push_back(std::to_string(record.number));
    }
    if (records.empty())
        return Error{ErrorCode::NotFound, "there are no runs yet", "", "Start one with: slipway run"};
    const auto nearest = nearestName(name, known);
    return Error{ErrorCode::NotFound, "no run is called \"" + name.substr(0, 80) + "\"",
                 nearest ? "did you mean " + *nearest + "?" : "", "See them with: slipway runs"};
}

}  // namespace slipway
