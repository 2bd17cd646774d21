// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/nvml.h"

#include "backends/devices/gpunames.h"
#include "backends/devices/gpuwords.h"
#include "backends/devices/nvmllibrary.h"
#include "backends/platform/files.h"

#include <algorithm>
#include <array>
#include <utility>

namespace slipway {
namespace {

constexpr unsigned kMaxSlices = 64;
constexpr int kMaxFaultsAtOnce = 64;  // the rest is read the next time

std::string problemOf(nvml::Return status) {
    switch (status) {
        case nvml::kSuccess: return "";
        case nvml::kGpuIsLost:
        case nvml::kGpuNotFound: return "is lost: it does not answer any more until the machine is restarted";
        case nvml::kResetRequired: return "has to be reset before it can be used again";
        case nvml::kNoPermission: return "is not open to this user";
        default: return "cannot be read: NVML error " + std::to_string(status);
    }
}

Error noSession(nvml::Return status) {
    if (status == nvml::kLibraryMismatch) {
        return {ErrorCode::Unavailable,
                "the NVIDIA driver was updated while it runs: its library and kernel module differ", "",
                "Restart the machine; in a container, restart that"};
    }
    return {ErrorCode::Unavailable, "the NVIDIA driver does not answer",
            "NVML error " + std::to_string(status), "Call nvidia-smi to see what it says"};
}

// Asks one device; remembers when it turns out to be out of order.
class Asker {
public:
    Asker(const nvml::Library& library, nvml::Device device) : m_library(library), m_device(device) {}

    template <typename Value, typename... Parameters, typename... Arguments>
    std::optional<Value> ask(nvml::Return (*function)(nvml::Device, Parameters...), Arguments... arguments) {
        Value value{};
        return hears(nvml::call(function, m_device, arguments..., &value)) ? std::optional(value)
                                                                           : std::nullopt;
    }
    std::optional<int> askInt(nvml::Return (*function)(nvml::Device, unsigned*)) {
        return whole(ask<unsigned>(function));
    }
    std::optional<int> askInt(nvml::Return (*function)(nvml::Device, unsigned, unsigned*), unsigned kind) {
        return whole(ask<unsigned>(function, kind));
    }
    std::optional<double> askMilli(nvml::Return (*function)(nvml::Device, unsigned*)) {
        const auto value = ask<unsigned>(function);
        return value ? std::optional(*value / 1000.0) : std::nullopt;
    }
    std::string text(nvml::Return (*function)(nvml::Device, char*, unsigned)) {
        std::array<char, nvml::kNameLength> buffer{};
        const bool isTold = hears(nvml::call(function, m_device, buffer.data(), nvml::kNameLength));
        buffer.back() = '\0';
        return isTold ? buffer.data() : "";
    }
    bool hears(nvml::Return status) {
        if (status == nvml::kGpuIsLost || status == nvml::kResetRequired) m_problem = status;
        return status == nvml::kSuccess;
    }

    const nvml::Library& library() const { return m_library; }
    nvml::Device device() const { return m_device; }
    nvml::Return problem() const { return m_problem; }

private:
    static std::optional<int> whole(std::optional<unsigned> value) {
        return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    }

