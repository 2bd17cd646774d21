// SPDX-License-Identifier: Apache-2.0
// The loop itself, once data, network and device are there: steps, curves, evaluations, checkpoints, stop.
// Training thread only; libtorch's exceptions pass through, trainer.cpp maps them.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/trainer/batchloader.h"
#include "backends/trainer/checkpoint.h"
#include "backends/trainer/earlystop.h"
#include "backends/trainer/evaluator.h"
#include "backends/trainer/gradientwatch.h"
#include "backends/trainer/memoryprobe.h"
#include "backends/trainer/networkfactory.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/precision.h"
#include "backends/trainer/ranks.h"
#include "backends/trainer/trainer.h"
#include "backends/trainer/weightaverage.h"

#include <chrono>

namespace slipway::trainer {

class TrainingLoop {
public:
    TrainingLoop(const JobSpec& job, const TrainContext& context, TrainObserver& observer,
                 const Samples& samples, NetworkPointer network, torch::Device device, Ranks& ranks);

    // From the checkpoint `context` names, where it names one, to the last step or the stop.
    Result<TrainOutcome> run();

    // Weights and buffers by name; after run() the weights are the mean, where one is kept.
    NamedTensors weights() const;
    // The last one, of the weights that run() left; none without test data.
    const std::optional<Evaluation>& evaluation() const { return m_evaluation; }

private:
    using Clock = std::chrono::steady_clock;

    Result<void> resume();
    Result<void> estimate();
    Result<double> step();
    double accumulateGradients(const Batch& batch);
    // Of `count` samples of the batch from `begin` on.
    torch::Tensor lossOfPiece(const Batch& batch, std::int64_t begin, std::int64_t count);
    Error lossError(double loss) const;
    Error memoryError(const Batch& batch, std::string detail);
    std::optional<MemoryLine> measureMemory(const Batch& batch);
    void watchGradients();
    Result<void> checkGradients() const;
    Result<void> afterStep(double loss);
    Result<void> saveIfDue(bool isForced);
    TensorMetadata checkpointMetadata() const;
    Result<void> evaluateTest();
    Result<void> judgeBest();
    Result<void> keepBest();
    Result<void> takeBestAlong();
    void endIfEnough();
    void report(double loss, bool isForced);
    void sendStepMetrics(double loss);
    void sendMetrics(std::map<std::string, double> values);
    NamedTensors checkpointTensors() const;

    const JobSpec& m_job;
    const TrainSpec& m_train;
    const TrainContext& m_context;
    TrainObserver& m_observer;
    const Samples& m_samples;
    NetworkPointer m_network;
    torch::Device m_device;
    Ranks& m_ranks;
    Placement m_placement;
    NamedTensors m_parameters;
    Optimizer m_optimizer;
    LossScale m_lossScale;
    WeightAverage m_average;
    EarlyStop m_earlyStop;
    GradientWatch m_gradientWatch;

    std::int64_t m_batch = 0;       // samples of a step on this rank
    std::int64_t m_microBatch = 0;  // of them at once
    std::int64_t m_stepsPerEpoch = 0;
    std::int64_t m_steps = 0;
    std::int64_t m_evalEvery = 0;
    std::int64_t m_logEvery = 0;
    double m_peakRate = 0;
    double m_rate = 0;
    double m_clip = 0;
    std::optional<double> m_lastLoss;  // of the step before
    double m_gradientNorm = 0;         // of the last step, before it was clipped
    double m_labelSmoothing = 0;
    bool m_isDeviceCpu = true;

    int m_loaderThreads = 0;
    std::optional<BatchLoader> m_loader;
    std::optional<Evaluation> m_evaluation;

    std::map<std::string, double> m_stepTimes;  // of the last step, where they are asked for

    TrainOutcome m_outcome;
    bool m_isStopped = false;
    bool m_isEnough = false;  // on rank 0: the test loss has not fallen for long enough
    bool m_isEndedEarly = false;
    bool m_isEvaluationDue = false;  // of the step that a checkpoint stands at: its run was stopped before
    bool m_isBestNew = false;        // not kept yet
    std::string m_bestMetric;        // empty: none is kept
    std::int64_t m_evaluatedStep = -1;
    std::int64_t m_savedStep = -1;
    std::int64_t m_reportedStep = 0;
    std::int64_t m_firstStep = 0;
    Clock::time_point m_started;
    Clock::time_point m_reported;
    Clock::time_point m_saved;
};

}  // namespace slipway::trainer
