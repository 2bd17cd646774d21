// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/earlystop.h"

#include <limits>

namespace slipway::trainer {

EarlyStop::EarlyStop(std::int64_t patience) : m_patience(patience) {
    if (patience == 0) return;
    m_best = torch::full({1}, std::numeric_limits<double>::infinity(), torch::kDouble);
    m_waited = torch::zeros({1}, torch::kLong);
}

bool EarlyStop::isEnough(double testLoss) {
    if (m_patience == 0) return false;
    if (testLoss < m_best.item<double>()) {
        m_best.fill_(testLoss);
        m_waited.zero_();
        return false;
    }
    m_waited += 1;
    return m_waited.item<std::int64_t>() >= m_patience;
}

NamedTensors EarlyStop::state() const {
    if (m_patience == 0) return {};
    return {{"best", m_best}, {"waited", m_waited}};
}

}  // namespace slipway::trainer
