// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/optimizer.h"

#include <algorithm>

namespace slipway::trainer {
namespace {

constexpr double kEpsilon = 1e-8;  // Adam's, as in its paper

}  // namespace

Optimizer::Optimizer(const TypedParameters& settings, const NamedTensors& parameters)
    : m_kind(settings.type == "adam"    ? Kind::Adam
             : settings.type == "adamw" ? Kind::AdamW
                                        : Kind::Sgd) {
    if (m_kind == Kind::Sgd) {
        m_momentum = realValue(settings.values, "momentum");
    } else {
        m_beta1 = realValue(settings.values, "beta1");
        m_beta2 = realValue(settings.values, "beta2");
    }
    const double decay = realValue(settings.values, "weight_decay");
    for (const auto& [name, parameter] : parameters)
        add(name, parameter, m_kind == Kind::AdamW && parameter.dim() < 2 ? 0 : decay);
}

void Optimizer::add(const std::string& name, const torch::Tensor& parameter, double weightDecay) {
    auto group = std::find_if(m_groups.begin(), m_groups.end(),
                              [&](const Group& each) { return each.weightDecay == weightDecay; });
    if (group == m_groups.end()) group = m_groups.insert(group, Group{weightDecay});
    group->names.push_back(name);
    group->parameters.push_back(parameter);
    group->gradients.emplace_back();
    const bool isAdam = m_kind != Kind::Sgd;
    if (isAdam || m_momentum > 0) group->first.push_back(torch::zeros_like(parameter));
    if (!isAdam) return;
    group->second.push_back(torch::zeros_like(parameter));
    group->numbers.push_back(group->numbers.empty()  // one tensor, named once a parameter
                                 ? torch::zeros({}, parameter.options().requires_grad(false))
                                 : group->numbers.front());
}

void Optimizer::step(double learningRate, std::int64_t number) {
    const torch::NoGradGuard noGradients;
    for (Group& group : m_groups) {
        for (std::size_t i = 0; i < group.parameters.size(); ++i)
            group.gradients[i] = group.parameters[i].grad();
        update(group, learningRate, number);
    }
    releaseGradients();
}

std::vector<torch::Tensor> Optimizer::gradients() const {
    std::vector<torch::Tensor> all;
    for (const Group& group : m_groups)
        for (const auto& parameter : group.parameters) all.push_back(parameter.grad());
    return all;
}

double Optimizer::gradientNorm() const {
    const torch::NoGradGuard noGradients;
    return at::stack(at::_foreach_norm(gradients())).norm().item<double>();
}

double Optimizer::clipGradients(double largest) {
    const torch::NoGradGuard noGradients;
    const double norm = gradientNorm();
    if (norm > largest) at::_foreach_mul_(gradients(), largest / norm);
    return norm;
}

void Optimizer::releaseGradients() {
    for (Group& group : m_groups) {
        for (std::size_t i = 0; i < group.parameters.size(); ++i) {
            group.gradients[i].reset();
            group.parameters[i].mutable_grad().reset();
        }
    }
}

void Optimizer::update(Group& group, double learningRate, std::int64_t number) const {
    if (m_kind == Kind::Sgd) {
        // The buffers begin as zeros, which makes the first step no special case.
        at::_fused_sgd_(group.parameters, group.gradients, group.first, group.weightDecay, m_momentum,
                        learningRate, /*dampening=*/0, /*nesterov=*/false, /*maximize=*/false,
                        /*is_first_step=*/false);
        return;
    }
    group.numbers[0].fill_(static_cast<double>(number));
    const auto adam = m_kind == Kind::AdamW ? &at::_ops::_fused_adamw_::call : &at::_ops::_fused_adam_::call;
    adam(group.parameters, group.gradients, group.first, group.second, {}, group.numbers, learningRate,
         m_beta1, m_beta2, group.weightDecay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false, {}, {});
}

NamedTensors Optimizer::state() const {
    NamedTensors tensors;
    for (const Group& group : m_groups) {
        for (std::size_t i = 0; i < group.first.size(); ++i)
            tensors.emplace_back((m_kind == Kind::Sgd ? "momentum." : "exp_avg.") + group.names[i],
                                 group.first[i]);
        for (std::size_t i = 0; i < group.second.size(); ++i)
            tensors.emplace_back("exp_avg_sq." + group.names[i], group.second[i]);
    }
    return tensors;
}

}  // namespace slipway::trainer
