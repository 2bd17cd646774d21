// SPDX-License-Identifier: Apache-2.0
// The packages that a project's lock file pins, as uv, Poetry, pip and conda write them. Only names and versions are read, of files
// within limits; what is no lock gives an error, what is merely unknown in one is passed over. Pure but for findLock and loadLock; any thread.
#pragma once

#include "backends/core/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct LockedPackage {
    std::string name;
    std::string version;
    bool operator==(const LockedPackage&) const = default;
};

struct PackageLock {
    std::filesystem::path file;
    std::vector<LockedPackage> packages;  // by name, none twice
    int unpinned = 0;                     // packages that the file names without one exact version
};

// The first there is of uv.lock, poetry.lock, pylock.toml, conda-lock.yml, requirements.txt, environment.yml and environment.yaml, in
// the first of `folders` that has one.
std::optional<std::filesystem::path> findLock(const std::vector<std::filesystem::path>& folders);

// `name` says the format: one of the above. Corrupt: not of that format, or more packages than any project has.
Result<PackageLock> parseLock(const std::string& name, std::string_view text);
// The errors of readFile() besides.
Result<PackageLock> loadLock(const std::filesystem::path& file);

}  // namespace slipway
