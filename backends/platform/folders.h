// SPDX-License-Identifier: Apache-2.0
// The user's folders, and temporary ones that go with their owner. Any thread.
#pragma once

#include "backends/core/result.h"

#include <filesystem>

namespace slipway {

// $HOME, else the account's; empty when there is none.
std::filesystem::path userHome();
// $SLIPWAY_HOME, else $XDG_DATA_HOME/slipway, else ~/.local/share/slipway.
std::filesystem::path slipwayHome();
// The folder the running program's file lies in.
std::filesystem::path programFolder();

// A new folder, mode 0700, below `parent` (empty: $TMPDIR or /tmp); removed with all it holds when its owner goes.
class TemporaryFolder {
public:
    static Result<TemporaryFolder> create(const std::filesystem::path& parent = {});
    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return m_path; }
    // It stays; the caller owns it now.
    std::filesystem::path release();

private:
    explicit TemporaryFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
};

}  // namespace slipway
