// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryprobe.h"

#include "backends/platform/processusage.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string_view>

namespace slipway::trainer {
namespace {

// What libtorch's allocators tell; backward passes of a GPU tell it from threads of their own.
class Meter final : public c10::MemoryReportingInfoBase {
public:
    explicit Meter(c10::DeviceType type) : m_type(type) {}
    void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device device) override {
        if (device.type() != m_type) return;
        const std::int64_t now = m_now += size;
        for (std::int64_t peak = m_peak; now > peak && !m_peak.compare_exchange_weak(peak, now);) {
        }
    }
    bool memoryProfilingEnabled() const override { return true; }
    Bytes peak() const { return Bytes{m_peak}; }

private:
    c10::DeviceType m_type;
    std::atomic<std::int64_t> m_now{0};
    std::atomic<std::int64_t> m_peak{0};
};

// The size of the address space or the resident part of it, from /proc/self/statm.
std::int64_t ownPages(bool isResident) {
    std::ifstream file("/proc/self/statm");
    std::int64_t all = 0;
    std::int64_t resident = 0;
    file >> all >> resident;
    return (isResident ? resident : all) * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

bool isOutOfMemory(const std::exception& problem) {
    if (dynamic_cast<const std::bad_alloc*>(&problem) != nullptr ||
        dynamic_cast<const c10::OutOfMemoryError*>(&problem) != nullptr)
        return true;
    const auto* known = dynamic_cast<const c10::Error*>(&problem);
    return known != nullptr &&
           std::string_view(known->what_without_backtrace()).find("can't allocate memory") !=
               std::string_view::npos;
}

Bytes tensorPeak(const torch::Device& device, const std::function<void()>& pass) {
    const auto meter = std::make_shared<Meter>(device.type());
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, meter);
    pass();
    return meter->peak();
}

std::int64_t MemoryLine::samplesIn(Bytes room) const {
    const double free = 0.9 * static_cast<double>(room.count) - static_cast<double>(fixed.count);
    return free > 0 ? static_cast<std::int64_t>(free / perSample) : 0;
}

std::optional<MemoryLine> memoryLine(const MemoryPoint& few, const MemoryPoint& more) {
    if (more.samples <= few.samples || more.peak.count <= few.peak.count) return std::nullopt;
    const double slope = static_cast<double>(more.peak.count - few.peak.count) /
                         static_cast<double>(more.samples - few.samples);
    const double fixed = static_cast<double>(few.peak.count) - slope * static_cast<double>(few.samples);
    return MemoryLine{Bytes{static_cast<std::int64_t>(std::max(0.0, fixed))}, slope};
}

std::optional<Bytes> memoryRoom(const torch::Device& device) {
    if (device.is_cuda()) {
        auto* const allocator = c10::getDeviceAllocator(device.type());
        allocator->emptyCache();
        return Bytes{static_cast<std::int64_t>(allocator->getMemoryInfo(device.index()).first)};
    }
    std::optional<Bytes> room = availableMemory();
    const auto atMost = [&](std::int64_t bytes) {
        room = Bytes{std::max<std::int64_t>(0, room ? std::min(room->count, bytes) : bytes)};
    };
    if (const auto memory = machineMemory()) atMost(memory->count - ownPages(true));
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        atMost(static_cast<std::int64_t>(limit.rlim_cur) - ownPages(false));
    return room;
}

Bytes memoryPeak(const torch::Device& device) {
    if (device.is_cuda()) {
        using c10::CachingAllocator::StatType;
        const auto stats = c10::getDeviceAllocator(device.type())->getDeviceStats(device.index());
        return Bytes{stats.allocated_bytes[static_cast<std::size_t>(StatType::AGGREGATE)].peak};
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return Bytes{std::int64_t{usage.ru_maxrss} * 1024};
}

}  // namespace slipway::trainer
