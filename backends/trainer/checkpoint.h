// SPDX-License-Identifier: Apache-2.0
// Where training stands, as one safetensors file "step-<12 digits>.safetensors": weights, optimizer state, step. Data order and
// random numbers are functions of seed and step, so they need no saving. The best one, by an evaluation, is kept beside them as
// "best-<12 digits>.safetensors". Training thread only.
#pragma once

#include "backends/core/result.h"
#include "backends/core/units.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
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

// The same as the one best checkpoint of the folder, instead of the one there was.
Result<SavedCheckpoint> saveBest(const std::filesystem::path& folder, std::int64_t step,
                                 const NamedTensors& tensors, const TensorMetadata& metadata);
// Takes the best one of `from`, a folder or a checkpoint in one, along into `folder`, unless it is of a later step than `step`, and
// gives its metadata; none where there is none. Io, PermissionDenied.
Result<std::optional<TensorMetadata>> takeBest(const std::filesystem::path& from,
                                               const std::filesystem::path& folder, std::int64_t step);
// Its weights alone, as evaluations see them: the mean, where one is kept. NotFound, Corrupt, Io, PermissionDenied.
Result<void> writeBestWeights(const std::filesystem::path& folder, const std::filesystem::path& file);

struct LoadedCheckpoint {
    std::int64_t step = 0;
    TensorMetadata metadata;
};

// Copies `from` (a file, or a folder whose newest sound checkpoint counts; unsound ones are told to `warn`) into `tensors`. NotFound, Io; Conflict when names, types or shapes differ: another network or optimizer.
Result<LoadedCheckpoint> loadCheckpoint(const std::filesystem::path& from, const NamedTensors& tensors,
                                        const std::function<void(std::string_view)>& warn);

// The file form of tensors; CPU copies are kept alive in `holder`.
std::vector<TensorView> viewsOf(const NamedTensors& tensors, std::vector<torch::Tensor>& holder);

}  // namespace slipway::trainer
