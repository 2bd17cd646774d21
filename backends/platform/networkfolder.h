// SPDX-License-Identifier: Apache-2.0
// Whether a folder may be written from several machines at once, where memory that processes share is not shared by all. Any thread.
#pragma once

#include <filesystem>

namespace slipway {

// By the number of statfs(2).
bool isNetworkFileSystem(long type);

// False where the folder cannot be looked at.
bool isOnNetwork(const std::filesystem::path& folder);

}  // namespace slipway
