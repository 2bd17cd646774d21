// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runstore.h"

#include <tuple>

namespace slipway {
namespace {

// Of an attempt before the one that rank 0 is in. Numbers alone do not tell it: a rank may have been begun anew without the others.
bool isPast(const AgentFacts::Teller& told, const AgentFacts::Teller& begin) {
    return told.attempt < begin.attempt && told.time < begin.time;
}

// The first rank's agent speaks for the run; with "preparing" a new attempt begins. Another rank of the same attempt may have
// ended before, or its log was read sooner.
void takeBegin(AgentFacts& facts, const AgentFacts::Teller& begin) {
    if (begin.attempt < facts.newestBegin.attempt) return;
    facts.newestBegin = begin;
    if (facts.summaryOf.rank == begin.rank || isPast(facts.summaryOf, begin)) facts.summary.reset();
}

// Several agents (one a pod) each tell their end, and their logs are read in any order: the one that failed first says why,
// success needs no other word.
void takeSummary(AgentFacts& facts, const SummaryEvent& summary, const AgentFacts::Teller& teller) {
    if (isPast(teller, facts.newestBegin)) return;
    const auto order = [](RunState state, const AgentFacts::Teller& told) {
        return std::tuple(state == RunState::Succeeded, told.time, told.rank);
    };
    if (facts.summary && order(facts.summary->state, facts.summaryOf) <= order(summary.state, teller)) return;
    facts.summary = RunStatus{summary.state, summary.reason};
    facts.summaryOf = teller;
}

}  // namespace

AgentFacts agentFacts(std::span<const Event> events, AgentFacts before) {
    AgentFacts facts = std::move(before);
    for (const Event& event : events) {
        const AgentFacts::Teller teller{event.attempt, event.rank, event.time};
        if (const auto* state = std::get_if<StateEvent>(&event.body)) {
            if (event.rank == 0 && state->state == RunState::Preparing) takeBegin(facts, teller);
            if (event.rank == 0 || !facts.last) facts.last = RunStatus{state->state, state->reason};
        } else if (const auto* summary = std::get_if<SummaryEvent>(&event.body)) {
            takeSummary(facts, *summary, teller);
        } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body)) {
            facts.hasCheckpoint = true;
            // A later attempt that began anew does not take it away.
            if (!checkpoint->reference.empty() && checkpoint->step >= facts.checkpointStep) {
                facts.checkpointReference = checkpoint->reference;
                facts.checkpointStep = checkpoint->step;
            }
        }
    }
    return facts;
}

}  // namespace slipway
