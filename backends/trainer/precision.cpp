// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/precision.h"

#include <ATen/autocast_mode.h>

namespace slipway::trainer {
namespace {

constexpr double kFirstScale = 65536;
constexpr double kGrow = 2;
constexpr double kShrink = 0.5;
constexpr std::int64_t kSoundSteps = 2000;

}  // namespace

std::optional<at::ScalarType> castType(const std::string& precision) {
    if (precision == "bf16") return at::kBFloat16;
    if (precision == "fp16") return at::kHalf;
    return std::nullopt;
}

Autocast::Autocast(const torch::Device& device, std::optional<at::ScalarType> type) {
    if (!type) return;
    m_device = device.type();
    at::autocast::set_autocast_dtype(*m_device, *type);
    at::autocast::set_autocast_enabled(*m_device, true);
}

Autocast::~Autocast() {
    if (!m_device) return;
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(*m_device, false);
}

LossScale::LossScale(bool isUsed, const torch::Device& device) {
    if (!isUsed) return;
    m_scale = torch::full({1}, kFirstScale, device);
    m_growth = torch::zeros({1}, torch::TensorOptions(torch::kInt).device(device));
}

torch::Tensor LossScale::scaled(const torch::Tensor& loss) const {
    return m_scale.defined() ? loss * m_scale.squeeze() : loss;
}

bool LossScale::unscale(const NamedTensors& parameters) {
    if (!m_scale.defined()) return true;
    const torch::NoGradGuard noGradients;
    std::vector<torch::Tensor> gradients;
    for (const auto& [name, parameter] : parameters) gradients.push_back(parameter.grad());
    auto isOverflow = torch::zeros({1}, m_scale.options());
    at::_amp_foreach_non_finite_check_and_unscale_(gradients, isOverflow, m_scale.reciprocal());
    at::_amp_update_scale_(m_scale, m_growth, isOverflow, kGrow, kShrink, kSoundSteps);
    return isOverflow.item<float>() == 0;
}

NamedTensors LossScale::state() const {
    if (!m_scale.defined()) return {};
    return {{"scale", m_scale}, {"growth", m_growth}};
}

}  // namespace slipway::trainer
