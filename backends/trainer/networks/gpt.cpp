// SPDX-License-Identifier: Apache-2.0
// Decoder-only transformer (Radford et al. 2019): layers that norm first, attention to what came before, the output sharing the token
// embedding. Tensors are named and shaped as those of GPT2LMHeadModel in transformers, so that weights go both ways.
#include "backends/trainer/networkfactory.h"

#include <cmath>

namespace slipway::trainer {
namespace {

constexpr double kDeviation = 0.02;  // of the weights at the start

struct Size {
    std::int64_t vocabulary;
    std::int64_t context;
    std::int64_t width;
    std::int64_t depth;
    std::int64_t heads;
    std::int64_t ratio;
    double dropout;
};

torch::Tensor dropped(const torch::Tensor& x, double share, bool isTraining) {
    return share > 0 ? torch::dropout(x, share, isTraining) : x;
}

// A fully connected layer whose weight is inputs × outputs.
class Projection final : public torch::nn::Module {
public:
    Projection(std::int64_t inputs, std::int64_t outputs, double deviation)
        : m_weight(register_parameter("weight", torch::empty({inputs, outputs}))),
          m_bias(register_parameter("bias", torch::zeros({outputs}))) {
        torch::nn::init::normal_(m_weight, 0, deviation);
    }
    torch::Tensor forward(const torch::Tensor& x) const {  // … × inputs
        auto shape = x.sizes().vec();
        shape.back() = m_bias.size(0);
        return torch::addmm(m_bias, x.reshape({-1, x.size(-1)}), m_weight).view(shape);
    }

private:
    torch::Tensor m_weight;
    torch::Tensor m_bias;
};

// The layers that write into the sum of all layers begin smaller, so that its spread does not grow with the depth.
double outputDeviation(const Size& size) {
    return kDeviation / std::sqrt(2 * static_cast<double>(size.depth));
}

class Attention final : public torch::nn::Module {
public:
    explicit Attention(const Size& size)
        : m_heads(size.heads),
          m_dropout(size.dropout),
          m_input(register_module("c_attn",
                                  std::make_shared<Projection>(size.width, 3 * size.width, kDeviation))),
          m_output(register_module(
              "c_proj", std::make_shared<Projection>(size.width, size.width, outputDeviation(size)))) {}

    torch::Tensor forward(const torch::Tensor& x) const {  // batch × tokens × width, as it gives
        const auto split = m_input->forward(x).unflatten(2, {3, m_heads, -1}).permute({2, 0, 3, 1, 4});
        const auto mixed = at::scaled_dot_product_attention(split[0], split[1], split[2], {},
                                                            is_training() ? m_dropout : 0.0, /*causal=*/true);
        return m_output->forward(mixed.transpose(1, 2).flatten(2));
    }

private:
    std::int64_t m_heads;
    double m_dropout;
    std::shared_ptr<Projection> m_input;
    std::shared_ptr<Projection> m_output;
};

class Layer final : public torch::nn::Module {
public:
    explicit Layer(const Size& size)
        : m_dropout(size.dropout),
          m_norm1(register_module("ln_1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({size.width})))),
          m_attention(register_module("attn", std::make_shared<Attention>(size))),
          m_norm2(register_module("ln_2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({size.width})))),
          m_widen(std::make_shared<Projection>(size.width, size.ratio * size.width, kDeviation)),
          m_narrow(std::make_shared<Projection>(size.ratio * size.width, size.width, outputDeviation(size))) {
        auto mlp = std::make_shared<torch::nn::Module>("MLP");
        mlp->register_module("c_fc", m_widen);
        mlp->register_module("c_proj", m_narrow);
        register_module("mlp", mlp);
    }

    torch::Tensor forward(const torch::Tensor& input) {
        const auto x =
            input + dropped(m_attention->forward(m_norm1->forward(input)), m_dropout, is_training());
        const auto wide = torch::gelu(m_widen->forward(m_norm2->forward(x)), "tanh");
        return x + dropped(m_narrow->forward(wide), m_dropout, is_training());
    }

private:
    double m_dropout;
    torch::nn::LayerNorm m_norm1;
    std::shared_ptr<Attention> m_attention;
    torch::nn::LayerNorm m_norm2;
    std::shared_ptr<Projection> m_widen;
    std::shared_ptr<Projection> m_narrow;
};

class Gpt final : public Network {
public:
    explicit Gpt(const Size& size)
        : m_dropout(size.dropout),
          m_tokens(torch::nn::Embedding(size.vocabulary, size.width)),
          m_positions(torch::nn::Embedding(size.context, size.width)),
          m_norm(torch::nn::LayerNormOptions({size.width})) {
        auto transformer = register_module("transformer", std::make_shared<torch::nn::Module>("Transformer"));
        transformer->register_module("wte", m_tokens);
        transformer->register_module("wpe", m_positions);
        auto layers = transformer->register_module("h", std::make_shared<torch::nn::Module>("Layers"));
        for (std::int64_t i = 0; i < size.depth; ++i)
            m_layers.push_back(layers->register_module(std::to_string(i), std::make_shared<Layer>(size)));
        transformer->register_module("ln_f", m_norm);
        for (auto& embedding : {m_tokens, m_positions})
            torch::nn::init::normal_(embedding->weight, 0, kDeviation);
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        const auto places =
            torch::arange(input.size(1), torch::TensorOptions().dtype(torch::kLong).device(input.device()));
        auto x = dropped(m_tokens->forward(input) + m_positions->forward(places), m_dropout, is_training());
        for (auto& layer : m_layers) x = layer->forward(x);
        return torch::linear(m_norm->forward(x), m_tokens->weight);
    }

private:
    double m_dropout;
    torch::nn::Embedding m_tokens;
    torch::nn::Embedding m_positions;
    std::vector<std::shared_ptr<Layer>> m_layers;
    torch::nn::LayerNorm m_norm;
};

}  // namespace

Result<NetworkPointer> makeGpt(const ParameterValues& settings, const SampleShape& shape, std::int64_t) {
    const Size size{shape.vocabulary,
                    shape.width,
                    integerValue(settings, "width"),
                    integerValue(settings, "depth"),
                    integerValue(settings, "heads"),
                    integerValue(settings, "mlp_ratio"),
                    realValue(settings, "dropout")};
    if (size.width % size.heads != 0)
        return Error{ErrorCode::InvalidArgument,
                     "train.network.heads: " + std::to_string(size.heads) +
                         " heads do not share a width of " + std::to_string(size.width) + " evenly",
                     {},
                     "Make train.network.width a multiple of it"};
    return NetworkPointer(std::make_shared<Gpt>(size));
}

}  // namespace slipway::trainer
