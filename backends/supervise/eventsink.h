// SPDX-License-Identifier: Apache-2.0
// The one place where events get run, attempt, rank, number and time, and go to the run folder and, in a pod, to stdout. Blots
// secrets out of their texts. A full disk costs log lines and points, said so later, never the last word: some space is kept back
// for that. One thread.
#pragma once

#include "backends/runs/runstore.h"
#include "backends/supervise/agentplan.h"
#include "backends/supervise/modelcard.h"
#include "backends/supervise/secretfilter.h"

#include <string>
#include <vector>

namespace slipway {

class EventSink {
public:
    static Result<EventSink> open(const AgentPlan& plan, const std::vector<std::string>& secrets);
    EventSink(EventSink&&) = default;
    EventSink& operator=(EventSink&&) = delete;
    // Frees the space that was kept back.
    ~EventSink();

    void emit(int rank, EventBody body);
    // A line of the agent itself, in the first rank's log.
    void say(const std::string& text);
    // For what is cut before it gets here, and for what run.json says.
    const SecretFilter& secrets() const { return m_secrets; }
    // What the events so far tell for a model card.
    const CardFacts& facts() const { return m_facts; }
    void flush();
    // Frees the kept-back space for what comes last.
    void prepareForEnd();

private:
    EventSink(EventWriter writer, const AgentPlan& plan, const std::vector<std::string>& secrets);
    void emitOne(int rank, EventBody body);

    EventWriter m_writer;
    std::filesystem::path m_reserve;
    RunId m_run;
    int m_attempt = 1;
    int m_firstRank = 0;
    bool m_isEchoing = false;
    SecretFilter m_secrets;
    CardFacts m_facts;
    std::map<int, std::uint64_t> m_lastSeq;
    std::uint64_t m_lost = 0;
    std::string m_lossReason;
};

}  // namespace slipway
