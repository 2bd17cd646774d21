// SPDX-License-Identifier: Apache-2.0
// A program's code as it was when a run was made of it, kept beside the run, so that runs can be told apart by it. Any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"

#include <filesystem>

namespace slipway {

inline constexpr std::int64_t kMaxKeptCodeFile = std::int64_t{1} << 18;
inline constexpr std::int64_t kMaxKeptCode = std::int64_t{1} << 23;
inline constexpr std::size_t kMaxKeptCodeFiles = 2000;

// Copies what planCode() names to the new folder `to`, all at once or nothing: texts of at most kMaxKeptCodeFile, the first ones
// within the other two limits. Nothing is made where there is no code. PermissionDenied, Io.
Result<void> keepCode(const JobSpec& job, const std::filesystem::path& jobFolder,
                      const std::filesystem::path& to);

}  // namespace slipway
