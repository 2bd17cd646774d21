// SPDX-License-Identifier: Apache-2.0
// The config.json beside a model's weights: how to build the network, and how samples become the numbers that it takes. With it the
// model alone is enough to be used. No libtorch here. Values; any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/trainer/samples.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace slipway::trainer {

// Of a text's tokenizer, beside the model.
inline constexpr const char* kTokenizerFile = "tokenizer.json";

inline constexpr std::size_t kMaxConfigBytes = std::size_t{256} << 20;

struct ModelConfig {
    std::string name;
    TypedParameters network;
    TypedParameters data;  // what it was trained with; its input is a name of the job's
    std::int64_t seed = 0;
    std::int64_t parameters = 0;
    std::int64_t trainingSamples = 0;
    std::int64_t testSamples = 0;
    std::string madeWith;  // programs and versions
    // How it was evaluated.
    std::int64_t batch = 1;
    std::string precision = "fp32";
    bool isChannelsLast = false;

    Samples form;                     // without a sample
    std::filesystem::path tokenizer;  // of a text: its file, where there is one

    std::string target() const;  // the table's column that is predicted; empty: none is named
    std::int64_t outputs() const { return form.classes > 0 ? form.classes : 1; }
};

// All but the samples themselves.
Samples formOf(const Samples& samples);

ModelConfig configOf(const JobSpec& job, const Samples& samples, std::int64_t parameters);

std::string encodeConfig(const ModelConfig& config);

// Corrupt, with the file's name and what is wrong; InvalidArgument for a model of an older Slipway, which does not say enough.
Result<ModelConfig> decodeConfig(std::string_view text, const std::filesystem::path& file);

}  // namespace slipway::trainer
