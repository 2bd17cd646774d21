// SPDX-License-Identifier: Apache-2.0
// Picks the device to train on. The CUDA half of libtorch is loaded only where there is a driver, so one runner serves both.
// Call once, before other libtorch calls.
#pragma once

#include "backends/core/result.h"
#include "backends/trainer/torchheaders.h"

#include <functional>
#include <string>
#include <string_view>

namespace slipway::trainer {

// `wanted` is auto, cpu or cuda. auto falls back to the CPU and tells `message` why, where a driver is there.
// Unavailable for cuda, with what is missing.
Result<torch::Device> chooseDevice(const std::string& wanted, int localRank,
                                   const std::function<void(std::string_view)>& message);

}  // namespace slipway::trainer