    const nvml::Library& m_library;
    nvml::Device m_device;
    nvml::Return m_problem = nvml::kSuccess;
};

Bytes bytes(std::uint64_t count) { return Bytes{static_cast<std::int64_t>(count)}; }

template <typename Slot>  // a device or a slice of one
void readMemory(Asker& asker, Slot& slot) {
    nvml::MemoryV2 memory{};
    memory.version = nvml::kMemoryV2;
    if (asker.hears(nvml::call(asker.library().memoryV2, asker.device(), &memory))) {
        slot.memory = bytes(memory.total);
        slot.usedMemory = bytes(memory.used);
    } else if (const auto older = asker.ask<nvml::Memory>(asker.library().memory)) {
        slot.memory = bytes(older->total);
        slot.usedMemory = bytes(older->used);
    }
}

std::string processName(unsigned pid) {
    constexpr std::size_t kMaxComm = 256;
    const auto text = readFile("/proc/" + std::to_string(pid) + "/comm", kMaxComm);
    return text ? text->substr(0, text->find('\n')) : "";
}

// False: the driver lacks the function, or does not let this user see.
template <typename Info>
bool readProcesses(Asker& asker, nvml::Return (*function)(nvml::Device, unsigned*, Info*), bool isMps,
                   std::vector<GpuProcess>& processes) {
    std::vector<Info> infos(64);
    auto count = static_cast<unsigned>(infos.size());
    nvml::Return status = nvml::call(function, asker.device(), &count, infos.data());
    if (status == nvml::kInsufficientSize) {
        infos.resize(Nvml::kMaxProcesses);
        count = Nvml::kMaxProcesses;
        status = nvml::call(function, asker.device(), &count, infos.data());
    }
    if (!asker.hears(status)) return false;
    infos.resize(std::min<std::size_t>(count, infos.size()));
    for (const Info& info : infos) {
        const auto known = std::find_if(processes.begin(), processes.end(), [&](const GpuProcess& one) {
            return one.pid == info.pid && info.pid != 0;
        });
        if (known != processes.end()) {
            known->isMps = known->isMps || isMps;
            continue;
        }
        GpuProcess process{info.pid, processName(info.pid), {}, isMps, {}};
        if (info.memory != nvml::kNotAvailable) process.memory = bytes(info.memory);
        processes.push_back(std::move(process));
    }
    return true;
}

std::optional<std::vector<GpuProcess>> processesOf(Asker& asker) {
    const nvml::Library& library = asker.library();
    std::vector<GpuProcess> processes;
    bool isTold = false;
    if (library.compute) {
        isTold = readProcesses(asker, library.compute, false, processes);
        static_cast<void>(readProcesses(asker, library.mps, true, processes));
        static_cast<void>(readProcesses(asker, library.graphics, false, processes));
    } else {
        isTold = readProcesses(asker, library.computeV1, false, processes);
        static_cast<void>(readProcesses(asker, library.graphicsV1, false, processes));
    }
    return isTold ? std::optional(std::move(processes)) : std::nullopt;
}

std::string profileOf(Asker& slice, const GpuDevice& whole) {
    constexpr std::string_view kMark = " MIG ";
    const std::string name = slice.text(slice.library().name);
    if (const std::size_t at = name.find(kMark); at != std::string::npos)
        return name.substr(at + kMark.size());
    const auto attributes = slice.ask<nvml::Attributes>(slice.library().attributes);
    if (!attributes) return "slice";
    return sliceProfile(attributes->gpuSlices, attributes->computeSlices, bytes(attributes->memoryMib << 20U),
                        whole.memory.value_or(Bytes{}));
}

// Administrators change slices while the driver runs, so they are looked for each time. The processes of each are its own: of the
// whole GPU only an administrator is told them.
void readSlices(Asker& whole, GpuDevice& device) {
    const nvml::Library& library = whole.library();
    const unsigned count = std::min(whole.ask<unsigned>(library.maxSlices).value_or(0), kMaxSlices);
    device.processes.emplace();
    for (unsigned i = 0; i < count; ++i) {
        const auto handle = whole.ask<nvml::Device>(library.slice, i);
        if (!handle) continue;
        Asker asker(library, *handle);
        GpuSlice slice{profileOf(asker, device), asker.text(library.uuid), {}, {}};
        readMemory(asker, slice);
        if (!slice.memory) {
            if (const auto attributes = asker.ask<nvml::Attributes>(library.attributes))
                slice.memory = bytes(attributes->memoryMib << 20U);
        }
        auto processes = processesOf(asker);
        for (GpuProcess& process : processes.value_or(std::vector<GpuProcess>())) {
            process.slice = device.slices.size();
            device.processes->push_back(std::move(process));
        }
        device.slices.push_back(std::move(slice));
    }
}

void readVitals(Asker& asker, GpuDevice& device) {
    unsigned pending = 0;
    unsigned current = 0;
    device.isMig = asker.hears(nvml::call(asker.library().migMode, asker.device(), &current, &pending)) &&
                   current == nvml::kMigEnabled;
    if (const auto bits = asker.ask<std::uint64_t>(asker.library().throttleReasons))
        device.throttling = throttleReasons(*bits);
    if (const auto millijoules = asker.ask<std::uint64_t>(asker.library().energy))
        device.joules = static_cast<double>(*millijoules) / 1000.0;
    if (device.isMig) {
        readSlices(asker, device);
    } else {
        device.processes = processesOf(asker);
    }
}

void readLoad(Asker& asker, GpuDevice& device) {
    const nvml::Library& library = asker.library();
    readMemory(asker, device);
    if (const auto use = asker.ask<nvml::Utilization>(library.utilization))
        device.utilization = static_cast<int>(use->gpu);
    device.temperature = asker.askInt(library.temperature, nvml::kGpuSensor);
    device.watts = asker.askMilli(library.powerUsage);
    device.wattLimit = asker.askMilli(library.powerLimit);
    device.clock = asker.askInt(library.clock, nvml::kSmClock);
    if (const auto mode = asker.ask<unsigned>(library.computeMode); mode && *mode <= 3)
        device.computeMode = static_cast<ComputeMode>(*mode);
}

}  // namespace

// What does not change while the driver runs.
struct Nvml::Known {
    nvml::Device handle = nullptr;
    GpuDevice device;
};

class Nvml::Session {
public:
    explicit Session(std::unique_ptr<nvml::Library> library) : m_library(std::move(library)) {
        unsigned count = 0;
        static_cast<void>(nvml::call(m_library->count, &count));
        if (nvml::call(m_library->createEvents, &m_events) != nvml::kSuccess) m_events = nullptr;
        for (unsigned i = 0; i < std::min(count, kMaxGpus); ++i) m_known.push_back(meet(i));
        std::array<char, nvml::kVersionLength> version{};
        if (nvml::call(m_library->driverVersion, version.data(), nvml::kVersionLength) == nvml::kSuccess)
            m_driver.assign(version.begin(), std::find(version.begin(), version.end(), '\0'));
        int cuda = 0;
        if (nvml::call(m_library->cudaVersion, &cuda) == nvml::kSuccess)
            m_cuda = std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
        if (m_events) static_cast<void>(nvml::call(m_library->freeEvents, m_events));
        static_cast<void>(nvml::call(m_library->shutdown));
    }

