// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/powercap.h"

#include "backends/platform/files.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFile = 4096;

Result<std::uint64_t> readNumber(const fs::path& file) {
    SLIPWAY_TRY(const std::string text, readFile(file, kMaxFile));
    std::uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return Error{ErrorCode::Corrupt, file.string() + " holds no number", "", ""};
    return value;
}

// A package, or the memory beside one. Cores and graphics are parts of a package; "psys" is the whole platform, where there is one.
bool isCounted(const fs::path& zone) {
    const std::string folder = zone.filename().string();
    if (!folder.starts_with("intel-rapl:")) return false;
    const std::string name = readFile(zone / "name", kMaxFile).valueOr("");
    return name.starts_with("package") || name.starts_with("dram");
}

}  // namespace

Result<PowercapMeter> PowercapMeter::open(const fs::path& folder) {
    std::vector<Counter> counters;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        if (!isCounted(at->path())) continue;
        Counter counter{at->path() / "energy_uj", 0, 0};
        SLIPWAY_TRY(counter.last, readNumber(counter.file));
        SLIPWAY_TRY(counter.range, readNumber(at->path() / "max_energy_range_uj"));
        counters.push_back(std::move(counter));
    }
    if (counters.empty())
        return Error{ErrorCode::NotFound, "the CPU has no energy counter that is shown here", "", ""};
    return PowercapMeter(std::move(counters));
}

Result<double> PowercapMeter::joules() {
    for (Counter& counter : m_counters) {
        SLIPWAY_TRY(const std::uint64_t value, readNumber(counter.file));
        const std::uint64_t passed = value >= counter.last
                                         ? value - counter.last
                                         : counter.range - std::min(counter.last, counter.range) + value;
        counter.last = value;
        m_joules += static_cast<double>(passed) / 1e6;
    }
    return m_joules;
}

}  // namespace slipway
