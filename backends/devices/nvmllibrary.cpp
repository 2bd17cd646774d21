// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/nvmllibrary.h"

#include <dlfcn.h>

#include <initializer_list>

namespace slipway::nvml {
namespace {

// The first of the names that there is.
template <typename Function>
void find(void* file, Function*& function, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (!function) function = reinterpret_cast<Function*>(::dlsym(file, name));
}

void findDevices(void* file, Library& library) {
    find(file, library.count, {"nvmlDeviceGetCount_v2"});
    find(file, library.handle, {"nvmlDeviceGetHandleByIndex_v2"});
    find(file, library.name, {"nvmlDeviceGetName"});
    find(file, library.uuid, {"nvmlDeviceGetUUID"});
    find(file, library.pciInfo, {"nvmlDeviceGetPciInfo_v3"});
    find(file, library.computeMode, {"nvmlDeviceGetComputeMode"});
    find(file, library.migMode, {"nvmlDeviceGetMigMode"});
    find(file, library.maxSlices, {"nvmlDeviceGetMaxMigDeviceCount"});
    find(file, library.slice, {"nvmlDeviceGetMigDeviceHandleByIndex"});
    find(file, library.attributes, {"nvmlDeviceGetAttributes_v2"});
}

void findReadings(void* file, Library& library) {
    find(file, library.memory, {"nvmlDeviceGetMemoryInfo"});
    find(file, library.memoryV2, {"nvmlDeviceGetMemoryInfo_v2"});
    find(file, library.utilization, {"nvmlDeviceGetUtilizationRates"});
    find(file, library.temperature, {"nvmlDeviceGetTemperature"});
    find(file, library.temperatureThreshold, {"nvmlDeviceGetTemperatureThreshold"});
    find(file, library.powerUsage, {"nvmlDeviceGetPowerUsage"});
    find(file, library.powerLimit, {"nvmlDeviceGetEnforcedPowerLimit"});
    find(file, library.clock, {"nvmlDeviceGetClockInfo"});
    find(file, library.maxClock, {"nvmlDeviceGetMaxClockInfo"});
    find(file, library.throttleReasons,
         {"nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"});
    find(file, library.energy, {"nvmlDeviceGetTotalEnergyConsumption"});
}

// The _v2 of these come first: drivers disagree about the struct of _v3.
void findProcesses(void* file, Library& library) {
    find(file, library.compute,
         {"nvmlDeviceGetComputeRunningProcesses_v2", "nvmlDeviceGetComputeRunningProcesses_v3"});
    find(file, library.graphics,
         {"nvmlDeviceGetGraphicsRunningProcesses_v2", "nvmlDeviceGetGraphicsRunningProcesses_v3"});
    find(file, library.mps,
         {"nvmlDeviceGetMPSComputeRunningProcesses_v2", "nvmlDeviceGetMPSComputeRunningProcesses_v3"});
    find(file, library.computeV1, {"nvmlDeviceGetComputeRunningProcesses"});
    find(file, library.graphicsV1, {"nvmlDeviceGetGraphicsRunningProcesses"});
}

// Frees what the C library keeps of this thread's failures to find something: it would do so as the thread ends, but QThread
// counts as ended before that. The first call takes the message, the second frees it.
void forgetFailures() {
    ::dlerror();
    ::dlerror();
}

}  // namespace

std::unique_ptr<Library> loadLibrary(const char* name) {
    void* file = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!file) {
        forgetFailures();
        return nullptr;
    }
    auto library = std::make_unique<Library>();
    library->file = std::shared_ptr<void>(file, ::dlclose);
    find(file, library->init, {"nvmlInit_v2"});
    find(file, library->shutdown, {"nvmlShutdown"});
    find(file, library->driverVersion, {"nvmlSystemGetDriverVersion"});
    find(file, library->cudaVersion, {"nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion"});
    findDevices(file, *library);
    findReadings(file, *library);
    findProcesses(file, *library);
    find(file, library->createEvents, {"nvmlEventSetCreate"});
    find(file, library->registerEvents, {"nvmlDeviceRegisterEvents"});
    find(file, library->waitForEvent, {"nvmlEventSetWait_v2"});
    find(file, library->freeEvents, {"nvmlEventSetFree"});
    forgetFailures();
    return library;
}

}  // namespace slipway::nvml
