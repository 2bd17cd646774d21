// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/devicemeter.h"

#include "backends/devices/gpunames.h"
#include "backends/platform/processusage.h"

#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace slipway {

struct DeviceMeter::Shared {
    explicit Shared(const std::vector<std::string>& gpus) : count(gpus) {}

    mutable std::mutex mutex;
    std::condition_variable changed;
    DeviceCount count;
    bool isStopping = false;
    bool isOver = false;
};

namespace {

std::string unknownCpu(const Error& error) {
    if (error.code == ErrorCode::PermissionDenied) return "its counters are not open to this user";
    return error.code == ErrorCode::NotFound ? "no counter of it is shown here" : error.message;
}

class Looker {
public:
    explicit Looker(DeviceMeterOptions options) : m_options(std::move(options)) {
        m_cpuUnknown = m_options.powercapUnknown;
        if (!m_options.powercap.empty()) {
            if (auto opened = PowercapMeter::open(m_options.powercap))
                m_powercap = *std::move(opened);
            else
                m_cpuUnknown = unknownCpu(opened.error());
        }
        if (m_options.gpus.empty()) return;
        if (auto opened = Nvml::open(m_options.library)) m_nvml = *std::move(opened);
    }
    std::vector<GpuDevice> gpus() { return m_nvml ? m_nvml->vitals() : std::vector<GpuDevice>(); }
    std::optional<double> cpuJoules() {
        if (!m_powercap) return std::nullopt;
        const auto joules = m_powercap->joules();
        return joules ? std::optional(*joules) : std::nullopt;
    }
    const std::string& cpuUnknown() const { return m_cpuUnknown; }

private:
    DeviceMeterOptions m_options;
    std::optional<PowercapMeter> m_powercap;
    std::string m_cpuUnknown;
    std::optional<Nvml> m_nvml;
};

}  // namespace

DeviceMeterOptions meterOptions(const AgentPlan& plan, const std::vector<std::string>& gpus) {
    DeviceMeterOptions options;
    const std::vector<DriverGpu> known = driverGpus();
    for (const std::string& name : gpus) options.gpus.push_back(gpuDeviceOf(name, known));
    if (plan.isRunFolderLasting) return options;
    if (plan.job.resources.gpus > 0)
        for (Gpu& gpu : visibleGpus()) options.gpus.push_back(std::move(gpu.device));
    options.powercap.clear();
    options.powercapUnknown = "in a pod its counters are the whole node's";
    return options;
}

DeviceMeter::DeviceMeter(DeviceMeterOptions options) : m_shared(std::make_shared<Shared>(options.gpus)) {
    const auto each = options.each;
    std::thread([shared = m_shared, each, options = std::move(options)]() mutable {
        {
            Looker looker(std::move(options));
            for (bool isLast = false;;) {
                const std::vector<GpuDevice> gpus = looker.gpus();
                const auto joules = looker.cpuJoules();
                const auto ours = gpus.empty() ? std::vector<pid_t>() : processTree(::getpid());
                std::unique_lock lock(shared->mutex);
                shared->count.take(gpus, DeviceCount::Clock::now(), {ours.begin(), ours.end()});
                shared->count.setCpuUnknown(looker.cpuUnknown());
                if (joules) shared->count.takeCpu(*joules);
                if (isLast) break;
                isLast = shared->changed.wait_for(lock, each, [&] { return shared->isStopping; });
            }
        }
        const std::lock_guard lock(shared->mutex);
        shared->isOver = true;
        shared->changed.notify_all();
    }).detach();
}

DeviceMeter::~DeviceMeter() { finish(); }

void DeviceMeter::finish() {
    constexpr std::chrono::seconds kPatience{1};
    std::unique_lock lock(m_shared->mutex);
    if (std::exchange(m_shared->isStopping, true)) return;
    m_shared->changed.notify_all();
    m_shared->changed.wait_for(lock, kPatience, [this] { return m_shared->isOver; });
}

std::vector<EventBody> DeviceMeter::news() {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->count.news();
}

EnergyEvent DeviceMeter::energy() const {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->count.energy();
}

}  // namespace slipway
