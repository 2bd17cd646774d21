// SPDX-License-Identifier: Apache-2.0
// Forward passes in fewer bits: libtorch's autocast, and for fp16 a scale of the loss that keeps small gradients from becoming zero
// (Micikevicius et al. 2018, arXiv:1710.03740). Training thread only.
#pragma once

#include "backends/trainer/optimizer.h"

#include <optional>
#include <string>

namespace slipway::trainer {

// The type of `train.precision`; none for fp32.
std::optional<at::ScalarType> castType(const std::string& precision);

// While it lives, operations on the device that are sound in `type` use it; nothing without one.
class Autocast {
public:
    Autocast(const torch::Device& device, std::optional<at::ScalarType> type);
    ~Autocast();
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    std::optional<at::DeviceType> m_device;
};

// Doubles every 2,000 sound steps and halves when a gradient overflowed, as PyTorch's GradScaler.
class LossScale {
public:
    LossScale(bool isUsed, const torch::Device& device);

    torch::Tensor scaled(const torch::Tensor& loss) const;
    // Takes the scale out of the gradients and moves it for the next step. False: a gradient is not finite, skip this step.
    bool unscale(const NamedTensors& parameters);
    // "scale", "growth"; nothing where it is not used. The tensors are the live ones.
    NamedTensors state() const;

private:
    torch::Tensor m_scale;   // undefined: not used
    torch::Tensor m_growth;  // sound steps since the scale moved
};

}  // namespace slipway::trainer
