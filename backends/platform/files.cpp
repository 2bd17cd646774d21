// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/platform/atomicfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace slipway {

namespace fs = std::filesystem;

void UniqueFd::reset(int fd) {
    if (m_fd >= 0) ::close(m_fd);
    m_fd = fd;
}

Result<UniqueFd> openFile(const fs::path& file, int flags, mode_t mode) {
    const int fd = ::open(file.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) return errnoError("cannot open " + file.string(), errno);
    return UniqueFd(fd);
}

Result<void> writeAll(int fd, std::string_view content, const fs::path& name) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return errnoError("cannot write " + name.string(), errno);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> syncFolder(const fs::path& folder) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY));
    // Some network file systems cannot sync a folder and say so.
    if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOTSUP)
        return errnoError("cannot sync " + folder.string(), errno);
    return {};
}

Result<void> makeFolders(const fs::path& folder) {
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) return errnoError("cannot create " + folder.string(), failure.value());
    return {};
}

Result<void> writeFileAtomically(const fs::path& file, std::string_view content, mode_t mode) {
    SLIPWAY_TRY(AtomicFile atomic, AtomicFile::create(file));
    SLIPWAY_CHECK(atomic.write(content));
    return atomic.finish(mode);
}

Result<std::string> readFile(const fs::path& file, std::size_t limit) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_RDONLY));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return errnoError("cannot read " + file.string(), errno);
    if (S_ISDIR(info.st_mode)) return errnoError("cannot read " + file.string(), EISDIR);
    const Error tooBig{ErrorCode::InvalidArgument,
                       file.string() + " is above " + std::to_string(limit) + " bytes", "", ""};
    if (info.st_size > 0 && static_cast<std::size_t>(info.st_size) > limit) return tooBig;
    std::string content;
    std::string block(std::min<std::size_t>(limit + 1, 64 * 1024), '\0');
    while (true) {
        const ssize_t count = ::read(fd.get(), block.data(), block.size());
        if (count < 0) {
            if (errno == EINTR) continue;
            return errnoError("cannot read " + file.string(), errno);
        }
        if (count == 0) return content;
        content.append(block.data(), static_cast<std::size_t>(count));
        if (content.size() > limit) return tooBig;
    }
}

}  // namespace slipway
