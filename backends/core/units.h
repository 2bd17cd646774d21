// SPDX-License-Identifier: Apache-2.0
// Amounts with their unit in the type, read and written as Kubernetes quantities. Values; any thread.
#pragma once

#include "backends/core/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace slipway {

struct Bytes {
    std::int64_t count = 0;
    auto operator<=>(const Bytes&) const = default;
};

// 1000 MilliCpu = one core.
struct MilliCpu {
    std::int64_t count = 0;
    auto operator<=>(const MilliCpu&) const = default;
};

// A Kubernetes quantity in thousandths of its unit: "1500m" -> 1500, "64Gi" -> 64·2^30·1000, "1e3" -> 10^6.
// Whole results only, as the API server rounds up; InvalidArgument when it is no quantity, negative or above 9.2e15.
Result<std::int64_t> parseMilliQuantity(std::string_view text);

Result<Bytes> parseBytes(std::string_view text);
Result<MilliCpu> parseMilliCpu(std::string_view text);

// The shortest quantity of the same value: 4294967296 -> "4Gi", 1500 -> "1500"; 2000 MilliCpu -> "2", 250 -> "250m".
std::string quantity(Bytes amount);
std::string quantity(MilliCpu amount);

// For people: "7.1 GiB", "512 B". Three significant digits at most.
std::string binarySize(Bytes amount);
// For people: "2.1 / 12.0 GiB", both in the unit of the whole.
std::string binarySizeOf(Bytes part, Bytes whole);
// For people, files and network: "486 MB", "1.2 GB".
std::string decimalSize(Bytes amount);
// For people: "1.21 k", "9.68 M", "0.42".
std::string siNumber(double value);
// For people: "10,000". Of amounts that are not negative.
std::string grouped(std::int64_t count);
// "1 file", "2 files".
std::string counted(std::int64_t many, std::string_view noun);
// For people: "0.42 kWh", "31.0 Wh".
std::string energyText(double joules);
// For people: a loss or another metric, three or four significant digits: "0.2546", "12.40", "7.00e-12".
std::string metricText(double value);
// For people: "155 µs", "1.8 ms", "211 ms", "9.2 s", "2:41 min", "1 h 26", from seconds; "–" for no finite number.
std::string durationText(double seconds);
// The same in a table, where "2:41" says enough.
std::string clockText(double seconds);

}  // namespace slipway
