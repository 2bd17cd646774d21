// SPDX-License-Identifier: Apache-2.0
// Residual networks (He et al. 2015, arXiv:1512.03385; the stride is in the 3×3 convolution of a bottleneck). Tensors are named and shaped
// as torchvision's, so that weights go both ways.
#include "backends/trainer/networkfactory.h"

#include <array>

namespace slipway::trainer {
namespace {

constexpr std::int64_t kLargeImage = 64;  // from here on the stem of the paper, which quarters the image

torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t stride = 1) {
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(in, out, size).stride(stride).padding(size / 2).bias(false));
}

// Two 3×3 convolutions, or three with the middle one 3×3, and what came in added to what comes out.
class Block final : public torch::nn::Module {
public:
    Block(std::int64_t in, std::int64_t width, std::int64_t stride, bool isBottleneck) {
        const std::int64_t out = isBottleneck ? 4 * width : width;
        if (isBottleneck) {
            add(convolution(in, width, 1), width);
            add(convolution(width, width, 3, stride), width);
            add(convolution(width, out, 1), out);
        } else {
            add(convolution(in, width, 3, stride), width);
            add(convolution(width, out, 3), out);
        }
        if (stride != 1 || in != out)
            m_downsample = register_module(
                "downsample",
                torch::nn::Sequential(convolution(in, out, 1, stride), torch::nn::BatchNorm2d(out)));
    }

    torch::Tensor forward(const torch::Tensor& input) {
        auto x = input;
        for (std::size_t i = 0; i < m_convolutions.size(); ++i) {
            x = m_norms[i]->forward(m_convolutions[i]->forward(x));
            if (i + 1 < m_convolutions.size()) x = x.relu_();
        }
        return (x + (m_downsample.is_empty() ? input : m_downsample->forward(input))).relu_();
    }

private:
    void add(torch::nn::Conv2d layer, std::int64_t channels) {
        const std::string number = std::to_string(m_convolutions.size() + 1);
        m_convolutions.push_back(register_module("conv" + number, std::move(layer)));
        m_norms.push_back(register_module("bn" + number, torch::nn::BatchNorm2d(channels)));
    }

    std::vector<torch::nn::Conv2d> m_convolutions;
    std::vector<torch::nn::BatchNorm2d> m_norms;
    torch::nn::Sequential m_downsample{nullptr};
};

struct Depth {
    std::string_view name;
    std::array<int, 4> blocks;
    bool isBottleneck;
};
constexpr std::array kDepths{Depth{"18", {2, 2, 2, 2}, false}, Depth{"34", {3, 4, 6, 3}, false},
                             Depth{"50", {3, 4, 6, 3}, true}};

class ResNet final : public Network {
public:
    ResNet(const Depth& depth, bool isStemLarge, double dropout, std::int64_t channels, std::int64_t outputs)
        : m_isStemLarge(isStemLarge),
          m_dropout(dropout) {
        std::int64_t width = 64;
        m_convolution =
            register_module("conv1", convolution(channels, width, isStemLarge ? 7 : 3, isStemLarge ? 2 : 1));
        m_norm = register_module("bn1", torch::nn::BatchNorm2d(width));
        std::int64_t in = width;
        for (std::size_t i = 0; i < depth.blocks.size(); ++i, width *= 2) {
            torch::nn::Sequential layer;
            for (int number = 0; number < depth.blocks[i]; ++number) {
                layer->push_back(
                    std::make_shared<Block>(in, width, i > 0 && number == 0 ? 2 : 1, depth.isBottleneck));
                in = depth.isBottleneck ? 4 * width : width;
            }
            m_layers.push_back(register_module("layer" + std::to_string(i + 1), layer));
        }
        m_output = register_module("fc", torch::nn::Linear(in, outputs));
        for (const auto& module : modules(false))
            if (const auto* layer = module->as<torch::nn::Conv2d>())
                torch::nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        auto x = m_norm->forward(m_convolution->forward(input)).relu_();
        if (m_isStemLarge) x = torch::max_pool2d(x, 3, 2, 1);
        for (auto& layer : m_layers) x = layer->forward(x);
        x = x.mean({2, 3});
        if (m_dropout > 0) x = torch::dropout(x, m_dropout, is_training());
        return m_output->forward(x);
    }

private:
    bool m_isStemLarge;
    double m_dropout;
    torch::nn::Conv2d m_convolution{nullptr};
    torch::nn::BatchNorm2d m_norm{nullptr};
    std::vector<torch::nn::Sequential> m_layers;
    torch::nn::Linear m_output{nullptr};
};

}  // namespace

Result<NetworkPointer> makeResNet(const ParameterValues& settings, const SampleShape& shape,
                                  std::int64_t outputs) {
    const auto& name = textValue(settings, "depth");
    const auto* depth =
        std::find_if(kDepths.begin(), kDepths.end(), [&](const Depth& each) { return each.name == name; });
    const auto& stem = textValue(settings, "stem");
    const bool isLarge =
        stem == "large" || (stem == "auto" && std::min(shape.height, shape.width) >= kLargeImage);
    return NetworkPointer(
        std::make_shared<ResNet>(*depth, isLarge, realValue(settings, "dropout"), shape.channels, outputs));
}

}  // namespace slipway::trainer
