// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/gpuwords.h"

#include "backends/devices/nvmlabi.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace slipway {

std::string_view throttleWord(ThrottleReason reason) {
    switch (reason) {
        case ThrottleReason::PowerCap: return "power cap";
        case ThrottleReason::SoftwareThermal: return "temperature";
        case ThrottleReason::HardwareThermal: return "temperature, slowed by the hardware";
        case ThrottleReason::PowerBrake: return "power brake";
        case ThrottleReason::Hardware: return "slowed by the hardware";
        case ThrottleReason::SyncBoost: return "sync boost";
        case ThrottleReason::SetClocks: return "clocks are set";
    }
    return "";
}

std::string throttleText(const ThrottleReasons& reasons) {
    std::string text;
    for (const ThrottleReason reason : reasons)
        text.append(text.empty() ? "" : ", ").append(throttleWord(reason));
    return text;
}

ThrottleReasons throttleReasons(std::uint64_t bits) {
    static constexpr std::array<std::pair<std::uint64_t, ThrottleReason>, 7> kReasons{{
        {nvml::kPowerCap, ThrottleReason::PowerCap},
        {nvml::kSoftwareThermal, ThrottleReason::SoftwareThermal},
        {nvml::kHardwareThermal, ThrottleReason::HardwareThermal},
        {nvml::kPowerBrake, ThrottleReason::PowerBrake},
        {nvml::kHardwareSlowdown, ThrottleReason::Hardware},
        {nvml::kSyncBoost, ThrottleReason::SyncBoost},
        {nvml::kSetClocks | nvml::kDisplayClocks, ThrottleReason::SetClocks},
    }};
    // The general bit stands beside the one that says which.
    if ((bits & (nvml::kHardwareThermal | nvml::kPowerBrake)) != 0) bits &= ~nvml::kHardwareSlowdown;
    ThrottleReasons reasons;
    for (const auto& [mask, reason] : kReasons)
        if ((bits & mask) != 0) reasons.insert(reason);
    return reasons;
}

std::string_view xidWords(int xid) {
    static constexpr std::array<std::pair<int, std::string_view>, 17> kNames{{
        {13, "graphics engine exception"},
        {31, "GPU memory page fault"},
        {43, "GPU stopped processing"},
        {45, "preemptive cleanup due to previous errors"},
        {48, "double bit ECC error"},
        {61, "internal micro-controller breakpoint or warning"},
        {62, "internal micro-controller halt"},
        {63, "ECC page retirement or row remapping recorded"},
        {64, "ECC page retirement or row remapping failed"},
        {74, "NVLINK error"},
        {79, "GPU has fallen off the bus"},
        {92, "high single-bit ECC error rate"},
        {94, "contained ECC error"},
        {95, "uncontained ECC error"},
        {119, "GSP RPC timeout"},
        {120, "GSP error"},
        {154, "GPU recovery action changed"},
    }};
    const auto* found =
        std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.first == xid; });
    return found == kNames.end() ? std::string_view() : found->second;
}

std::string sliceProfile(unsigned gpuSlices, unsigned computeSlices, Bytes memory, Bytes whole) {
    constexpr double kParts = 8, kGib = 1U << 30;
    const auto total = static_cast<double>(whole.count);
    const double share =
        total > 0 ? std::ceil(static_cast<double>(memory.count) / total * kParts) / kParts : 1;
    const long gigabytes =
        std::lround(share * std::ceil((total > 0 ? total : static_cast<double>(memory.count)) / kGib));
    return (computeSlices < gpuSlices ? std::to_string(computeSlices) + "c." : "") +
           std::to_string(gpuSlices) + "g." + std::to_string(gigabytes) + "gb";
}

}  // namespace slipway
