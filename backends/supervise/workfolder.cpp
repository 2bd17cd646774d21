// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/workfolder.h"

#include "backends/platform/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{1} << 20;

const Error kStopped{ErrorCode::Cancelled, "stopped while the job folder was copied", "", ""};

// By hand: fs::copy_file tells of a full disk as an input/output error.
Result<void> copyFile(const fs::path& from, const fs::path& to, const std::function<bool()>& goesOn) {
    SLIPWAY_TRY(const UniqueFd source, openFile(from, O_RDONLY));
    struct stat info {};
    if (::fstat(source.get(), &info) != 0) return errnoError("cannot read " + from.string(), errno);
    SLIPWAY_TRY(const UniqueFd target, openFile(to, O_WRONLY | O_CREAT | O_EXCL, 0600));
    std::string block(kBlock, '\0');
    while (goesOn()) {
        const ssize_t count = ::read(source.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errnoError("cannot read " + from.string(), errno);
        if (count == 0) {
            if (::fchmod(target.get(), info.st_mode & 0777) == 0) return {};
            return errnoError("cannot write " + to.string(), errno);
        }
        SLIPWAY_CHECK(writeAll(target.get(), {block.data(), static_cast<std::size_t>(count)}, to));
    }
    return kStopped;
}

Result<void> copyEntry(const fs::directory_entry& entry, const fs::path& to,
                       const std::function<bool()>& goesOn) {
    std::error_code failure;
    const fs::file_status status = entry.symlink_status(failure);
    if (fs::is_regular_file(status)) return copyFile(entry.path(), to, goesOn);
    if (fs::is_symlink(status)) {
        fs::copy_symlink(entry.path(), to, failure);
    } else if (fs::is_directory(status)) {
        fs::create_directory(to, failure);
        if (!failure) fs::permissions(to, status.permissions() | fs::perms::owner_all, failure);
    }  // a pipe or a socket is no part of a job
    if (failure) return errnoError("cannot copy " + entry.path().string(), failure.value());
    return goesOn() ? Result<void>() : Result<void>(kStopped);
}

Result<void> copyTree(const fs::path& from, const fs::path& to, const std::function<bool()>& goesOn) {
    SLIPWAY_CHECK(makeFolders(to));
    std::error_code failure;
    fs::recursive_directory_iterator at(from, failure);
    for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure))
        SLIPWAY_CHECK(copyEntry(*at, to / at->path().lexically_relative(from), goesOn));
    if (failure) return errnoError("cannot read " + from.string(), failure.value());
    return {};
}

}  // namespace

Result<void> copyWorkFolder(const fs::path& from, const fs::path& to, const std::function<bool()>& goesOn) {
    std::error_code failure;
    fs::remove_all(to, failure);
    if (failure) return errnoError("cannot clear " + to.string(), failure.value());
    auto copied = copyTree(from, to, goesOn);
    if (!copied) fs::remove_all(to, failure);  // a full volume has room again to tell of it
    return copied;
}

}  // namespace slipway
