// SPDX-License-Identifier: Apache-2.0
// Networks that Python exported by torch.jit.save (https://pytorch.org/docs/stable/jit.html). Training thread only.
#pragma once

#include "backends/trainer/networkfactory.h"

#include <filesystem>

namespace slipway::trainer {

// Of a result, beside its weights: the module as it was trained, which Python loads as it is.
inline constexpr const char* kModuleFile = "module.pt";

// On the CPU. NotFound; InvalidArgument for what is no such module, has nothing to train, or does not fit the data: it must take what
// Network::forward() takes and give what that gives.
Result<NetworkPointer> loadScripted(const std::filesystem::path& file, const SampleShape& shape,
                                    std::int64_t outputs);

// Where the network is such a module: it is written as it is now, whole or not at all. Io.
Result<void> saveScripted(const Network& network, const std::filesystem::path& file);

}  // namespace slipway::trainer
