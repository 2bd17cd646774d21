// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/evaluator.h"

#include "backends/trainer/batches.h"
#include "backends/trainer/precision.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace slipway::trainer {
namespace {

constexpr std::int64_t kMostSamples = 1000;    // at once
constexpr std::int64_t kMostValues = 1 << 22;  // at once, where training takes fewer

template <typename Value>
std::span<const Value> valuesOf(const torch::Tensor& tensor) {
    return {tensor.const_data_ptr<Value>(), static_cast<std::size_t>(tensor.numel())};
}

void compare(const Samples& samples, const torch::Tensor& output, const torch::Tensor& expected,
             std::span<const std::int64_t> groups, Evaluation& evaluation) {
    if (samples.classes > 0) {
        const auto predicted = output.argmax(1).cpu();
        evaluation.addClasses(valuesOf<std::int64_t>(expected), valuesOf<std::int64_t>(predicted), groups);
    } else if (!samples.shape.isText()) {
        const auto predicted = output.squeeze(1).to(torch::kFloat).cpu().contiguous();
        evaluation.addValues(valuesOf<float>(expected), valuesOf<float>(predicted), groups);
    }
}

// Of the samples from row `begin` on.
void keepWorst(const Samples& samples, const torch::Tensor& output, const torch::Tensor& expected,
               std::int64_t begin, WorstPredictions& worst) {
    if (samples.shape.isText()) return;
    if (samples.classes > 0) {
        const auto [most, predicted] = torch::softmax(output, 1, torch::kFloat).cpu().max(1);
        const auto labels = valuesOf<std::int64_t>(expected), guesses = valuesOf<std::int64_t>(predicted);
        const auto certain = valuesOf<float>(most);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] != guesses[i])
                worst.take({begin + static_cast<std::int64_t>(i), static_cast<double>(labels[i]),
                            static_cast<double>(guesses[i]), certain[i]});
        }
        return;
    }
    const auto predicted = output.squeeze(1).to(torch::kFloat).cpu().contiguous();
    const auto values = valuesOf<float>(expected), guesses = valuesOf<float>(predicted);
    for (std::size_t i = 0; i < values.size(); ++i)
        worst.take({begin + static_cast<std::int64_t>(i), values[i], guesses[i],
                    std::abs(static_cast<double>(values[i]) - guesses[i])});
}

}  // namespace

std::int64_t samplesAtOnce(const SampleShape& shape, std::int64_t trainingBatch) {
    const std::int64_t values = shape.values() * std::max<std::int64_t>(1, shape.vocabulary);
    return std::clamp(kMostValues / values, std::min(trainingBatch, kMostSamples), kMostSamples);
}

torch::Tensor Placement::place(const torch::Tensor& input) const {
    const auto there = device.is_cpu() ? input : input.to(device, /*non_blocking=*/true);
    return isChannelsLast ? there.contiguous(at::MemoryFormat::ChannelsLast) : there;
}

torch::Tensor lossOf(const Samples& samples, const torch::Tensor& output, const torch::Tensor& expected,
                     double smoothing) {
    const auto crossEntropy = [&](const torch::Tensor& scores, const torch::Tensor& labels) {
        return torch::cross_entropy_loss(scores, labels, {}, at::Reduction::Mean, /*ignore_index=*/-100,
                                         smoothing);
    };
    if (samples.shape.isText()) return crossEntropy(output.flatten(0, 1), expected.flatten());
    return samples.classes > 0 ? crossEntropy(output, expected)
                               : torch::mse_loss(output.squeeze(1), expected);
}

Result<void> addTo(Evaluation& evaluation, Network& network, const Samples& samples, const SampleSet& set,
                   const Placement& placement, std::int64_t trainingBatch, const Tick& tick,
                   WorstPredictions* worst) {
    const torch::NoGradGuard noGradients;
    const Autocast cast(placement.device, placement.castType);
    network.eval();
    const std::int64_t step = samplesAtOnce(samples.shape, trainingBatch);
    std::vector<std::int64_t> rows;
    for (std::int64_t begin = 0; begin < set.count; begin += step) {
        const std::int64_t size = std::min(step, set.count - begin);
        rows.resize(static_cast<std::size_t>(size));
        std::iota(rows.begin(), rows.end(), begin);
        Batch batch = emptyBatch(samples, size);
        SLIPWAY_CHECK(fillBatch(samples, set, rows, {}, batch));
        const auto output = network.forward(placement.place(batch.input));
        const auto loss = lossOf(samples, output, batch.expected.to(placement.device));
        evaluation.addLoss(loss.item<double>(), batch.expected.numel());
        const auto groups = std::span(set.groups);
        compare(samples, output, batch.expected,
                groups.empty()
                    ? groups
                    : groups.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size)),
                evaluation);
        if (worst != nullptr) keepWorst(samples, output, batch.expected, begin, *worst);
        if (tick) SLIPWAY_CHECK(tick(size));
    }
    network.train();
    return {};
}

Result<Evaluation> evaluate(Network& network, const Samples& samples, const SampleSet& set,
                            const Placement& placement, std::int64_t trainingBatch) {
    Evaluation evaluation(samples);
    SLIPWAY_CHECK(
        addTo(evaluation, network, samples, set, placement, trainingBatch, {}, &evaluation.worst()));
    return evaluation;
}

}  // namespace slipway::trainer
