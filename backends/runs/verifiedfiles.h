// SPDX-License-Identifier: Apache-2.0
// What is known of the digests in a run's result or checkpoint folder: <folder>.verified beside it tells which were compared and
// right, and how each file looked then. Written whole by who compared them; read by anyone, without reading the files. Any thread.
#pragma once

#include "backends/core/verification.h"
#include "backends/platform/filestamp.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace slipway {

using VerifiedFiles = std::map<std::string, StampedFile>;  // by path, relative to the folder

std::filesystem::path verifiedFile(const std::filesystem::path& folder);
// Takes the place of what was kept before. Io, PermissionDenied.
Result<void> keepVerified(const std::filesystem::path& folder, std::span<const StampedFile> files);
// A digest was wrong.
Result<void> forgetVerified(const std::filesystem::path& folder);
// Nobody compared: none. Corrupt, Io, PermissionDenied.
Result<VerifiedFiles> verifiedFiles(const std::filesystem::path& folder);
// Of the files in `told`, or, where nothing was told, of all that were compared. Looks at each file, reads none.
Verification verificationOf(const std::filesystem::path& folder, const VerifiedFiles& verified,
                            std::span<const ResultFile> told);

}  // namespace slipway
