// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/prune.h"

#include "backends/runs/importedrun.h"

#include <sys/stat.h>

#include <algorithm>

namespace slipway {
namespace {

namespace fs = std::filesystem;

Error cancelled() { return {ErrorCode::Cancelled, "cancelled"}; }

RunFolder folderOf(const RunStore& store, const RunRecord& run) {
    return RunFolder(store.home() / "runs" / std::to_string(run.number));
}

}  // namespace

Bytes sizeOnDisk(const fs::path& folder) {
    constexpr std::int64_t kBlock = 512;  // of st_blocks, on every file system
    Bytes size;
    std::error_code failure;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        struct stat status {};
        if (::lstat(at->path().c_str(), &status) == 0) size.count += status.st_blocks * kBlock;
    }
    return size;
}

Result<std::vector<PruneItem>> planPrune(const RunStore& store, const PruneLimits& limits, Timestamp now,
                                         const std::stop_token& stop) {
    struct Candidate {
        PruneItem item;  // of size 0: nothing of it goes so far
        bool isKept;     // as a whole
    };
    SLIPWAY_TRY(std::vector<RunRecord> runs, store.list());
    std::reverse(runs.begin(), runs.end());
    std::vector<Candidate> candidates;
    std::int64_t freed = 0;
    for (RunRecord& run : runs) {
        if (stop.stop_requested()) return cancelled();
        if (!isFinal(run.status.state)) continue;
        const RunFolder folder = folderOf(store, run);
        // Imported ones ended elsewhere, perhaps long before they came.
        const bool isKept = isImported(run) || run.marks != RunMarks{};
        const bool isOld = !isKept && limits.age && run.ended && *run.ended < now - *limits.age;
        Bytes size;
        if (isOld || (run.status.state == RunState::Succeeded && folder.hasCheckpoint()))
            size = sizeOnDisk(isOld ? folder.path() : folder.checkpointFolder());
        freed += size.count;
        candidates.push_back({{std::move(run), isOld, size}, isKept});
    }
    if (limits.budget) {
        SLIPWAY_TRY(const Bytes all, runsOnDisk(store, stop));
        for (auto& [item, isKept] : candidates) {
            if (stop.stop_requested()) return cancelled();
            if (all.count - freed <= limits.budget->count) break;
            if (isKept || item.isWhole) continue;
            const Bytes whole = sizeOnDisk(folderOf(store, item.run).path());
            freed += whole.count - item.size.count;
            item.isWhole = true;
            item.size = whole;
        }
    }
    std::vector<PruneItem> plan;
    for (Candidate& one : candidates) {
        if (one.item.isWhole || one.item.size.count > 0) plan.push_back(std::move(one.item));
    }
    return plan;
}

Result<Bytes> runsOnDisk(const RunStore& store, const std::stop_token& stop) {
    Bytes all;
    std::error_code failure;
    for (fs::directory_iterator at(store.home() / "runs", failure), end; !failure && at != end;
         at.increment(failure)) {
        if (stop.stop_requested()) return cancelled();
        all.count += sizeOnDisk(at->path()).count;
    }
    return all;
}

Result<void> prune(const RunStore& store, const PruneItem& item) {
    const RunFolder folder = folderOf(store, item.run);
    return item.isWhole ? store.remove(folder) : store.removeCheckpoints(folder);
}

}  // namespace slipway
