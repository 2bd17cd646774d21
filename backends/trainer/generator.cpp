// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/generator.h"

#include "backends/trainer/precision.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace slipway::trainer {

std::int64_t drawToken(std::span<const float> scores, double temperature, double draw) {
    const auto largest = std::ranges::max_element(scores);
    if (temperature <= 0) return largest - scores.begin();
    std::vector<double> shares;
    double total = 0;
    for (const float score : scores) shares.push_back(total += std::exp((score - *largest) / temperature));
    const auto found = std::ranges::upper_bound(shares, draw * total);
    return std::min<std::int64_t>(found - shares.begin(), static_cast<std::int64_t>(shares.size()) - 1);
}

Result<void> generate(const SavedModel& model, std::vector<std::int64_t> prompt,
                      const GenerationSettings& settings,
                      const std::function<Result<void>(std::int64_t)>& onToken) {
    if (prompt.empty())
        return Error{ErrorCode::InvalidArgument,
                     "there is nothing to go on with",
                     {},
                     "Give at least a character of text"};
    const torch::NoGradGuard noGradients;
    const Autocast cast(model.placement.device, model.placement.castType);
    const auto context = static_cast<std::size_t>(model.config.form.shape.width);
    std::mt19937_64 random(static_cast<std::uint64_t>(settings.seed));
    for (std::int64_t i = 0; i < settings.tokens; ++i) {
        if (prompt.size() > context)
            prompt.erase(prompt.begin(), prompt.end() - static_cast<std::ptrdiff_t>(context));
        const auto input = torch::tensor(prompt, torch::kLong).unsqueeze(0);
        const auto scores = model.network->forward(model.placement.place(input))
                                .select(1, -1)
                                .flatten()
                                .to(torch::kFloat)
                                .cpu();
        // 53 bits: every double from 0 to below 1 in equal steps.
        const double draw = static_cast<double>(random() >> 11U) * 0x1p-53;
        const std::int64_t token =
            drawToken({scores.const_data_ptr<float>(), static_cast<std::size_t>(scores.numel())},
                      settings.temperature, draw);
        SLIPWAY_CHECK(onToken(token));
        prompt.push_back(token);
    }
    return {};
}

}  // namespace slipway::trainer
