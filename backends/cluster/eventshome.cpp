// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/eventshome.h"

#include "backends/cluster/toldresult.h"
#include "backends/image/modelartifact.h"
#include "backends/platform/filelock.h"
#include "backends/runs/eventmerge.h"

namespace slipway {
namespace {

constexpr std::chrono::seconds kLockPatience{60};

}  // namespace

Result<void> fetchLostEvents(const RunFolder& folder, const std::string& reference, HttpClient& http,
                             const std::stop_token& stop) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SLIPWAY_TRY(const ToldResult told, readToldResult(folder));
    if (!isFinal(record.status.state) || told.isWhole()) return {};
    const std::filesystem::path events = folder.path() / "events";
    SLIPWAY_CHECK(makeFolders(events));
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(events / "brought.lock", kLockPatience, stop));
    const std::filesystem::path brought = events / "brought.jsonl";
    SLIPWAY_TRY(const bool hasCome, pullModelEvents(reference, brought, http, stop));
    if (!hasCome) return {};
    const auto merged = mergeEvents(folder, brought, stop);
    std::error_code code;
    std::filesystem::remove(brought, code);
    return merged ? Result<void>() : Result<void>(merged.error());
}

}  // namespace slipway
