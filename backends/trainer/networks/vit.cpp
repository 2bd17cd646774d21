// SPDX-License-Identifier: Apache-2.0
// Vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929): patches as tokens, a class token, layers that norm first. Tensors are named
// and shaped as torchvision's, so that weights go both ways.
#include "backends/trainer/networkfactory.h"

#include <numeric>

namespace slipway::trainer {
namespace {

constexpr double kNormEpsilon = 1e-6;  // torchvision's
constexpr double kDeviation = 0.02;    // of the weights at the start

torch::nn::LayerNorm layerNorm(std::int64_t width) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon));
}

// Multi-head attention of a sequence to itself; one matrix makes queries, keys and values.
class SelfAttention final : public torch::nn::Module {
public:
    SelfAttention(std::int64_t width, std::int64_t heads)
        : m_heads(heads),
          m_weight(register_parameter("in_proj_weight", torch::empty({3 * width, width}))),
          m_bias(register_parameter("in_proj_bias", torch::zeros({3 * width}))),
          m_output(register_module("out_proj", torch::nn::Linear(width, width))) {
        torch::nn::init::xavier_uniform_(m_weight);
        torch::nn::init::zeros_(m_output->bias);
    }

    torch::Tensor forward(const torch::Tensor& x) {  // batch × tokens × width, as it gives
        const auto split =
            torch::linear(x, m_weight, m_bias).unflatten(2, {3, m_heads, -1}).permute({2, 0, 3, 1, 4});
        const auto mixed = at::scaled_dot_product_attention(split[0], split[1], split[2]);
        return m_output->forward(mixed.transpose(1, 2).flatten(2));
    }

private:
    std::int64_t m_heads;
    torch::Tensor m_weight;
    torch::Tensor m_bias;
    torch::nn::Linear m_output;
};

class Layer final : public torch::nn::Module {
public:
    Layer(std::int64_t width, std::int64_t heads, std::int64_t ratio, double dropout)
        : m_dropout(dropout),
          m_norm1(register_module("ln_1", layerNorm(width))),
          m_attention(register_module("self_attention", std::make_shared<SelfAttention>(width, heads))),
          m_norm2(register_module("ln_2", layerNorm(width))),
          m_widen(width, ratio * width),
          m_narrow(ratio * width, width) {
        for (auto& linear : {m_widen, m_narrow}) {
            torch::nn::init::xavier_uniform_(linear->weight);
            torch::nn::init::normal_(linear->bias, 0, 1e-6);
        }
        // The numbers are torchvision's: activation and dropout have one, too, and no tensors.
        auto mlp = std::make_shared<torch::nn::Module>("MLP");
        mlp->register_module("0", m_widen);
        mlp->register_module("3", m_narrow);
        register_module("mlp", mlp);
    }

    torch::Tensor forward(const torch::Tensor& input) {
        const auto x = input + dropped(m_attention->forward(m_norm1->forward(input)));
        const auto wide = dropped(torch::gelu(m_widen->forward(m_norm2->forward(x))));
        return x + dropped(m_narrow->forward(wide));
    }

private:
    torch::Tensor dropped(const torch::Tensor& x) const {
        return m_dropout > 0 ? torch::dropout(x, m_dropout, is_training()) : x;
    }

    double m_dropout;
    torch::nn::LayerNorm m_norm1;
    std::shared_ptr<SelfAttention> m_attention;
    torch::nn::LayerNorm m_norm2;
    torch::nn::Linear m_widen;
    torch::nn::Linear m_narrow;
};

struct Size {
    std::int64_t patch;
    std::int64_t tokens;
    std::int64_t width;
    std::int64_t depth;
    std::int64_t heads;
    std::int64_t ratio;
};

