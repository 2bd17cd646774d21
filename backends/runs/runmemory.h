// SPDX-License-Identifier: Apache-2.0
// The most memory that a rank of a run held, over all its ranks and attempts, and in words. Values; any thread.
#pragma once

#include "backends/core/event.h"

#include <optional>
#include <string>

namespace slipway {

struct MemoryPeak {
    Bytes memory;  // of the rank that held the most
    int rank = 0;
    bool isSampled = false;  // of several processes, looked at now and then; else the kernel's own mark
    std::optional<Bytes> gpuMemory;  // the most on one GPU; none: not known
};

// What ranks that run told so far counts, too.
class MemoryPeaks {
public:
    void take(const Event& event);
    const std::optional<MemoryPeak>& peak() const { return m_peak; }

private:
    void takePeak(const Event& event, Bytes memory, bool isSampled);

    std::optional<MemoryPeak> m_peak;
    std::optional<Bytes> m_gpuMemory;
};

// "812 MiB of 4 GiB asked for"; "rank 3 812 MiB of 4 GiB asked for, at looks now and then at its processes" of a run of several.
// `asked`, as the job has it, is left out where it is 0.
std::string memoryInWords(const MemoryPeak& peak, Bytes asked, int ranks);

}  // namespace slipway
