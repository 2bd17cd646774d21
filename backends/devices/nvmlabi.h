// SPDX-License-Identifier: Apache-2.0
// The part of NVML's binary interface that is used, after NVIDIA's NVML API reference: no header of the driver is needed to build.
// A function whose name ends in _v2 takes the struct of that version for good.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipway::nvml {

using Device = struct OpaqueDevice*;
using EventSet = struct OpaqueEventSet*;
using Return = int;

inline constexpr Return kSuccess = 0, kInvalidArgument = 2, kNotSupported = 3, kNoPermission = 4,
                        kNotFound = 6, kInsufficientSize = 7, kDriverNotLoaded = 9, kTimeout = 10,
                        kFunctionNotFound = 13, kGpuIsLost = 15, kResetRequired = 16, kLibraryMismatch = 18,
                        kGpuNotFound = 28;

inline constexpr unsigned kNameLength = 96, kVersionLength = 80;
inline constexpr std::uint64_t kNotAvailable = ~std::uint64_t{0};
inline constexpr std::uint64_t kXidEvent = 0x8;
inline constexpr unsigned kGpuSensor = 0, kSlowdownThreshold = 1, kSmClock = 1, kMigEnabled = 1;

struct PciInfo {  // of nvmlDeviceGetPciInfo_v3
    char legacyAddress[16];
    unsigned domain, bus, device, deviceId, subsystemId;
    char address[32];  // "00000000:3B:00.0"
};
struct Memory {
    std::uint64_t total, free, used;  // used: with what the driver reserves
};
struct MemoryV2 {
    unsigned version;
    std::uint64_t total, reserved, free, used;
};
struct Utilization {
    unsigned gpu, memory;
};
struct ProcessV1 {
    unsigned pid;
    std::uint64_t memory;
};
struct ProcessV2 {
    unsigned pid;
    std::uint64_t memory;
    unsigned gpuInstance, computeInstance;
};
struct Attributes {  // of nvmlDeviceGetAttributes_v2, of a slice
    unsigned multiprocessors, copyEngines, decoders, encoders, jpegEngines, ofaEngines, gpuSlices,
        computeSlices;
    std::uint64_t memoryMib;
};
struct EventData {  // of nvmlEventSetWait_v2
    Device device;
    std::uint64_t type, data;  // data: the number of an XID
    unsigned gpuInstance, computeInstance;
};
static_assert(sizeof(PciInfo) == 68 && offsetof(PciInfo, address) == 36);
static_assert(sizeof(Memory) == 24 && sizeof(MemoryV2) == 40 && sizeof(Utilization) == 8);
static_assert(sizeof(ProcessV1) == 16 && sizeof(ProcessV2) == 24 && sizeof(Attributes) == 40);
static_assert(sizeof(EventData) == 32);
inline constexpr unsigned kMemoryV2 = sizeof(MemoryV2) | 2U << 24;

inline constexpr std::uint64_t kSetClocks = 0x2, kPowerCap = 0x4, kHardwareSlowdown = 0x8, kSyncBoost = 0x10,
                               kSoftwareThermal = 0x20, kHardwareThermal = 0x40, kPowerBrake = 0x80,
                               kDisplayClocks = 0x100;

}  // namespace slipway::nvml
