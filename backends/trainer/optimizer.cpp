// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/optimizer.h"

namespace slipway::trainer {
namespace {

constexpr double kEpsilon = 1e-8;  // Adam's, as in its paper

}  // namespace

Optimizer::Optimizer(const TypedParameters& settings, const NamedTensors& parameters)
    : m_isAdam(settings.type == "adam"),
      m_weightDecay(realValue(settings.values, "weight_decay")) {
    if (m_isAdam) {
        m_beta1 = realValue(settings.values, "beta1");
        m_beta2 = realValue(settings.values, "beta2");
    } else {
        m_momentum = realValue(settings.values, "momentum");
    }
    for (const auto& [name, parameter] : parameters) {
        m_names.push_back(name);
        m_parameters.push_back(parameter);
        if (m_isAdam || m_momentum > 0) m_first.push_back(torch::zeros_like(parameter));
        if (m_isAdam) m_second.push_back(torch::zeros_like(parameter));
    }
    m_gradients.resize(m_parameters.size());
    if (!m_parameters.empty())
        m_numbers.assign(m_parameters.size(),
                         torch::zeros({}, m_parameters[0].options().requires_grad(false)));
}

void Optimizer::step(double learningRate, std::int64_t number) {
    const torch::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) m_gradients[i] = m_parameters[i].grad();
    if (m_isAdam) {
        m_numbers[0].fill_(static_cast<double>(number));  // one tensor, named once a parameter
        at::_fused_adam_(m_parameters, m_gradients, m_first, m_second, {}, m_numbers, learningRate, m_beta1,
                         m_beta2, m_weightDecay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
    } else {
        // The buffers begin as zeros, which makes the first step no special case.
        at::_fused_sgd_(m_parameters, m_gradients, m_first, m_weightDecay, m_momentum, learningRate,
                        /*dampening=*/0,
                        /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
    }
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        m_gradients[i].reset();
        m_parameters[i].mutable_grad().reset();
    }
}

NamedTensors Optimizer::state() const {
    NamedTensors tensors;
    for (std::size_t i = 0; i < m_first.size(); ++i)
        tensors.emplace_back((m_isAdam ? "exp_avg." : "momentum.") + m_names[i], m_first[i]);
    for (std::size_t i = 0; i < m_second.size(); ++i)
        tensors.emplace_back("exp_avg_sq." + m_names[i], m_second[i]);
    return tensors;
}

}  // namespace slipway::trainer
