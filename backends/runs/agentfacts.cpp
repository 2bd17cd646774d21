// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runstore.h"

namespace slipway {
namespace {

// Several agents (one a pod) each tell their end: the first that failed says why; success needs no other word.
void takeSummary(AgentFacts& facts, const SummaryEvent& summary) {
    if (facts.summary && facts.summary->state != RunState::Succeeded) return;
    facts.summary = RunStatus{summary.state, summary.reason};
}

}  // namespace

AgentFacts agentFacts(std::span<const Event> events, AgentFacts before) {
    AgentFacts facts = std::move(before);
    for (const Event& event : events) {
        if (const auto* state = std::get_if<StateEvent>(&event.body)) {
            // The first rank's agent speaks for the run; with "preparing" a new attempt begins.
            if (event.rank == 0 && state->state == RunState::Preparing) facts.summary.reset();
            if (event.rank == 0 || !facts.last) facts.last = RunStatus{state->state, state->reason};
        } else if (const auto* summary = std::get_if<SummaryEvent>(&event.body)) {
            takeSummary(facts, *summary);
        } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body)) {
            facts.hasCheckpoint = true;
            if (!checkpoint->reference.empty()) facts.checkpointReference = checkpoint->reference;
        }
    }
    return facts;
}

}  // namespace slipway
