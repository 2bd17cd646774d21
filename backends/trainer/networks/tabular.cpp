// SPDX-License-Identifier: Apache-2.0
// For tables: an embedding for each category column (Guo and Berkhahn 2016, arXiv:1604.06737) beside the numbers, then fully connected
// layers. Category 0 is "missing".
#include "backends/trainer/networkfactory.h"

#include <algorithm>
#include <cmath>

namespace slipway::trainer {
namespace {

constexpr std::int64_t kLargestEmbedding = 600;

// fastai's rule of thumb.
std::int64_t usualWidth(std::int64_t values) {
    return std::min(kLargestEmbedding, static_cast<std::int64_t>(
                                           std::llround(1.6 * std::pow(static_cast<double>(values), 0.56))));
}

class Tabular final : public Network {
public:
    Tabular(const ParameterValues& settings, const SampleShape& shape, std::int64_t outputs)
        : m_numbers(shape.values() - static_cast<std::int64_t>(shape.categories.size())),
          m_dropout(realValue(settings, "dropout")) {
        std::int64_t width = m_numbers;
        const std::int64_t asked = integerValue(settings, "embedding");
        for (const auto values : shape.categories) {
            const std::int64_t size = asked > 0 ? asked : usualWidth(values);
            m_embeddings.push_back(register_module("embedding" + std::to_string(m_embeddings.size()),
                                                   torch::nn::Embedding(values, size)));
            width += size;
        }
        for (const auto hidden : listValue(settings, "hidden")) {
            m_hidden.push_back(register_module("hidden" + std::to_string(m_hidden.size()),
                                               torch::nn::Linear(width, hidden)));
            width = hidden;
        }
        m_output = register_module("output", torch::nn::Linear(width, outputs));
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        const auto cells = input.flatten(1);
        std::vector<torch::Tensor> parts{cells.narrow(1, 0, m_numbers)};
        for (std::size_t i = 0; i < m_embeddings.size(); ++i)
            parts.push_back(m_embeddings[i]->forward(
                cells.select(1, m_numbers + static_cast<std::int64_t>(i)).to(torch::kLong)));
        auto x = torch::cat(parts, 1);
        for (auto& layer : m_hidden) {
            x = layer->forward(x).relu_();
            if (m_dropout > 0) x = torch::dropout(x, m_dropout, is_training());
        }
        return m_output->forward(x);
    }

private:
    std::int64_t m_numbers;
    double m_dropout;
    std::vector<torch::nn::Embedding> m_embeddings;
    std::vector<torch::nn::Linear> m_hidden;
    torch::nn::Linear m_output{nullptr};
};

}  // namespace

Result<NetworkPointer> makeTabular(const ParameterValues& settings, const SampleShape& shape,
                                   std::int64_t outputs) {
    return NetworkPointer(std::make_shared<Tabular>(settings, shape, outputs));
}

}  // namespace slipway::trainer
