// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/prune.h"

#include "backends/runs/importedrun.h"

#include <sys/stat.h>

#include <algorithm>

namespace slipway {
namespace {

namespace fs = std::filesystem;

// What the files take on disk; links are not followed.
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

RunFolder folderOf(const RunStore& store, const RunRecord& run) {
    return RunFolder(store.home() / "runs" / std::to_string(run.number));
}

}  // namespace

Result<std::vector<PruneItem>> planPrune(const RunStore& store, std::optional<std::chrono::days> age,
                                         Timestamp now, const std::stop_token& stop) {
    SLIPWAY_TRY(std::vector<RunRecord> runs, store.list());
    std::reverse(runs.begin(), runs.end());
    std::vector<PruneItem> plan;
    for (RunRecord& run : runs) {
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled"};
        if (!isFinal(run.status.state)) continue;
        const RunFolder folder = folderOf(store, run);
        // Imported ones ended elsewhere, perhaps long before they came.
        const bool isKept = isImported(run) || run.marks != RunMarks{};
        const bool isWhole = !isKept && age && run.ended && *run.ended < now - *age;
        if (!isWhole && (run.status.state != RunState::Succeeded || !folder.hasCheckpoint())) continue;
        const Bytes size = sizeOnDisk(isWhole ? folder.path() : folder.checkpointFolder());
        plan.push_back({std::move(run), isWhole, size});
    }
    return plan;
}

Result<void> prune(const RunStore& store, const PruneItem& item) {
    const RunFolder folder = folderOf(store, item.run);
    return item.isWhole ? store.remove(folder) : store.removeCheckpoints(folder);
}

}  // namespace slipway
