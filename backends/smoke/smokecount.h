// SPDX-License-Identifier: Apache-2.0
// What the events of a run's first steps tell of a whole run. Pure; one thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/smokereport.h"
#include "backends/runs/runmemory.h"

#include <optional>
#include <utility>
#include <vector>

namespace slipway {

class SmokeCount {
public:
    // `job`: as it is to run, not cut down.
    explicit SmokeCount(JobSpec job) : m_job(std::move(job)) {}

    // Events as an EventReader gives them, of one attempt.
    void take(const Event& event);
    // That were told so far, each once, with a time or without.
    int steps() const { return m_count; }
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
    using Steps = std::vector<Step>;
    void takeMetric(const Event& event, const MetricEvent& metric);
    void countStep(std::int64_t number);
    void takeStep(Timestamp time, std::int64_t number);
    Steps programSteps() const;
    void tellSteps(SmokeReport& report, const Steps& steps) const;
    void tellWhole(SmokeReport& report, const Steps& steps) const;
    void tellLimit(SmokeReport& report, const Steps& steps) const;
    void tellSettings(SmokeReport& report) const;
    static double sum(const Steps& steps, double Step::*part);

    JobSpec m_job;
    std::optional<Timestamp> m_begin, m_end;
    int m_rank = -1;  // whose steps are looked at
    Steps m_steps;    // a training's
    // Of a program, in the order of time: those of TensorBoard's files come many at once, a file after the other.
    std::vector<std::pair<Timestamp, std::int64_t>> m_told;
    std::int64_t m_newest = -1;
    int m_count = 0;
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
