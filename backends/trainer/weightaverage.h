// SPDX-License-Identifier: Apache-2.0
// A running mean of the weights (Polyak and Juditsky 1992, exponentially weighted), which often does better on new data than the last
// weights. Training thread only; shares the parameters with the network.
#pragma once

#include "backends/trainer/optimizer.h"

namespace slipway::trainer {

class WeightAverage {
public:
    // `decay`: the share of the mean that a step keeps; 0: no mean is kept, and nothing below does anything.
    WeightAverage(double decay, const NamedTensors& parameters);

    // After step `number`, from 1. Early means weigh young weights more: the decay is at most (1 + number) / (10 + number).
    void update(std::int64_t number);

    // Gives the network the mean as its weights and keeps what it had; the next call undoes it.
    void exchange();

    // "<parameter>"; the tensors are the live ones.
    NamedTensors state() const;

private:
    double m_decay;
    NamedTensors m_parameters;
    std::vector<torch::Tensor> m_means;
};

}  // namespace slipway::trainer
