// SPDX-License-Identifier: Apache-2.0
// Any bytes as a checkpoint, which may come from a registry: every tensor that is read lies inside the file.
#include "backends/trainer/safetensors.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = slipway::trainer::readSafetensors(memoryFile(data, size));
    if (!file) return 0;
    for (const auto& tensor : file->tensors) {
        const bool isInside =
            tensor.data.data() >= file->bytes.data() &&
            tensor.data.data() + tensor.data.size() <= file->bytes.data() + file->bytes.size();
        if (!tensor.data.empty() && !isInside) std::abort();
    }
    return 0;
}