class VisionTransformer final : public Network {
public:
    VisionTransformer(const Size& size, double dropout, std::int64_t channels, std::int64_t outputs)
        : m_dropout(dropout),
          m_patches(register_module(
              "conv_proj",
              torch::nn::Conv2d(
                  torch::nn::Conv2dOptions(channels, size.width, size.patch).stride(size.patch)))),
          m_classToken(register_parameter("class_token", torch::zeros({1, 1, size.width}))) {
        auto encoder = std::make_shared<torch::nn::Module>("Encoder");
        m_positions =
            encoder->register_parameter("pos_embedding", torch::empty({1, size.tokens + 1, size.width}));
        auto layers = std::make_shared<torch::nn::Module>("Layers");
        for (std::int64_t i = 0; i < size.depth; ++i)
            m_layers.push_back(layers->register_module(
                "encoder_layer_" + std::to_string(i),
                std::make_shared<Layer>(size.width, size.heads, size.ratio, dropout)));
        encoder->register_module("layers", layers);
        m_norm = encoder->register_module("ln", layerNorm(size.width));
        register_module("encoder", encoder);
        auto heads = std::make_shared<torch::nn::Module>("Heads");
        m_output = heads->register_module("head", torch::nn::Linear(size.width, outputs));
        register_module("heads", heads);

        const auto fanIn = static_cast<double>(channels * size.patch * size.patch);
        for (const auto& [tensor, deviation] :
             {std::pair(m_patches->weight, std::sqrt(1 / fanIn)), std::pair(m_positions, kDeviation),
              std::pair(m_output->weight, kDeviation)})
            torch::nn::init::normal_(tensor, 0, deviation);
        torch::nn::init::zeros_(m_patches->bias);
        torch::nn::init::zeros_(m_output->bias);
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        const auto patches = m_patches->forward(input).flatten(2).transpose(1, 2);
        const auto first = m_classToken.expand({input.size(0), -1, -1}).to(patches.scalar_type());
        auto x = torch::cat({first, patches}, 1) + m_positions;
        if (m_dropout > 0) x = torch::dropout(x, m_dropout, is_training());
        for (auto& layer : m_layers) x = layer->forward(x);
        return m_output->forward(m_norm->forward(x).select(1, 0));
    }

private:
    double m_dropout;
    torch::nn::Conv2d m_patches;
    torch::Tensor m_classToken;
    torch::Tensor m_positions;
    std::vector<std::shared_ptr<Layer>> m_layers;
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::Linear m_output{nullptr};
};

constexpr std::int64_t kPatchesAcross = 7;  // at least, where the job leaves the patch to us
constexpr std::int64_t kLargestPatch = 16;

std::int64_t chosenPatch(std::int64_t common, std::int64_t shortSide) {
    for (std::int64_t patch = std::min(common, kLargestPatch); patch > 1; --patch)
        if (common % patch == 0 && shortSide / patch >= kPatchesAcross) return patch;
    return 1;
}

Error unfit(const std::string& setting, const std::string& why, std::string hint) {
    return {ErrorCode::InvalidArgument, "train.network." + setting + ": " + why, {}, std::move(hint)};
}

}  // namespace

Result<NetworkPointer> makeVisionTransformer(const ParameterValues& settings, const SampleShape& shape,
                                             std::int64_t outputs) {
    const std::int64_t common = std::gcd(shape.height, shape.width);
    Size size{integerValue(settings, "patch"), 0,
              integerValue(settings, "width"), integerValue(settings, "depth"),
              integerValue(settings, "heads"), integerValue(settings, "mlp_ratio")};
    if (size.patch == 0) size.patch = chosenPatch(common, std::min(shape.height, shape.width));
    if (common % size.patch != 0)
        return unfit("patch",
                     std::to_string(size.patch) + " does not divide images of " +
                         std::to_string(shape.height) + "×" + std::to_string(shape.width),
                     "Take a divisor of " + std::to_string(common) + ", or 0 for one that fits");
    if (size.width % size.heads != 0)
        return unfit("heads",
                     std::to_string(size.heads) + " heads do not share a width of " +
                         std::to_string(size.width) + " evenly",
                     "Make train.network.width a multiple of it");
    size.tokens = (shape.height / size.patch) * (shape.width / size.patch);
    return NetworkPointer(
        std::make_shared<VisionTransformer>(size, realValue(settings, "dropout"), shape.channels, outputs));
}

}  // namespace slipway::trainer
