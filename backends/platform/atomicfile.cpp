// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/atomicfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace slipway {

namespace fs = std::filesystem;

Result<AtomicFile> AtomicFile::create(const fs::path& file) {
    std::string temporary = (file.parent_path() / ("." + file.filename().string() + ".XXXXXX")).string();
    UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd.isOpen()) return errnoError("cannot write " + file.string(), errno);
    return AtomicFile(std::move(fd), file, std::move(temporary));
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this == &other) return *this;
    discard();
    m_fd = std::move(other.m_fd);
    m_file = std::move(other.m_file);
    m_temporary = std::move(other.m_temporary);
    return *this;
}

void AtomicFile::discard() {
    if (m_fd.isOpen()) ::unlink(m_temporary.c_str());
}

Result<void> AtomicFile::write(std::string_view content) { return writeAll(m_fd.get(), content, m_file); }

Result<void> AtomicFile::finish(mode_t mode) {
    if (::fchmod(m_fd.get(), mode) != 0 || ::fsync(m_fd.get()) != 0)
        return errnoError("cannot write " + m_file.string(), errno);
    if (::rename(m_temporary.c_str(), m_file.c_str()) != 0)
        return errnoError("cannot replace " + m_file.string(), errno);
    m_fd.reset();
    return syncFolder(m_file.parent_path());
}

}  // namespace slipway
