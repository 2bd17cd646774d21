// SPDX-License-Identifier: Apache-2.0
// Locks between processes, released by the kernel when the holder ends however it ends: a held lock proves a living holder.
// Open-file-description locks (fcntl), which NFS carries, too; the file itself stays. One owner; any thread.
#pragma once

#include "backends/platform/files.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace slipway {

class FileLock {
public:
    // The lock, or none when another holds it. Creates the file, never its folder.
    static Result<std::optional<FileLock>> tryAcquire(const std::filesystem::path& file);
    // Waits for it; Cancelled, Timeout.
    static Result<FileLock> acquire(const std::filesystem::path& file, std::chrono::milliseconds timeout,
                                    std::stop_token stop = {});
    // Without taking it, so that a look never makes another's attempt fail. A missing file is not held.
    static Result<bool> isHeld(const std::filesystem::path& file);

    // What the holder says of itself (identityText()), for those who find the lock held. Replaces what stood there.
    Result<void> setContent(std::string_view content);

private:
    explicit FileLock(UniqueFd fd) : m_fd(std::move(fd)) {}
    UniqueFd m_fd;
};

}  // namespace slipway
