// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/slots.h"

#include "backends/core/units.h"
#include "backends/platform/process.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
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

}  // namespace

Machine thisMachine() {
    Machine machine{usableCores(), {}};
    if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
        std::istringstream names(visible);
        for (std::string name; std::getline(names, name, ',');) {
            const std::size_t begin = name.find_first_not_of(' ');
            if (begin != std::string::npos && name[begin] == '-') break;  // CUDA sees none from there on
            machine.gpus.push_back(name);
        }
        return machine;
    }
    std::set<int> numbers;
    std::error_code failure;
    for (fs::directory_iterator at("/dev", failure), end; !failure && at != end; at.increment(failure)) {
        const std::string name = at->path().filename().string();
        int number = 0;
        const char* last = name.data() + name.size();
        if (!name.starts_with("nvidia")) continue;
        const auto parsed = std::from_chars(name.data() + 6, last, number);
        if (parsed.ec == std::errc{} && parsed.ptr == last) numbers.insert(number);
    }
    for (const int number : numbers) machine.gpus.push_back(std::to_string(number));
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

Result<bool> SlotQueue::take(const std::string& kind, int count, int all, std::vector<int>& taken) {
    std::set<std::string> holders;
    std::vector<FileLock> locks;
    for (int slot = 0; slot < all && static_cast<int>(locks.size()) < count; ++slot) {
        const fs::path file = m_folder / (kind + "-" + std::to_string(slot));
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
        m_reason = "waits for " + std::to_string(count) + " of " + std::to_string(all) +
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
    std::vector<int> cores, gpus;
    bool isTaken = true;
    if (m_request.gpus > 0) {
        SLIPWAY_TRY(isTaken, take("gpu", m_request.gpus, static_cast<int>(m_machine.gpus.size()), gpus));
    }
    if (isTaken) {
        SLIPWAY_TRY(isTaken, take("cpu", m_request.cores, m_machine.cores, cores));
    }
    if (!isTaken) {
        // All or none, so that two runs never wait for each other.
        m_slots.clear();
        return false;
    }
    for (const int gpu : gpus) m_gpus.push_back(m_machine.gpus[static_cast<std::size_t>(gpu)]);
    m_turn.reset();
    m_reason.clear();
    return true;
}

}  // namespace slipway
