// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/batches.h"

namespace slipway::trainer {

Batch emptyBatch(const Samples& samples, std::int64_t count) {
    const SampleShape& shape = samples.shape;
    if (shape.isText())
        return {torch::empty({count, shape.width}, torch::kLong),
                torch::empty({count, shape.width}, torch::kLong)};
    return {torch::empty({count, shape.channels, shape.height, shape.width}),
            torch::empty({count}, samples.classes > 0 ? torch::kLong : torch::kFloat)};
}

Result<void> fillBatch(const Samples& samples, const SampleSet& set, std::span<const std::int64_t> rows,
                       std::optional<std::uint64_t> draw, Batch& batch) {
    if (samples.shape.isText()) {
        samples.fillTokens(set, rows, batch.input.data_ptr<std::int64_t>(),
                           batch.expected.data_ptr<std::int64_t>());
        return {};
    }
    SLIPWAY_CHECK(samples.fill(set, rows, batch.input.data_ptr<float>(), draw));
    const auto take = [&](const auto& values, auto* out) {
        for (const auto row : rows) *out++ = values[static_cast<std::size_t>(row)];
    };
    if (samples.classes > 0)
        take(set.labels, batch.expected.data_ptr<std::int64_t>());
    else
        take(set.targets, batch.expected.data_ptr<float>());
    return {};
}

}  // namespace slipway::trainer
