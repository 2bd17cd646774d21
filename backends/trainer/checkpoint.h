// SPDX-License-Identifier: Apache-2.0
// Where training stands, as one safetensors file "step-<12 digits>.safetensors": weights, optimizer state, step. Data order and
// random numbers are functions of seed and step, so they need no saving. Training thread only.
#pragma once

#include "backends/core/result.h"
#include "backends/core/units.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace slipway::trainer {

struct SavedCheckpoint {
    std::filesystem::path file;
    Bytes size;
};

// Saves into `folder`, then removes all but the newest `keep`, and what a save left that was killed. Io, PermissionDenied: the
// older ones stay.
Result<SavedCheckpoint> saveCheckpoint(const std::filesystem::path& folder, std::int64_t step,
                                       const NamedTensors& tensors, const TensorMetadata& metadata, int keep);

// Copies `from` (a file, or a folder whose newest sound checkpoint counts; unsound ones are told to `warn`) into `tensors` and
// returns its step. NotFound, Io; Conflict when names, types or shapes differ: another network or optimizer.
Result<std::int64_t> loadCheckpoint(const std::filesystem::path& from, const NamedTensors& tensors,
                                    const std::function<void(std::string_view)>& warn);

// The file form of tensors; CPU copies are kept alive in `holder`.
std::vector<TensorView> viewsOf(const NamedTensors& tensors, std::vector<torch::Tensor>& holder);

}  // namespace slipway::trainer
