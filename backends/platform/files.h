// SPDX-License-Identifier: Apache-2.0
// Files as Slipway needs them: whole or not at all, never read without a limit. Any thread; two writers of one file do not mix,
// the later one wins.
#pragma once

#include "backends/core/result.h"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace slipway {

// A file descriptor that is closed with its owner.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : m_fd(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.m_fd, -1));
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }
    void reset(int fd = -1);

private:
    int m_fd = -1;
};

// open(2) with O_CLOEXEC; the error names the file.
Result<UniqueFd> openFile(const std::filesystem::path& file, int flags, mode_t mode = 0644);

// Temporary sibling, fsync, rename, fsync of the folder: readers see the old or the new content. On any error (a full disk, too)
// the old file stays and no temporary is left.
Result<void> writeFileAtomically(const std::filesystem::path& file, std::string_view content,
                                 mode_t mode = 0644);

// InvalidArgument above `limit` bytes; NotFound, PermissionDenied, Io. Files of /proc, whose size is told as 0, are read, too.
Result<std::string> readFile(const std::filesystem::path& file, std::size_t limit);

// All of it, past short writes and EINTR.
Result<void> writeAll(int fd, std::string_view content, const std::filesystem::path& name);

// So that a rename or a new name in the folder survives a power cut.
Result<void> syncFolder(const std::filesystem::path& folder);

// create_directories without exceptions.
Result<void> makeFolders(const std::filesystem::path& folder);

}  // namespace slipway
