// SPDX-License-Identifier: Apache-2.0
// A pod's working folder: a copy of the packaged job folder, since an image cannot be written to and a plain script saves beside
// itself. Any thread.
#pragma once

#include "backends/core/result.h"

#include <filesystem>
#include <functional>

namespace slipway {

// Makes `to` a copy of the folder `from`, in place of what was there: files and folders with their modes (the owner can write in
// every folder), links as links wherever they lead. `goesOn` is asked between pieces: Cancelled once it says no. NotFound,
// PermissionDenied, Io name the file; nothing is left of `to` then.
Result<void> copyWorkFolder(const std::filesystem::path& from, const std::filesystem::path& to,
                            const std::function<bool()>& goesOn);

}  // namespace slipway
