// SPDX-License-Identifier: Apache-2.0
// Slots of this machine: one lock file a core and a GPU device, taken for the life of a run, so that runs queue without a daemon and
// a killed agent frees its slots. The run at the head holds the turn, so that small ones never starve a large one. One thread.
#pragma once

#include "backends/devices/gpunames.h"
#include "backends/platform/filelock.h"

#include <string>
#include <vector>

namespace slipway {

struct SlotRequest {
    int cores = 1;
    int gpus = 0;
    std::string holder;  // "run 42"
};

struct Machine {
    int cores = 1;
    std::vector<Gpu> gpus;  // by Gpu::device they are locked
};
// The cores that this process may use and the GPUs that it sees.
Machine thisMachine(const std::filesystem::path& driver = kDriverGpus);

class SlotQueue {
public:
    // More cores than there are become all there are (the run is slower); more GPUs never fit: QuotaExceeded.
    static Result<SlotQueue> open(const std::filesystem::path& folder, const Machine& machine,
                                  SlotRequest request);

    // True when all slots are held, from then on until this object goes. False: reason() says what it waits for. Never waits itself.
    Result<bool> tryTake();
    // "waits for 2 of 2 CPU slots, held by run 41", "waits its turn behind run 43".
    const std::string& reason() const { return m_reason; }
    // The names of the GPUs that are held, in the machine's order.
    const std::vector<std::string>& gpus() const { return m_gpus; }

private:
    SlotQueue(std::filesystem::path folder, Machine machine, SlotRequest request)
        : m_folder(std::move(folder)),
          m_machine(std::move(machine)),
          m_request(std::move(request)) {}
    Result<bool> take(const std::string& kind, int count, const std::vector<std::string>& slots,
                      std::vector<std::size_t>& taken);

    std::filesystem::path m_folder;
    Machine m_machine;
    SlotRequest m_request;
    std::optional<FileLock> m_turn;
    std::vector<FileLock> m_slots;
    std::vector<std::string> m_gpus;
    std::string m_reason;
};

}  // namespace slipway
