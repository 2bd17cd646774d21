// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace slipway {
namespace {

constexpr std::chrono::milliseconds kRetry{10};

struct flock wholeFile(short type) {
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    return range;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::tryAcquire(const std::filesystem::path& file) {
    SLIPWAY_TRY(UniqueFd fd, openFile(file, O_RDWR | O_CREAT));
    struct flock range = wholeFile(F_WRLCK);
    if (::fcntl(fd.get(), F_OFD_SETLK, &range) == 0) return std::optional<FileLock>(FileLock(std::move(fd)));
    if (errno == EAGAIN || errno == EACCES) return std::optional<FileLock>();
    return errnoError("cannot lock " + file.string(), errno);
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& file, std::chrono::milliseconds timeout,
                                   std::stop_token stop) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        SLIPWAY_TRY(std::optional<FileLock> lock, tryAcquire(file));
        if (lock) return *std::move(lock);
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "stopped while waiting for " + file.string(), "", ""};
        if (std::chrono::steady_clock::now() >= end) {
            return Error{ErrorCode::Timeout, file.string() + " is locked by another process", "",
                         "Try again in a moment"};
        }
        std::this_thread::sleep_for(kRetry);
    }
}

Result<bool> FileLock::isHeld(const std::filesystem::path& file) {
    auto fd = openFile(file, O_RDONLY);
    if (!fd) {
        if (fd.error().code == ErrorCode::NotFound) return false;
        return std::move(fd).error();
    }
    struct flock range = wholeFile(F_WRLCK);
    if (::fcntl(fd->get(), F_OFD_GETLK, &range) != 0)
        return errnoError("cannot ask for the lock of " + file.string(), errno);
    return range.l_type != F_UNLCK;
}

Result<void> FileLock::setContent(std::string_view content) {
    if (::ftruncate(m_fd.get(), 0) != 0 || ::lseek(m_fd.get(), 0, SEEK_SET) < 0)
        return errnoError("cannot write a lock file", errno);
    return writeAll(m_fd.get(), content, "a lock file");
}

}  // namespace slipway
