// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/toldresult.h"

#include <algorithm>
#include <utility>

namespace slipway {

void ToldResult::note(const Event& event) {
    if (event.rank != 0) return;
    if (event.attempt > m_attempt) {
        m_attempt = event.attempt;
        m_last = 0;
        m_hasHole = m_isOver = false;
    }
    if (event.attempt == m_attempt) {
        m_hasHole = m_hasHole || event.seq > m_last + 1;
        m_last = std::max(m_last, event.seq);
        m_isOver = m_isOver || std::holds_alternative<SummaryEvent>(event.body);
    }
    const auto* state = std::get_if<StateEvent>(&event.body);
    if (state && state->state == RunState::Preparing) m_isNewAttempt = true;
    const auto* told = std::get_if<ResultEvent>(&event.body);
    if (!told) return;
    if (std::exchange(m_isNewAttempt, false)) m_result = {};
    m_result.files.insert(m_result.files.end(), told->files.begin(), told->files.end());
    m_result.reference = told->reference;
}

Result<ToldResult> readToldResult(const RunFolder& folder) {
    ToldResult told;
    EventReader reader(folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) return told;
        for (const Event& event : events) told.note(event);
    }
}

}  // namespace slipway
