// SPDX-License-Identifier: Apache-2.0
// run.json: a RunRecord as text. Unknown fields are skipped; a newer version is refused, so that nothing is lost on writing it back.
// Pure; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/core/run.h"

#include <string>
#include <string_view>

namespace slipway {

inline constexpr std::size_t kMaxRunJsonBytes = 1 << 20;

std::string encodeRun(const RunRecord& record);
// Corrupt, with the field.
Result<RunRecord> decodeRun(std::string_view text);

}  // namespace slipway
