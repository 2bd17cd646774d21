// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/platform/files.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace slipway {

// A file that grows under a temporary name beside its own, which no other writer has. It goes with its owner unless finish()
// succeeded.
class AtomicFile {
public:
    static Result<AtomicFile> create(const std::filesystem::path& file);
    AtomicFile(AtomicFile&&) noexcept = default;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    ~AtomicFile() { discard(); }

    int descriptor() const { return m_fd.get(); }  // open until it is finished
    Result<void> write(std::string_view content);
    // fsync, rename, fsync of the folder.
    Result<void> finish(mode_t mode = 0644);

private:
    AtomicFile(UniqueFd fd, std::filesystem::path file, std::string temporary)
        : m_fd(std::move(fd)),
          m_file(std::move(file)),
          m_temporary(std::move(temporary)) {}
    void discard();

    UniqueFd m_fd;
    std::filesystem::path m_file;
    std::string m_temporary;
};

}  // namespace slipway
