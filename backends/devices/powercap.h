// SPDX-License-Identifier: Apache-2.0
// The energy that CPU packages and their memory have used, from the kernel's powercap folder (RAPL, Intel and AMD). The counters wrap
// around within minutes, so they are read often and added up. One thread at a time.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace slipway {

inline constexpr const char* kPowercap = "/sys/class/powercap";

class PowercapMeter {
public:
    // NotFound where the machine has no such counter; PermissionDenied where this user may not read them, as is usual.
    static Result<PowercapMeter> open(const std::filesystem::path& folder = kPowercap);

    // Since open(). Io: a counter went away.
    Result<double> joules();

private:
    struct Counter {
        std::filesystem::path file;
        std::uint64_t range = 0;  // µJ; where it begins anew
        std::uint64_t last = 0;
    };
    explicit PowercapMeter(std::vector<Counter> counters) : m_counters(std::move(counters)) {}

    std::vector<Counter> m_counters;
    double m_joules = 0;
};

}  // namespace slipway
