// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

namespace slipway::trainer {
namespace {

// Blocks of 3×3 convolution, batch norm (Ioffe and Szegedy 2015), 2×2 max pooling and ReLU: pooling first is the same and
// leaves ReLU a quarter of the values.
class Cnn final : public Network {
public:
    Cnn(const ParameterValues& settings, const SampleShape& shape, std::int64_t outputs)
        : m_dropout(realValue(settings, "dropout")) {
        std::int64_t channels = shape.channels;
        std::int64_t height = shape.height;
        std::int64_t width = shape.width;
        for (const auto next : listValue(settings, "channels")) {
            const auto number = std::to_string(m_convolutions.size());
            m_convolutions.push_back(register_module(
                "convolution" + number,
                torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, next, 3).padding(1).bias(false))));
            m_norms.push_back(register_module("norm" + number, torch::nn::BatchNorm2d(next)));
            channels = next;
            height /= 2;
            width /= 2;
        }
        m_output = register_module("output", torch::nn::Linear(channels * height * width, outputs));
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        auto x = input;
        for (std::size_t i = 0; i < m_convolutions.size(); ++i) {
            x = m_norms[i]->forward(m_convolutions[i]->forward(x));
            x = torch::max_pool2d(x, 2).relu_();
        }
        x = x.flatten(1);
        if (m_dropout > 0) x = torch::dropout(x, m_dropout, is_training());
        return m_output->forward(x);
    }

private:
    double m_dropout;
    std::vector<torch::nn::Conv2d> m_convolutions;
    std::vector<torch::nn::BatchNorm2d> m_norms;
    torch::nn::Linear m_output{nullptr};
};

}  // namespace

Result<NetworkPointer> makeCnn(const ParameterValues& settings, const SampleShape& shape,
                               std::int64_t outputs) {
    const auto blocks = listValue(settings, "channels").size();
    if (blocks >= 32 || (std::min(shape.height, shape.width) >> blocks) < 1)
        return Error{ErrorCode::InvalidArgument,
                     "train.network.channels: " + std::to_string(blocks) + " blocks halve images of " +
                         std::to_string(shape.height) + "×" + std::to_string(shape.width) + " to nothing",
                     {},
                     "Give fewer channels"};
    return NetworkPointer(std::make_shared<Cnn>(settings, shape, outputs));
}

}  // namespace slipway::trainer
