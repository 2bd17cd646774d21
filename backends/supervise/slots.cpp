// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/slots.h"

#include "backends/core/units.h"
#include "backends/platform/process.h"

#include <algorithm>
#include <set>

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

// A file name.
std::string slotName(std::string_view kind, std::string_view slot) {
    std::string name = std::string(kind) + "-" + std::string(slot);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

}  // namespace

Machine thisMachine(const fs::path& driver) { return {usableCores(), visibleGpus(driver)}; }

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
