// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/weightaverage.h"

#include <algorithm>

namespace slipway::trainer {

WeightAverage::WeightAverage(double decay, const NamedTensors& parameters) : m_decay(decay) {
    if (decay == 0) return;
    m_parameters = parameters;
    for (const auto& [name, parameter] : parameters) m_means.push_back(parameter.detach().clone());
}

void WeightAverage::update(std::int64_t number) {
    const torch::NoGradGuard noGradients;
    const auto steps = static_cast<double>(number);
    const double kept = std::min(m_decay, (1 + steps) / (10 + steps));
    for (std::size_t i = 0; i < m_means.size(); ++i) m_means[i].lerp_(m_parameters[i].second, 1 - kept);
}

void WeightAverage::exchange() {
    const torch::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_means.size(); ++i) {
        const auto held = m_means[i].clone();
        m_means[i].copy_(m_parameters[i].second);
        m_parameters[i].second.detach().copy_(held);
    }
}

NamedTensors WeightAverage::state() const {
    NamedTensors tensors;
    for (std::size_t i = 0; i < m_means.size(); ++i) tensors.emplace_back(m_parameters[i].first, m_means[i]);
    return tensors;
}

}  // namespace slipway::trainer
