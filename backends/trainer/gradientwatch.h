// SPDX-License-Identifier: Apache-2.0
// Whether gradients grow far beyond what they were for many steps, as before a training diverges. Values; one thread.
#pragma once

#include <deque>
#include <optional>

namespace slipway::trainer {

class GradientWatch {
public:
    // The norm of all gradients of a step. Gives, once only, how many times the median of the norms before it is.
    std::optional<double> take(double norm);

private:
    std::deque<double> m_norms;
    bool m_wasHigh = false;  // one odd batch tells nothing yet
    bool m_isTold = false;
};

}  // namespace slipway::trainer