    template <typename Read>
    std::vector<GpuDevice> devices(const Read& read) {
        std::vector<GpuDevice> devices;
        for (const Known& known : m_known) {
            GpuDevice device = known.device;
            if (known.handle) {
                Asker asker(*m_library, known.handle);
                read(asker, device);
                device.problem = problemOf(asker.problem());
            }
            if (const auto fault = m_faults.find(known.handle); fault != m_faults.end())
                device.fault = fault->second;
            devices.push_back(std::move(device));
        }
        return devices;
    }

    void takeFaults() {
        nvml::EventData event{};
        for (int i = 0; m_events && i < kMaxFaultsAtOnce; ++i) {
            if (nvml::call(m_library->waitForEvent, m_events, &event, 0U) != nvml::kSuccess) return;
            if (event.type != nvml::kXidEvent) continue;
            const int xid = static_cast<int>(event.data);
            m_faults[event.device] = {xid, std::string(xidWords(xid)), now()};
        }
    }

    const std::string& driver() const { return m_driver; }
    const std::string& cuda() const { return m_cuda; }

private:
    Known meet(unsigned index) {
        Known known;
        known.device.index = static_cast<int>(index);
        const nvml::Return status = nvml::call(m_library->handle, index, &known.handle);
        if (status != nvml::kSuccess) {
            known.handle = nullptr;
            known.device.problem = problemOf(status);
            return known;
        }
        Asker asker(*m_library, known.handle);
        known.device.name = asker.text(m_library->name);
        known.device.uuid = asker.text(m_library->uuid);
        if (const auto pci = asker.ask<nvml::PciInfo>(m_library->pciInfo)) {
            const auto* end = std::find(std::begin(pci->address), std::end(pci->address), '\0');
            known.device.address = pciAddress(std::string(std::begin(pci->address), end));
        }
        known.device.slowdownAt = asker.askInt(m_library->temperatureThreshold, nvml::kSlowdownThreshold);
        known.device.maxClock = asker.askInt(m_library->maxClock, nvml::kSmClock);
        if (m_events)
            static_cast<void>(nvml::call(m_library->registerEvents, known.handle, nvml::kXidEvent, m_events));
        return known;
    }

    std::unique_ptr<nvml::Library> m_library;
    nvml::EventSet m_events = nullptr;
    std::vector<Known> m_known;
    std::map<nvml::Device, GpuFault> m_faults;
    std::string m_driver, m_cuda;
};

Nvml::Nvml(std::unique_ptr<Session> session) : m_session(std::move(session)) {}
Nvml::Nvml(Nvml&&) noexcept = default;
Nvml& Nvml::operator=(Nvml&&) noexcept = default;
Nvml::~Nvml() = default;

Result<std::optional<Nvml>> Nvml::open(const std::string& library) {
    auto loaded = nvml::loadLibrary(library.c_str());
    if (!loaded) return std::optional<Nvml>();
    const nvml::Return status = nvml::call(loaded->init);
    if (status == nvml::kDriverNotLoaded) return std::optional<Nvml>();
    if (status != nvml::kSuccess) return noSession(status);
    return std::optional<Nvml>(Nvml(std::make_unique<Session>(std::move(loaded))));
}

GpuReport Nvml::sample() {
    m_session->takeFaults();
    return {true, m_session->driver(), m_session->cuda(),
            m_session->devices([](Asker& asker, GpuDevice& device) {
                readVitals(asker, device);
                readLoad(asker, device);
            })};
}

std::vector<GpuDevice> Nvml::vitals() {
    m_session->takeFaults();
    return m_session->devices(readVitals);
}

}  // namespace slipway
