// SPDX-License-Identifier: Apache-2.0
// A run's settings and the extent of its metrics, and how the index keeps them as JSON. Any thread.
#pragma once

#include "backends/core/runsummary.h"
#include "backends/runs/runstore.h"

#include <string_view>

namespace slipway {

// From the run's files; brings its curves up to date, which for a long run that nobody looked at yet takes a while. What cannot be
// read is left out.
RunDetails readRunDetails(const RunFolder& folder);
// Changes when one of those files does.
std::string runDetailsStamp(const RunFolder& folder);

std::string encodeDetails(const RunDetails& details);
Result<RunDetails> decodeDetails(std::string_view text);  // Corrupt

}  // namespace slipway
