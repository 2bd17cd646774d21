// SPDX-License-Identifier: Apache-2.0
// The tables of what `train:` can name: networks, data formats, optimizers, and the settings of the loop itself.
// A new network is one row here, one file in trainer/networks and one row in its factory. Constants; any thread.
#pragma once

#include "backends/core/parameters.h"

namespace slipway {

std::span<const ParameterTable> networkTables();
std::span<const ParameterTable> dataTables();
std::span<const ParameterTable> optimizerTables();

// `train.batch`, `train.epochs`, `train.steps` …: the settings beside network, data and optimizer.
const ParameterTable& loopTable();

}  // namespace slipway
