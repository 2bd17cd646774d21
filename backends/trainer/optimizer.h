// SPDX-License-Identifier: Apache-2.0
// Adam and SGD as libtorch's fused kernels: one call a step for all parameters, with the state in named tensors, so that a
// checkpoint can hold it. Training thread only; shares the parameters with the network.
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

    // "exp_avg.<parameter>", "exp_avg_sq.<parameter>"; "momentum.<parameter>". The tensors are the live ones.
    NamedTensors state() const;

private:
    bool m_isAdam;
    double m_beta1 = 0;
    double m_beta2 = 0;
    double m_momentum = 0;
    double m_weightDecay;
    std::vector<std::string> m_names;
    std::vector<torch::Tensor> m_parameters;
    std::vector<torch::Tensor> m_gradients;
    std::vector<torch::Tensor> m_first;   // Adam's means, or SGD's momentum
    std::vector<torch::Tensor> m_second;  // Adam's mean squares
    std::vector<torch::Tensor> m_numbers;
};

}  // namespace slipway::trainer
