// SPDX-License-Identifier: Apache-2.0
// A job's training and test data in memory, and batches of it as floats. Images stay bytes and are scaled per batch, so the data
// take a quarter of the memory. No libtorch here. Values; const use from any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace slipway::trainer {

struct SampleShape {
    std::int64_t channels = 1;
    std::int64_t height = 1;  // a table row: 1 × 1 × columns
    std::int64_t width = 1;
    bool isImage = false;
    std::int64_t values() const { return channels * height * width; }
};

// One part (training or test). Exactly one of bytes and floats, and one of labels and targets, is filled.
struct SampleSet {
    std::int64_t count = 0;
    std::vector<std::uint8_t> bytes;
    std::vector<float> floats;
    std::vector<std::int64_t> labels;
    std::vector<float> targets;
};

struct Samples {
    SampleShape shape;
    SampleSet training;
    SampleSet test;            // may be empty
    std::int64_t classes = 0;  // 0: the target is a real number
    std::vector<std::string> classNames;
    std::vector<std::string> columns;
    std::vector<float> mean;  // per column, or one for all pixels (of values from 0 to 1)
    std::vector<float> deviation;

    // Writes rows.size() × shape.values() normalised floats.
    void fill(const SampleSet& set, std::span<const std::int64_t> rows, float* out) const;
};

using Inputs = std::map<std::string, std::filesystem::path, std::less<>>;

// Reads what `data` names from `inputs`. InvalidArgument, NotFound, Corrupt, Io, PermissionDenied; Unavailable for tables where
// the program was built without Arrow.
Result<Samples> loadSamples(const TypedParameters& data, const Inputs& inputs, std::int64_t seed);

// The order of `count` samples in an epoch (from 0): a function of seed and epoch alone, so it need not be saved.
std::vector<std::int64_t> epochOrder(std::int64_t count, std::int64_t seed, std::int64_t epoch);

}  // namespace slipway::trainer
