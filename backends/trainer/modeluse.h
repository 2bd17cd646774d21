// SPDX-License-Identifier: Apache-2.0
// Using what a training left, as slipway-runner calls it; no libtorch type shows here. One call at a time in a process.
// Errors of all: NotFound, Io, PermissionDenied, Corrupt (model and data, with file and row), InvalidArgument (data that do not fit the
// model), Unavailable (no such device, no memory), Cancelled when `stop` is set.
#pragma once

#include "backends/core/result.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct ModelUse {
    std::filesystem::path folder;  // the result, with config.json and model.safetensors
    std::string device = "auto";   // cpu, cuda
    int threads = 1;
    const std::atomic<bool>* stop = nullptr;
    std::function<void(std::int64_t done, std::int64_t total)> progress =
        {};                                              // samples or tokens; total 0: not known
    std::function<void(std::string_view)> message = {};  // one line for people
};

struct PredictionSettings {
    std::vector<std::filesystem::path> places;  // files or folders
    std::filesystem::path out;                  // "-": stdout; "….parquet": Parquet; else CSV
    bool isJson = false;                        // on stdout: JSON instead of CSV
    std::int64_t top = 1;                       // classes of each sample
};
// The number of samples.
Result<std::int64_t> predictWithModel(const ModelUse& use, const PredictionSettings& settings);

struct EvaluationSettings {
    std::filesystem::path data;
    bool isHeldOut =
        false;  // the model's own data, of which that is taken that it did not learn from; else all of them
    std::string group;  // a column; empty: the model's own, unless the data lack it, of which `message` tells
    std::string
        digest{};  // of its own data then, by contentDigest(): others are a Conflict; empty: not known
};
// The report as a result's evaluation.json has it.
Result<std::string> evaluateModel(const ModelUse& use, const EvaluationSettings& settings);

struct TextSettings {
    std::string prompt;
    std::int64_t tokens = 200;
    double temperature = 1;
    std::int64_t seed = 0;
};
// Tells the text that follows the prompt, as it comes.
Result<void> generateText(const ModelUse& use, const TextSettings& settings,
                          const std::function<void(std::string_view)>& tell);

}  // namespace slipway
