// SPDX-License-Identifier: Apache-2.0
// Adam, AdamW and SGD as libtorch's fused kernels: one call a step for all parameters of a group, with the state in named tensors,
// so that a checkpoint can hold it. AdamW has two groups: matrices decay, vectors (biases, norms) do not. Training thread only; shares the parameters with the network.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/trainer/torchheaders.h"

#include <string>
#include <utility>
#include <vector>

namespace slipway::trainer {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

class Optimizer {
public:
    Optimizer(const TypedParameters& settings, const NamedTensors& parameters);

    // One update from the parameters' gradients, which are then released. `number` counts from 1 (Adam corrects its bias by it).
    void step(double learningRate, std::int64_t number);

    // Of all gradients together.
    double gradientNorm() const;
    // Scales the gradients so that the norm of all of them together is at most `largest`; gives the norm that they had.
    double clipGradients(double largest);

    // Drops the gradients without an update.
    void releaseGradients();

    // "exp_avg.<parameter>", "exp_avg_sq.<parameter>"; "momentum.<parameter>". The tensors are the live ones.
    NamedTensors state() const;

private:
    enum class Kind : std::uint8_t { Sgd, Adam, AdamW };

    struct Group {
        double weightDecay = 0;
        std::vector<std::string> names;
        std::vector<torch::Tensor> parameters;
        std::vector<torch::Tensor> gradients;
        std::vector<torch::Tensor> first;   // Adam's means, or SGD's momentum
        std::vector<torch::Tensor> second;  // Adam's mean squares
        std::vector<torch::Tensor> numbers;
    };

    std::vector<torch::Tensor> gradients() const;
    void add(const std::string& name, const torch::Tensor& parameter, double weightDecay);
    void update(Group& group, double learningRate, std::int64_t number) const;

    Kind m_kind;
    double m_beta1 = 0;
    double m_beta2 = 0;
    double m_momentum = 0;
    std::vector<Group> m_groups;
};

}  // namespace slipway::trainer
