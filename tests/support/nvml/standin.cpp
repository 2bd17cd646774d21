// SPDX-License-Identifier: Apache-2.0
// A libnvidia-ml.so.1 of our own that plays the layout which SLIPWAY_NVML_LAYOUT names (tests/data/nvml): what the driver's library
// would answer, without a GPU. Values that are lists in a layout are told one after the other, the last from then on. With
// NVML_STANDIN_OLD it has the functions of a driver before MIG. Not for several threads, but
// one that hangs hands it over to the next.
#include "backends/devices/nvmlabi.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <mutex>
#include <string>

using namespace slipway::nvml;

namespace slipway::nvml {

struct OpaqueDevice {
    nlohmann::json told;
    std::deque<OpaqueDevice> slices;
};
struct OpaqueEventSet {
    std::size_t next = 0;
};

}  // namespace slipway::nvml

namespace {

using Json = nlohmann::json;

struct Driver {
    Json layout;
    std::deque<OpaqueDevice> devices;
    OpaqueEventSet events;
};
Driver* driver = nullptr;
std::mutex handover;

[[noreturn]] void hang() {
    { const std::lock_guard lock(handover); }
    for (;;) ::pause();
}

// The next value of that name; a number below 0 is an error's, negated. A device that "hangs" never answers.
Return tell(OpaqueDevice* device, const char* name, std::uint64_t& value) {
    if (device->told.value("hangs", false)) hang();
    if (device->told.value("lost", false)) return kGpuIsLost;
    const auto found = device->told.find(name);
    if (found == device->told.end()) return kNotSupported;
    Json one = *found;
    if (one.is_array()) {
        one = one.front();
        if (found->size() > 1) found->erase(found->begin());
    }
    const auto number = one.get<std::int64_t>();
    if (number < 0) return static_cast<Return>(-number);
    value = static_cast<std::uint64_t>(number);
    return kSuccess;
}

Return tell(OpaqueDevice* device, const char* name, unsigned* value) {
    std::uint64_t wide = 0;
    const Return status = tell(device, name, wide);
    *value = static_cast<unsigned>(wide);
    return status;
}

Return tellText(OpaqueDevice* device, const char* name, char* buffer, unsigned length) {
    if (device->told.value("lost", false)) return kGpuIsLost;
    const auto found = device->told.find(name);
    if (found == device->told.end()) return kNotSupported;
    const std::string text = *found;
    if (text.size() >= length) return kInsufficientSize;
    std::memcpy(buffer, text.c_str(), text.size() + 1);
    return kSuccess;
}

template <typename Process>
Return tellProcesses(OpaqueDevice* device, const char* kind, unsigned* count, Process* processes) {
    if (device->told.value("lost", false)) return kGpuIsLost;
    const auto found = device->told.find(kind);
    const Json list = found == device->told.end() ? Json::array() : *found;
    if (list.is_number()) return static_cast<Return>(-list.get<int>());
    const auto room = *count;
    *count = static_cast<unsigned>(list.size());
    if (list.size() > room) return kInsufficientSize;
    for (std::size_t i = 0; i < list.size(); ++i) {
        processes[i] = {};
        // This test's own process, whose name is known.
        processes[i].pid = list[i].at("pid") == "self" ? static_cast<unsigned>(::getpid())
                                                       : list[i].at("pid").get<unsigned>();
        processes[i].memory =
            list[i].contains("memory") ? list[i].at("memory").get<std::uint64_t>() : kNotAvailable;
    }
    return kSuccess;
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): the library's names
extern "C" {

Return nvmlInit_v2() {
    const char* file = std::getenv("SLIPWAY_NVML_LAYOUT");
    if (!file) return kDriverNotLoaded;
    std::ifstream stream(file);
    const Json layout = Json::parse(stream, nullptr, false);
    if (layout.is_discarded()) return 999;
    if (const int status = layout.value("init", 0); status != 0) return status;
    if (layout.value("hangs", false)) {
        std::ofstream(std::getenv("SLIPWAY_NVML_HUNG")) << "here";
        hang();
    }
    const std::lock_guard lock(handover);
    delete driver;
    driver = new Driver{layout, {}, {}};
    for (const Json& gpu : layout.at("gpus")) {
        OpaqueDevice& device = driver->devices.emplace_back(OpaqueDevice{gpu, {}});
        for (const Json& slice : gpu.value("slices", Json::array())) device.slices.push_back({slice, {}});
    }
    return kSuccess;
}
Return nvmlShutdown() {
    delete driver;
    driver = nullptr;
    return kSuccess;
}
Return nvmlSystemGetDriverVersion(char* version, unsigned length) {
    std::strncpy(version, driver->layout.at("driver").get<std::string>().c_str(), length);
    return kSuccess;
}
Return nvmlSystemGetCudaDriverVersion_v2(int* version) {
    *version = driver->layout.at("cuda");
    return kSuccess;
}
Return nvmlDeviceGetCount_v2(unsigned* count) {
    *count = static_cast<unsigned>(driver->devices.size());
    return kSuccess;
}
Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
    if (index >= driver->devices.size()) return kInvalidArgument;
    if (driver->devices[index].told.value("lost_from_start", false)) return kGpuIsLost;
    *device = &driver->devices[index];
    return kSuccess;
}
Return nvmlDeviceGetName(Device device, char* name, unsigned length) {
    return tellText(device, "name", name, length);
}
Return nvmlDeviceGetUUID(Device device, char* uuid, unsigned length) {
    return tellText(device, "uuid", uuid, length);
}
Return nvmlDeviceGetPciInfo_v3(Device device, PciInfo* info) {
    *info = {};
    return tellText(device, "address", info->address, sizeof info->address);
}
Return nvmlDeviceGetMemoryInfo(Device device, Memory* memory) {
    std::uint64_t reserved = 0;
    static_cast<void>(tell(device, "reserved", reserved));
    if (const Return status = tell(device, "memory", memory->total); status != kSuccess) return status;
    if (const Return status = tell(device, "used", memory->used); status != kSuccess) return status;
    memory->used += reserved;
    memory->free = memory->total - memory->used;
    return kSuccess;
}
Return nvmlDeviceGetUtilizationRates(Device device, Utilization* use) {
    return tell(device, "utilization", &use->gpu);
}
Return nvmlDeviceGetTemperature(Device device, unsigned, unsigned* value) {
    return tell(device, "temperature", value);
}
Return nvmlDeviceGetTemperatureThreshold(Device device, unsigned, unsigned* value) {
    return tell(device, "slowdown_at", value);
}
Return nvmlDeviceGetPowerUsage(Device device, unsigned* value) { return tell(device, "milliwatts", value); }
Return nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned* value) {
    return tell(device, "limit", value);
}
Return nvmlDeviceGetClockInfo(Device device, unsigned, unsigned* value) {
    return tell(device, "clock", value);
}
Return nvmlDeviceGetMaxClockInfo(Device device, unsigned, unsigned* value) {
    return tell(device, "max_clock", value);
}
Return nvmlDeviceGetCurrentClocksThrottleReasons(Device device, std::uint64_t* value) {
    return tell(device, "throttling", *value);
}
Return nvmlDeviceGetComputeMode(Device device, unsigned* value) {
    return tell(device, "compute_mode", value);
}

