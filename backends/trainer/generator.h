// SPDX-License-Identifier: Apache-2.0
// A language model goes on with a text. Training thread only.
#pragma once

#include "backends/trainer/savedmodel.h"

#include <functional>
#include <span>

namespace slipway::trainer {

struct GenerationSettings {
    std::int64_t tokens = 200;
    double temperature = 1;  // 0: always the likeliest
    std::int64_t seed = 0;
};

// The token whose share of the whole (softmax of scores / temperature, in order of the tokens) holds `draw`, from 0 to below 1.
std::int64_t drawToken(std::span<const float> scores, double temperature, double draw);

// Tells each token as it comes; an error of `onToken` ends it. InvalidArgument without a prompt. The same seed gives the same tokens
// on the same device and thread count; the model sees the last `context` tokens.
Result<void> generate(const SavedModel& model, std::vector<std::int64_t> prompt,
                      const GenerationSettings& settings,
                      const std::function<Result<void>(std::int64_t token)>& onToken);

}  // namespace slipway::trainer
