// SPDX-License-Identifier: Apache-2.0
// GPUs of this machine as the driver's management library tells them. What it does not tell is absent, never 0. Values; any thread.
#pragma once

#include "backends/core/timestamp.h"
#include "backends/core/units.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace slipway {

// Why a GPU runs slower than it could. Being idle is none.
enum class ThrottleReason : std::uint8_t {
    PowerCap,
    SoftwareThermal,
    HardwareThermal,
    PowerBrake,  // asked for from outside: the power supply, say
    Hardware,    // one of the two above, where the driver does not tell which
    SyncBoost,   // held back with a slower one of its group
    SetClocks,   // somebody set its clocks
};
using ThrottleReasons = std::set<ThrottleReason>;

struct GpuProcess {
    std::int64_t pid = 0;  // 0 where it belongs to another container
    std::string name;      // empty: not told
    std::optional<Bytes> memory;
    bool isMps = false;                // it shares the GPU by MPS
    std::optional<std::size_t> slice;  // its place in GpuDevice::slices
};

// One compute instance of a GPU in MIG mode.
struct GpuSlice {
    std::string profile;  // "1g.10gb"
    std::string uuid;     // "MIG-…"
    std::optional<Bytes> memory;
    std::optional<Bytes> usedMemory;
};

enum class ComputeMode : std::uint8_t { Default, ExclusiveThread, Prohibited, ExclusiveProcess };

struct GpuFault {
    int xid = 0;
    std::string words;  // "GPU has fallen off the bus"
    Timestamp time{};
};

struct GpuDevice {
    int index = 0;
    std::string uuid;
    std::string name;
    std::string address;            // "0000:3b:00.0"
    std::string problem;            // not empty: it cannot be used, and why
    std::optional<GpuFault> fault;  // the newest since somebody looks
    std::optional<Bytes> memory;
    std::optional<Bytes> usedMemory;
    std::optional<int> utilization;  // percent; never told in MIG mode
    std::optional<int> temperature;  // degrees Celsius
    std::optional<int> slowdownAt;   // degrees Celsius
    std::optional<double> watts;
    std::optional<double> wattLimit;
    std::optional<int> clock;  // of the multiprocessors, MHz
    std::optional<int> maxClock;
    std::optional<ThrottleReasons> throttling;
    std::optional<double> joules;  // since the driver was loaded
    std::optional<ComputeMode> computeMode;
    bool isMig = false;
    std::vector<GpuSlice> slices;
    std::optional<std::vector<GpuProcess>> processes;
};

struct GpuReport {
    bool hasDriver = false;  // without one the rest is empty
    std::string driver;      // "550.54.15"
    std::string cuda;        // "12.4": the newest that it runs
    std::vector<GpuDevice> devices;
};

}  // namespace slipway
