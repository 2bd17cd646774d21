// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

namespace slipway::trainer {
namespace {

class Mlp final : public Network {
public:
    Mlp(const ParameterValues& settings, std::int64_t inputs, std::int64_t outputs)
        : m_dropout(realValue(settings, "dropout")) {
        std::int64_t width = inputs;
        for (const auto hidden : listValue(settings, "hidden")) {
            m_hidden.push_back(register_module("hidden" + std::to_string(m_hidden.size()),
                                               torch::nn::Linear(width, hidden)));
            width = hidden;
        }
        m_output = register_module("output", torch::nn::Linear(width, outputs));
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        auto x = input.flatten(1);
        for (auto& layer : m_hidden) {
            x = layer->forward(x).relu_();
            if (m_dropout > 0) x = torch::dropout(x, m_dropout, is_training());
        }
        return m_output->forward(x);
    }

private:
    double m_dropout;
    std::vector<torch::nn::Linear> m_hidden;
    torch::nn::Linear m_output{nullptr};
};

}  // namespace

Result<NetworkPointer> makeMlp(const ParameterValues& settings, const SampleShape& shape,
                               std::int64_t outputs) {
    return NetworkPointer(std::make_shared<Mlp>(settings, shape.values(), outputs));
}

}  // namespace slipway::trainer
