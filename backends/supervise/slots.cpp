// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/slots.h"

#include "backends/core/units.h"
#include "backends/platform/process.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

namespace slipway {
namespace {

namespace fs = std::filesystem;

std::string holderOf(const fs::path& file) {
    auto text = readFile(file, 256);
    if (!text || text->empty()) return "another run";
    return text->substr(0, text->find('\n'));
}

std::string joined(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::size_t gpuNodes() {
    std::size_t count = 0;
    std::error_code failure;
    for (fs::directory_iterator at("/dev", failure), end; !failure && at != end; at.increment(failure)) {
        const std::string name = at->path().filename().string();
        const std::string digits = name.starts_with("nvidia") ? name.substr(6) : "";
        if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos) ++count;
    }
    return count;
}

std::vector<std::string> visibleGpus() {
    std::vector<std::string> gpus;
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    if (!visible) {
        // CUDA counts those it sees, whatever their nodes' numbers are.
        for (std::size_t i = 0, count = gpuNodes(); i < count; ++i) gpus.push_back(std::to_string(i));
        return gpus;
    }
    std::istringstream names(visible);
    for (std::string name; std::getline(names, name, ',');) {
        const std::size_t begin = name.find_first_not_of(" \t");
        // CUDA sees none from the first on that is no name.
        if (begin == std::string::npos || name[begin] == '-') break;
        gpus.push_back(name.substr(begin, name.find_last_not_of(" \t") + 1 - begin));
    }
    return gpus;
}

// A file name.
std::string slotName(std::string_view kind, std::string_view slot) {
    std::string name = std::string(kind) + "-" + std::string(slot);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

}  // namespace

Machine thisMachine(const fs::path& driverGpus) {
    const std::vector<GpuDevice> devices = gpuDevices(driverGpus);
    Machine machine{usableCores(), {}};
    for (const std::string& name : visibleGpus()) {
        std::string device = gpuDeviceOf(name, devices);
        const bool isTwice = std::any_of(machine.gpus.begin(), machine.gpus.end(),
                                         [&](const Gpu& gpu) { return gpu.device == device; });
        if (!isTwice) machine.gpus.push_back({name, std::move(device)});
    }
    return machine;
}

Result<SlotQueue> SlotQueue::open(const fs::path& folder, const Machine& machine, SlotRequest request) {
    const int gpus = static_cast<int>(machine.gpus.size());
    if (request.gpus > gpus) {
        return Error{ErrorCode::QuotaExceeded,
                     "needs " + counted(request.gpus, "GPU") + ", this machine has " + std::to_string(gpus),
                     "", "Ask for fewer, or run it in a cluster"};
    }
    request.cores = std::clamp(request.cores, 1, machine.cores);
    SLIPWAY_CHECK(makeFolders(folder));
    return SlotQueue(folder, machine, std::move(request));
}

Result<bool> SlotQueue::take(const std::string& kind, int count, const std::vector<std::string>& slots,
                             std::vector<std::size_t>& taken) {
    std::set<std::string> holders;
    std::vector<FileLock> locks;
    for (std::size_t slot = 0; slot < slots.size() && static_cast<int>(locks.size()) < count; ++slot) {
        const fs::path file = m_folder / slotName(kind, slots[slot]);
        SLIPWAY_TRY(std::optional<FileLock> lock, FileLock::tryAcquire(file));
        if (!lock) {
            holders.insert(holderOf(file));
            continue;
        }
        // Only for people to read; a full disk is no reason not to run.
        static_cast<void>(lock->setContent(m_request.holder + "\n"));
        locks.push_back(*std::move(lock));
        taken.push_back(slot);
    }
    if (static_cast<int>(locks.size()) < count) {
        m_reason = "waits for " + std::to_string(count) + " of " + std::to_string(slots.size()) +
                   (kind == "cpu" ? " CPU" : " GPU") + " slots, held by " + joined(holders);
        return false;
    }
    std::move(locks.begin(), locks.end(), std::back_inserter(m_slots));
    return true;
}

Result<bool> SlotQueue::tryTake() {
    const fs::path turn = m_folder / (m_request.gpus > 0 ? "turn-gpu" : "turn-cpu");
    if (!m_turn) {
        SLIPWAY_TRY(m_turn, FileLock::tryAcquire(turn));
        if (!m_turn) {
            m_reason = "waits its turn behind " + holderOf(turn);
            return false;
        }
        static_cast<void>(m_turn->setContent(m_request.holder + "\n"));
    }
    std::vector<std::string> coreSlots, gpuSlots;
    for (int core = 0; core < m_machine.cores; ++core) coreSlots.push_back(std::to_string(core));
    for (const Gpu& gpu : m_machine.gpus) gpuSlots.push_back(gpu.device);
    std::vector<std::size_t> cores, gpus;
    bool isTaken = true;
    if (m_request.gpus > 0) {
        SLIPWAY_TRY(isTaken, take("gpu", m_request.gpus, gpuSlots, gpus));
    }
    if (isTaken) {
        SLIPWAY_TRY(isTaken, take("cpu", m_request.cores, coreSlots, cores));
    }
    if (!isTaken) {
        // All or none, so that two runs never wait for each other.
        m_slots.clear();
        return false;
    }
    for (const std::size_t gpu : gpus) m_gpus.push_back(m_machine.gpus[gpu].name);
    m_turn.reset();
    m_reason.clear();
    return true;
}

}  // namespace slipway
