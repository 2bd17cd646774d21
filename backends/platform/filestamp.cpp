// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filestamp.h"

#include <sys/stat.h>

#include <cerrno>

namespace slipway {

Result<FileStamp> fileStamp(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return errnoError("cannot read " + file.string(), errno);
    return FileStamp{Bytes{found.st_size},
                     std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec,
                     found.st_ino};
}

}  // namespace slipway
