// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/devicecount.h"

#include "backends/core/units.h"
#include "backends/devices/gpunames.h"
#include "backends/devices/gpuwords.h"

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

// A GPU at its power cap is slowed in one look and not in the next: what does not last is not told.
constexpr int kLasting = 3;

std::string nameOf(const GpuDevice& gpu) { return "GPU " + std::to_string(gpu.index); }

}  // namespace

DeviceCount::DeviceCount(std::vector<std::string> gpus)
    : m_wanted(std::move(gpus)),
      m_hasSlice(std::any_of(m_wanted.begin(), m_wanted.end(),
                             [](const std::string& name) { return name.starts_with("mig-"); })) {}

bool DeviceCount::isWanted(const GpuDevice& gpu) const {
    const std::vector<DriverGpu> names{{gpu.address, gpu.uuid}};
    return std::any_of(m_wanted.begin(), m_wanted.end(), [&](const std::string& wanted) {
        return wanted == std::to_string(gpu.index) || wanted == gpu.address ||
               (wanted.starts_with("gpu-") && gpuDeviceOf(wanted, names) == gpu.address);
    });
}

void DeviceCount::take(const std::vector<GpuDevice>& all, Clock::time_point time,
                       const std::set<pid_t>& ours) {
    for (const GpuDevice& gpu : all) {
        takeMemory(gpu, ours);  // whatever name the run has for it
        if (!isWanted(gpu)) continue;
        Count& count = m_counts[gpu.index];
        // In MIG mode the run has but a slice, whatever name it goes by.
        m_hasSlice = m_hasSlice || gpu.isMig;
        if (!gpu.isMig && gpu.joules) {
            // The counter begins anew with the driver.
            if (count.last && *gpu.joules > *count.last) count.joules += *gpu.joules - *count.last;
            count.last = gpu.joules;
        }
        takeThrottling(gpu, count, time);
        takeFault(gpu, count);
    }
}

// Of a driver that tells no process numbers, as in another container, nothing is known.
void DeviceCount::takeMemory(const GpuDevice& gpu, const std::set<pid_t>& ours) {
    std::optional<Bytes> held;
    for (const GpuProcess& process : gpu.processes.value_or(std::vector<GpuProcess>())) {
        if (process.memory && ours.contains(static_cast<pid_t>(process.pid)))
            held = Bytes{held.value_or(Bytes{}).count + process.memory->count};
    }
    if (held) m_memory = Bytes{std::max(m_memory.value_or(Bytes{}).count, held->count)};
}

void DeviceCount::takeThrottling(const GpuDevice& gpu, Count& count, Clock::time_point time) {
    if (!gpu.throttling) return;
    std::string now = throttleText(*gpu.throttling);
    if (now != count.seen) {
        count.seen = std::move(now);
        count.looks = 0;
    }
    if (++count.looks < kLasting || count.seen == count.throttling) return;
    const double seconds =
        count.throttling.empty() ? 0 : std::chrono::duration<double>(time - count.since).count();
    m_news.emplace_back(ThrottleEvent{nameOf(gpu), count.seen, seconds});
    count.throttling = count.seen;
    count.since = time;
}

void DeviceCount::takeFault(const GpuDevice& gpu, Count& count) {
    const auto say = [&](const std::string& text) {
        m_news.emplace_back(LogEvent{LogEvent::Stream::Agent, nameOf(gpu) + text});
    };
    if (gpu.fault && (gpu.fault->xid != count.xid || gpu.fault->time != count.xidTime)) {
        count.xid = gpu.fault->xid;
        count.xidTime = gpu.fault->time;
        say(": XID " + std::to_string(count.xid) + (gpu.fault->words.empty() ? "" : ": " + gpu.fault->words));
    }
    if (gpu.problem != count.problem) {
        count.problem = gpu.problem;
        if (!count.problem.empty()) say(" " + count.problem);
    }
}

std::vector<EventBody> DeviceCount::news() { return std::exchange(m_news, {}); }

EnergyEvent DeviceCount::energy() const {
    EnergyEvent energy;
    energy.cpuJoules = m_cpuJoules;
    energy.gpuMemory = m_memory;
    const auto add = [&](const std::string& text) {
        energy.unknown += (energy.unknown.empty() ? "" : "; ") + text;
    };
    for (const auto& [index, count] : m_counts)
        if (count.last) energy.gpuJoules = energy.gpuJoules.value_or(0) + count.joules;
    const auto counted =
        std::count_if(m_counts.begin(), m_counts.end(), [](const auto& one) { return one.second.last; });
    if (m_hasSlice)
        add("GPU: a slice has no counter of its own");
    else if (counted < static_cast<std::ptrdiff_t>(m_wanted.size()))
        add(counted == 0 ? "GPU: the driver does not tell it" : "GPU: not all of them tell it");
    if (!m_cpuJoules) add("CPU: " + (m_cpuUnknown.empty() ? "not read" : m_cpuUnknown));
    return energy;
}

}  // namespace slipway