#ifdef NVML_STANDIN_OLD
Return nvmlDeviceGetComputeRunningProcesses(Device device, unsigned* count, ProcessV1* processes) {
    return tellProcesses(device, "compute", count, processes);
}
#else
Return nvmlDeviceGetMemoryInfo_v2(Device device, MemoryV2* memory) {
    if (memory->version != kMemoryV2) return 25;
    if (const Return status = tell(device, "memory", memory->total); status != kSuccess) return status;
    return tell(device, "used", memory->used);
}
Return nvmlDeviceGetTotalEnergyConsumption(Device device, std::uint64_t* value) {
    const Return status = tell(device, "millijoules", *value);
    if (const auto step = device->told.find("millijoules_each");
        status == kSuccess && step != device->told.end())
        device->told["millijoules"] = *value + step->get<std::uint64_t>();
    return status;
}
Return nvmlDeviceGetComputeRunningProcesses_v2(Device device, unsigned* count, ProcessV2* processes) {
    return tellProcesses(device, "compute", count, processes);
}
Return nvmlDeviceGetGraphicsRunningProcesses_v2(Device device, unsigned* count, ProcessV2* processes) {
    return tellProcesses(device, "graphics", count, processes);
}
Return nvmlDeviceGetMPSComputeRunningProcesses_v2(Device device, unsigned* count, ProcessV2* processes) {
    return tellProcesses(device, "mps", count, processes);
}
Return nvmlDeviceGetMigMode(Device device, unsigned* current, unsigned* pending) {
    *current = *pending = device->told.contains("slices") ? 1 : 0;
    return device->told.value("lost", false) ? kGpuIsLost : kSuccess;
}
Return nvmlDeviceGetMaxMigDeviceCount(Device, unsigned* count) {
    *count = 7;
    return kSuccess;
}
Return nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* slice) {
    if (index >= device->slices.size() || device->slices[index].told.is_null()) return kNotFound;
    *slice = &device->slices[index];
    return kSuccess;
}
Return nvmlDeviceGetAttributes_v2(Device device, Attributes* attributes) {
    *attributes = {};
    std::uint64_t mib = 0;
    if (const Return status = tell(device, "attribute_mib", mib); status != kSuccess) return status;
    attributes->memoryMib = mib;
    static_cast<void>(tell(device, "compute_slices", &attributes->computeSlices));
    return tell(device, "gpu_slices", &attributes->gpuSlices);
}
Return nvmlEventSetCreate(EventSet* set) {
    *set = &driver->events;
    return kSuccess;
}
Return nvmlDeviceRegisterEvents(Device, std::uint64_t, EventSet) { return kSuccess; }
Return nvmlEventSetWait_v2(EventSet set, EventData* event, unsigned) {
    const Json xids = driver->layout.value("xids", Json::array());
    if (set->next >= xids.size()) return kTimeout;
    const Json& one = xids[set->next++];
    *event = {&driver->devices[one.at("gpu").get<std::size_t>()], kXidEvent,
              one.at("xid").get<std::uint64_t>(), 0, 0};
    return kSuccess;
}
Return nvmlEventSetFree(EventSet) { return kSuccess; }
#endif

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
