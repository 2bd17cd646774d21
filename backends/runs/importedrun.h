// SPDX-License-Identifier: Apache-2.0
// imported.json of a run that another tool tracked: what it told of itself besides its curves. Such a run has no job. Any thread.
#pragma once

#include "backends/runs/runstore.h"

namespace slipway {

inline constexpr const char* kImportedTarget = "imported";  // the target such a run stands at
// In RunRecord::remote: the tool, and what the run is there.
inline constexpr const char* kImportedFrom = "imported_from";
inline constexpr const char* kImportedIdentity = "imported_identity";

struct ImportedRun {
    std::string name;  // as it was called there
    std::string source;
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::string> tags;
};

inline bool isImported(const RunRecord& record) { return record.remote.contains(kImportedFrom); }

Result<void> keepImported(const RunFolder& folder, const ImportedRun& run);  // Io
Result<ImportedRun> importedRun(const RunFolder& folder);                    // NotFound, Corrupt, Io

}  // namespace slipway
