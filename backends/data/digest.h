// SPDX-License-Identifier: Apache-2.0
// SHA-256 of what a job reads and writes, so that a run's record says exactly which data it saw.
// Any thread; reads in bounded memory; a stop is honoured between blocks.
#pragma once

#include "backends/core/result.h"
#include "backends/core/strongid.h"
#include "backends/core/units.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace slipway {

struct ContentDigest {
    Digest digest;
    Bytes size;  // of all files together
};

// A file: SHA-256 of its bytes. A folder: SHA-256 of one line a file, "<hex digest> <size> <relative path>\n" in byte order
// of the paths (links to files are followed, empty folders and file modes do not count).
// `progress` gets the bytes read so far.
// NotFound, PermissionDenied, Io, Cancelled; InvalidArgument for sockets, devices and links to folders.
Result<ContentDigest> contentDigest(const std::filesystem::path& path, std::stop_token stop = {},
                                    const std::function<void(Bytes)>& progress = {});

}  // namespace slipway
