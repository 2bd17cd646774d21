// SPDX-License-Identifier: Apache-2.0
// Ends a training whose test loss no longer falls. Training thread only.
#pragma once

#include "backends/trainer/optimizer.h"

namespace slipway::trainer {

class EarlyStop {
public:
    // `patience`: evaluations without a better loss; 0: it never ends anything.
    explicit EarlyStop(std::int64_t patience);

    // True when that was enough.
    bool isEnough(double testLoss);

    std::int64_t patience() const { return m_patience; }
    // "best", "waited"; nothing where it is not used. The tensors are the live ones.
    NamedTensors state() const;

private:
    std::int64_t m_patience;
    torch::Tensor m_best;
    torch::Tensor m_waited;  // evaluations since the best one
};

}  // namespace slipway::trainer
