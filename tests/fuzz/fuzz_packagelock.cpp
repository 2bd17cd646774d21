// SPDX-License-Identifier: Apache-2.0
// Any bytes as each kind of lock file: what is read has names and versions, each pair once.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "backends/programs/packagelock.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const char* name :
         {"uv.lock", "pylock.toml", "conda-lock.yml", "requirements.txt", "environment.yml"}) {
        const auto lock = slipway::parseLock(name, text);
        if (!lock) continue;
        const auto isNotBefore = [](const slipway::LockedPackage& a, const slipway::LockedPackage& b) {
            return std::tie(a.name, a.version) >= std::tie(b.name, b.version);
        };
        const auto& all = lock->packages;
        if (std::adjacent_find(all.begin(), all.end(), isNotBefore) != all.end()) std::abort();
        for (const slipway::LockedPackage& one : lock->packages)
            if (one.name.empty() || one.version.empty()) std::abort();
    }
    return 0;
}
