// SPDX-License-Identifier: Apache-2.0
// What the events of a run's first steps tell of a whole run. Pure; one thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/smokereport.h"
#include "backends/runs/runmemory.h"

#include <optional>
#include <vector>

namespace slipway {

class SmokeCount {
public:
    // `job`: as it is to run, not cut down.
    explicit SmokeCount(JobSpec job) : m_job(std::move(job)) {}

    // Events as an EventReader gives them, of one attempt.
    void take(const Event& event);
    // That were told so far.
    int steps() const { return static_cast<int>(m_steps.size()); }
    // When the first rank was started.
    const std::optional<Timestamp>& begin() const { return m_begin; }

    SmokeReport report() const;

private:
    struct Step {
        std::int64_t number = 0;
        Timestamp end{};
        double seconds = 0;  // each, of those since the step told before
        double waiting = 0;
        double cpu = 0;
        double delay = 0;  // that its thread was ready and had no core
    };
    void takeMetric(const Event& event, const MetricEvent& metric);
    void takeStep(const Event& event, std::int64_t number);
    void tellSteps(SmokeReport& report) const;
    void tellWhole(SmokeReport& report) const;
    void tellLimit(SmokeReport& report) const;
    void tellSettings(SmokeReport& report) const;
    double sum(double Step::*part) const;

    JobSpec m_job;
    std::optional<Timestamp> m_begin, m_end;
    int m_rank = -1;  // whose steps are looked at
    std::vector<Step> m_steps;
    std::int64_t m_wholeSteps = 0;
    std::int64_t m_stepsPerEpoch = 0;
    double m_samplesPerStep = 0;
    double m_cpuSeconds = 0;
    std::optional<double> m_evaluation;
    std::optional<double> m_estimate;
    std::optional<CheckpointEvent> m_checkpoint;
    MemoryPeaks m_memory;
};

}  // namespace slipway
