// SPDX-License-Identifier: Apache-2.0
// How a file looks from outside: as long as that is the same, nobody has written it, and what was read of it still holds.
// Value; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>

namespace slipway {

struct FileStamp {
    Bytes size;
    std::int64_t modified = 0;  // ns since 1970
    std::uint64_t inode = 0;

    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// NotFound, PermissionDenied, Io.
Result<FileStamp> fileStamp(const std::filesystem::path& file);

// A file and how it looked just before it was read for its digest.
struct StampedFile : ResultFile {
    FileStamp stamp;
};

}  // namespace slipway
