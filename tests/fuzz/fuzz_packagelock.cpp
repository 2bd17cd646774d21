// SPDX-License-Identifier: Apache-2.0
// Any bytes as each kind of lock file: what is read has names and versions, each pair once.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "backends/programs/packagelock.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const char* name :
         {"uv.lock", "pylock.toml", "conda-lock.yml", "requirements.txt", "environment.yml"}) {
        const auto lock = slipway::parseLock(name, text);
        if (!lock) continue;
        if (std::ranges::adjacent_find(lock->packages, std::greater_equal{}) != lock->packages.end())
            std::abort();
        for (const slipway::LockedPackage& one : lock->packages)
            if (one.name.empty() || one.version.empty()) std::abort();
    }
    return 0;
}
