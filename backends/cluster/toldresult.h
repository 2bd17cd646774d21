// SPDX-License-Identifier: Apache-2.0
// The result as a run's events tell it, whatever target they come from. Value; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/runs/runstore.h"

namespace slipway {

class ToldResult {
public:
    // The run's events in their order; all but rank 0's are passed over, since its agent alone saves for the run.
    void note(const Event& event);

    // The files of all events that one attempt told its result by, and where it was pushed; of the last attempt that told any.
    const ResultEvent& result() const { return m_result; }

    // Everything that the last attempt told was heard, up to its end: without a result here there is none. Else it may have saved
    // one unheard.
    bool isWhole() const { return m_isOver && !m_hasHole; }
    int attempt() const { return m_attempt; }  // the last one heard of

private:
    ResultEvent m_result;
    bool m_isNewAttempt = false;
    int m_attempt = 1;
    std::uint64_t m_last = 0;
    bool m_hasHole = false;
    bool m_isOver = false;
};

// As the folder's events tell it. The errors of EventReader::next().
Result<ToldResult> readToldResult(const RunFolder& folder);

}  // namespace slipway
