// SPDX-License-Identifier: Apache-2.0
// The result as a run's events tell it, whatever target they come from. Value; any thread.
#pragma once

#include "backends/core/event.h"

namespace slipway {

class ToldResult {
public:
    // The run's events in their order; all but rank 0's are passed over, since its agent alone saves for the run.
    void note(const Event& event);

    // The files of all events that one attempt told its result by, and where it was pushed; of the last attempt that told any.
    const ResultEvent& result() const { return m_result; }

private:
    ResultEvent m_result;
    bool m_isNewAttempt = false;
};

}  // namespace slipway
