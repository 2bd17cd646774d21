// SPDX-License-Identifier: Apache-2.0
// libnvidia-ml.so.1, loaded at run time: the driver brings it, so it may be absent, and an older one lacks functions. Each is a
// pointer that may be null; call() answers as NVML does where it lacks one. Any thread.
#pragma once

#include "backends/devices/nvmlabi.h"

#include <memory>

namespace slipway::nvml {

struct Library {
    Return (*init)() = nullptr;
    Return (*shutdown)() = nullptr;
    Return (*driverVersion)(char*, unsigned) = nullptr;
    Return (*cudaVersion)(int*) = nullptr;
    Return (*count)(unsigned*) = nullptr;
    Return (*handle)(unsigned, Device*) = nullptr;
    Return (*name)(Device, char*, unsigned) = nullptr;
    Return (*uuid)(Device, char*, unsigned) = nullptr;
    Return (*pciInfo)(Device, PciInfo*) = nullptr;
    Return (*memory)(Device, Memory*) = nullptr;
    Return (*memoryV2)(Device, MemoryV2*) = nullptr;
    Return (*utilization)(Device, Utilization*) = nullptr;
    Return (*temperature)(Device, unsigned sensor, unsigned*) = nullptr;
    Return (*temperatureThreshold)(Device, unsigned kind, unsigned*) = nullptr;
    Return (*powerUsage)(Device, unsigned*) = nullptr;  // mW
    Return (*powerLimit)(Device, unsigned*) = nullptr;
    Return (*clock)(Device, unsigned kind, unsigned*) = nullptr;  // MHz
    Return (*maxClock)(Device, unsigned kind, unsigned*) = nullptr;
    Return (*throttleReasons)(Device, std::uint64_t*) = nullptr;
    Return (*energy)(Device, std::uint64_t*) = nullptr;  // mJ
    Return (*computeMode)(Device, unsigned*) = nullptr;
    Return (*migMode)(Device, unsigned* current, unsigned* pending) = nullptr;
    Return (*maxSlices)(Device, unsigned*) = nullptr;
    Return (*slice)(Device, unsigned, Device*) = nullptr;
    Return (*attributes)(Device, Attributes*) = nullptr;
    // Each kind of process, by the newer form and by the one of drivers before MIG.
    Return (*compute)(Device, unsigned*, ProcessV2*) = nullptr;
    Return (*graphics)(Device, unsigned*, ProcessV2*) = nullptr;
    Return (*mps)(Device, unsigned*, ProcessV2*) = nullptr;
    Return (*computeV1)(Device, unsigned*, ProcessV1*) = nullptr;
    Return (*graphicsV1)(Device, unsigned*, ProcessV1*) = nullptr;
    Return (*createEvents)(EventSet*) = nullptr;
    Return (*registerEvents)(Device, std::uint64_t, EventSet) = nullptr;
    Return (*waitForEvent)(EventSet, EventData*, unsigned milliseconds) = nullptr;
    Return (*freeEvents)(EventSet) = nullptr;

    std::shared_ptr<void> file;
};

// Null where it cannot be loaded.
std::unique_ptr<Library> loadLibrary(const char* name);

template <typename... Parameters, typename... Arguments>
Return call(Return (*function)(Parameters...), Arguments... arguments) {
    return function ? function(arguments...) : kFunctionNotFound;
}

}  // namespace slipway::nvml
