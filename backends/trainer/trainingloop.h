// SPDX-License-Identifier: Apache-2.0
// The loop itself, once data, network and device are there: steps, curves, evaluations, checkpoints, stop.
// Training thread only; libtorch's exceptions pass through, trainer.cpp maps them.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/trainer/earlystop.h"
#include "backends/trainer/networkfactory.h"
#include "backends/trainer/optimizer.h"
#include "backends/trainer/precision.h"
#include "backends/trainer/ranks.h"
#include "backends/trainer/samples.h"
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

private:
    using Clock = std::chrono::steady_clock;

    Result<void> resume();
    Result<double> step();
    void fillBatch();
    double accumulateGradients();
    torch::Tensor placed(const torch::Tensor& input) const;
    torch::Tensor lossOf(const torch::Tensor& output, const torch::Tensor& expected) const;
    torch::Tensor trainingLossOf(const torch::Tensor& output, const torch::Tensor& expected) const;
    Result<void> afterStep(double loss);
    Result<void> saveIfDue(bool isForced);
    void evaluate();
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
    bool m_isChannelsLast;
    NamedTensors m_parameters;
    Optimizer m_optimizer;
    std::optional<at::ScalarType> m_castType;
    LossScale m_lossScale;
    WeightAverage m_average;
    EarlyStop m_earlyStop;

    std::int64_t m_batch = 0;       // samples of a step on this rank
    std::int64_t m_microBatch = 0;  // of them at once
    std::int64_t m_stepsPerEpoch =
        0;  // an incomplete last batch is left out; the next epoch's order brings those samples in
    std::int64_t m_steps = 0;
    std::int64_t m_evalEvery = 0;
    std::int64_t m_logEvery = 0;
    double m_peakRate = 0;
    double m_rate = 0;
    double m_clip = 0;
    double m_gradientNorm = 0;  // of the last step, before it was clipped
    double m_labelSmoothing = 0;
    bool m_isDeviceCpu = true;

    std::vector<std::int64_t> m_order;
    std::int64_t m_orderEpoch = -1;
    torch::Tensor m_input;  // reused by every step
    torch::Tensor m_expected;

    TrainOutcome m_outcome;
    bool m_isStopped = false;
    bool m_isEnough = false;  // on rank 0: the test loss has not fallen for long enough
    bool m_isEndedEarly = false;
    std::int64_t m_evaluatedStep = -1;
    std::int64_t m_savedStep = -1;
    std::int64_t m_reportedStep = 0;
    std::int64_t m_firstStep = 0;
    Clock::time_point m_started;
    Clock::time_point m_reported;
    Clock::time_point m_saved;
};

}  // namespace slipway::trainer
