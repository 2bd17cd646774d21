// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/trainingloop.h"

#include "backends/core/units.h"
#include "backends/trainer/checkpoint.h"
#include "backends/trainer/memoryestimate.h"
#include "backends/trainer/schedule.h"

#include <ATen/CPUGeneratorImpl.h>

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <utility>

namespace slipway::trainer {
namespace {

constexpr std::chrono::milliseconds kReportInterval{200};
constexpr const char* kEvaluationDue = "evaluation-due";  // of a checkpoint that a stop saved first

// What is made like them later, the optimizer's state above all, has their layout.
NamedTensors namedParameters(const torch::nn::Module& module, bool isChannelsLast) {
    const torch::NoGradGuard noGradients;
    NamedTensors tensors;
    for (const auto& item : module.named_parameters()) {
        const torch::Tensor& tensor = item.value();
        if (isChannelsLast && tensor.dim() == 4)
            tensor.set_data(tensor.contiguous(at::MemoryFormat::ChannelsLast));
        tensors.emplace_back(item.key(), tensor);
    }
    return tensors;
}

// Files are worth threads that read ahead; what is in memory is copied at once, unless a GPU waits for it.
int loaderThreads(std::int64_t asked, const Samples& samples, const torch::Device& device, int threads) {
    if (asked >= 0) return static_cast<int>(asked);
    if (!samples.training.files.empty()) return threads;
    return device.is_cuda() ? 1 : 0;
}

// Of all threads of this process.
double cpuSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// That this thread was ready to run and had no core: the second number of schedstat, in nanoseconds. 0 where it is not told.
double coreDelay() {
    std::ifstream file("/proc/thread-self/schedstat");
    double running = 0;
    double delayed = 0;
    file >> running >> delayed;
    return file ? delayed * 1e-9 : 0;
}

double seconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

TrainingLoop::TrainingLoop(const JobSpec& job, const TrainContext& context, TrainObserver& observer,
                           const Samples& samples, NetworkPointer network, torch::Device device, Ranks& ranks)
    : m_job(job),
      m_train(*job.train()),
      m_context(context),
      m_observer(observer),
      m_samples(samples),
      m_network(std::move(network)),
      m_device(device),
      m_ranks(ranks),
      m_placement{device, castType(textValue(m_train.loop, "precision")),
                  samples.shape.isImage && boolValue(m_train.loop, "channels_last")},
      m_parameters(namedParameters(*m_network, m_placement.isChannelsLast)),
      m_optimizer(m_train.optimizer, m_parameters),
      m_lossScale(m_placement.castType == at::kHalf, device),
      m_average(realValue(m_train.loop, "average"), m_parameters),
      m_earlyStop(integerValue(m_train.loop, "early_stop")),
      m_clip(realValue(m_train.loop, "clip")),
      m_labelSmoothing(realValue(m_train.loop, "label_smoothing")),
      m_isDeviceCpu(device.is_cpu()),
      m_loaderThreads(
          loaderThreads(integerValue(m_train.loop, "loaders"), samples, device, context.threads)) {
    const auto world = static_cast<std::int64_t>(context.worldSize);
    m_batch = std::min(integerValue(m_train.loop, "batch"), samples.training.count / world);
    m_microBatch = integerValue(m_train.loop, "micro_batch");
    if (m_microBatch == 0) m_microBatch = m_batch;
    m_stepsPerEpoch = m_batch > 0 ? samples.training.count / (m_batch * world) : 0;
    m_steps = integerValue(m_train.loop, "steps");
    if (m_steps == 0) m_steps = integerValue(m_train.loop, "epochs") * m_stepsPerEpoch;
    m_evalEvery = integerValue(m_train.loop, "eval_every");
    if (m_evalEvery == 0) m_evalEvery = m_stepsPerEpoch;
    m_logEvery = integerValue(m_train.loop, "log_every");
    m_bestMetric = job.checkpoint.best;
    if (m_bestMetric.empty() && (job.checkpoint.everySteps > 0 || job.checkpoint.every.count() > 0))
        m_bestMetric = "test/loss";
    m_peakRate = realValue(m_train.optimizer.values, "lr");
}

NamedTensors TrainingLoop::weights() const {
    auto tensors = m_parameters;
    for (const auto& item : m_network->named_buffers()) tensors.emplace_back(item.key(), item.value());
    return tensors;
}

NamedTensors TrainingLoop::checkpointTensors() const {
    NamedTensors tensors;
    for (const auto& [name, tensor] : weights()) tensors.emplace_back("model." + name, tensor);
    for (const auto& [part, state] :
         {std::pair("optimizer.", m_optimizer.state()), std::pair("average.", m_average.state()),
          std::pair("loss_scale.", m_lossScale.state()), std::pair("early_stop.", m_earlyStop.state())})
        for (const auto& [name, tensor] : state) tensors.emplace_back(part + name, tensor);
    return tensors;
}

Result<void> TrainingLoop::resume() {
    if (m_context.resumeFrom.empty()) return {};
    SLIPWAY_TRY(const auto loaded,
                loadCheckpoint(m_context.resumeFrom, checkpointTensors(),
                               [&](std::string_view text) { m_observer.onMessage(text); }));
    m_savedStep = m_outcome.step = loaded.step;
    m_isEvaluationDue = loaded.metadata.contains(kEvaluationDue);
    SLIPWAY_CHECK(takeBestAlong());
    m_observer.onMessage("resumed at step " + std::to_string(m_outcome.step));
    return {};
}

Result<TrainOutcome> TrainingLoop::run() {
    if (m_batch == 0)
        return Error{
            ErrorCode::InvalidArgument,
            "there are fewer training samples (" + std::to_string(m_samples.training.count) + ") than ranks",
            {},
            {}};
    if (m_steps == 0)
        return Error{ErrorCode::InvalidArgument,
                     "train.epochs and train.steps are both 0: there is nothing to train",
                     {},
                     "Set one of them"};
    SLIPWAY_CHECK(resume());
    m_ranks.broadcast(checkpointTensors());
    m_ranks.averageGradients(m_parameters);
    m_network->train();
    if (m_context.isSmoke) SLIPWAY_CHECK(estimate());
    m_started = m_reported = m_saved = Clock::now();
    m_reportedStep = m_firstStep = m_outcome.step;
    m_loader.emplace(m_samples, BatchPlan{.seed = m_job.seed,
                                          .batch = m_batch,
                                          .stepsPerEpoch = m_stepsPerEpoch,
                                          .firstStep = m_firstStep,
                                          .steps = m_steps,
                                          .rank = m_context.rank,
                                          .worldSize = m_context.worldSize,
                                          .threads = m_loaderThreads,
                                          .isPinned = m_device.is_cuda()});
    if (m_isEvaluationDue) SLIPWAY_CHECK(evaluateTest());
    if (m_firstStep > 0) endIfEnough();
    while (m_outcome.step < m_steps && !m_isStopped && !m_isEndedEarly) {
        SLIPWAY_TRY(const auto loss, step());
        SLIPWAY_CHECK(afterStep(loss));
        endIfEnough();
    }
    m_outcome.isInterrupted = m_isStopped && m_outcome.step < m_steps;
    if (!m_outcome.isInterrupted) {
        SLIPWAY_CHECK(evaluateTest());
        m_average.exchange();
    }
    m_outcome.seconds = seconds(Clock::now() - m_started);
    return m_outcome;
}

torch::Tensor TrainingLoop::lossOfPiece(const Batch& batch, std::int64_t begin, std::int64_t count) {
    const Autocast cast(m_device, m_placement.castType);
    const auto output = m_network->forward(m_placement.place(batch.input.narrow(0, begin, count)));
    return lossOf(m_samples, output, batch.expected.narrow(0, begin, count).to(m_device), m_labelSmoothing);
}

// The mean loss of the batch, a piece of it after the other; the gradients are those of the whole.
double TrainingLoop::accumulateGradients(const Batch& batch) {
    double total = 0;
    for (std::int64_t begin = 0; begin < m_batch; begin += m_microBatch) {
        const std::int64_t count = std::min(m_microBatch, m_batch - begin);
        torch::Tensor loss = lossOfPiece(batch, begin, count);
        if (count < m_batch) loss = loss * (static_cast<double>(count) / static_cast<double>(m_batch));
        if (begin + count == m_batch) m_ranks.prepareBackward();
        m_lossScale.scaled(loss).backward();
        total += loss.item<double>();
    }
    return total;
}

// Every rank has the same network and comes to the same end.
Result<void> TrainingLoop::checkGradients() const {
    for (const auto& [name, parameter] : m_parameters)
        if (!parameter.grad().defined())
            return Error{
                ErrorCode::InvalidArgument,
                "the parameter " + name + " got no gradient: the network's output does not depend on it",
                {},
                "Use it in the network's forward pass, or take it out of the network"};
    return {};
}

Error TrainingLoop::lossError(double loss) const {
    return {ErrorCode::InvalidArgument,
            "the loss became " + std::string(std::isnan(loss) ? "NaN" : "infinite") + " at step " +
                std::to_string(m_outcome.step + 1),
            (m_lastLoss ? "the last good one was " + metricText(*m_lastLoss) + " at step " +
                              std::to_string(m_outcome.step) + "; "
                        : std::string()) +
                "the learning rate was " + metricText(m_rate),
            "Lower train.optimizer.lr, set train.clip, or look for extreme values in the data"};
}

// Memory of the passes alone is measured, on samples that are there, since what ran out was theirs.
std::optional<MemoryLine> TrainingLoop::measureMemory(const Batch& batch) {
    const std::int64_t few = std::max<std::int64_t>(1, m_microBatch / 16);
    if (2 * few >= m_microBatch) return std::nullopt;
    const auto measured = [&](std::int64_t count) {
        m_optimizer.releaseGradients();
        return MemoryPoint{count, tensorPeak(m_device, [&] { lossOfPiece(batch, 0, count).backward(); })};
    };
    try {
        const MemoryPoint first = measured(few);
        return memoryLine(first, measured(2 * few));
    } catch (const std::exception& problem) {
        if (!isOutOfMemory(problem)) throw;
        return std::nullopt;
    }
}

Error TrainingLoop::memoryError(const Batch& batch, std::string detail) {
    const Bytes peak = memoryPeak(m_device);
    m_optimizer.releaseGradients();
    const auto line = measureMemory(batch);
    m_optimizer.releaseGradients();
    const auto room = memoryRoom(m_device);
    Error error{ErrorCode::Unavailable,
                "out of memory at step " + std::to_string(m_outcome.step + 1) + " with " +
                    counted(m_microBatch, "sample") + " at once, at a peak of " + binarySize(peak),
                std::move(detail), "Lower train.batch or raise resources.memory"};
    if (!line || !room) return error;
    error.message += "; each sample takes " + binarySize(Bytes{static_cast<std::int64_t>(line->perSample)}) +
                     " and " + binarySize(*room) + " are free";
    const std::int64_t fitting = std::min(line->samplesIn(*room), m_microBatch - 1);
    error.hint = fitting > 0 ? "Set train.micro_batch to " + std::to_string(fitting) +
                                   ", which fits and leaves the batch as it is, or raise resources.memory"
                             : "Not one sample fits: choose a smaller network, or raise resources.memory";
    return error;
}

// The norm costs a pass over the gradients: where clipping does not need it anyway, it is looked at now and then.
void TrainingLoop::watchGradients() {
    constexpr std::int64_t kNowAndThen = 4;
    if (m_clip > 0)
        m_gradientNorm = m_optimizer.clipGradients(m_clip);
    else if (m_context.rank == 0 && m_outcome.step % kNowAndThen == 0)
        m_gradientNorm = m_optimizer.gradientNorm();
    else
        return;
    const auto times = m_gradientWatch.take(m_gradientNorm);
    if (!times || m_context.rank != 0) return;
    m_observer.onMessage("warning: the gradients are exploding: their norm is " + metricText(m_gradientNorm) +
                         " at step " + std::to_string(m_outcome.step) + ", " + metricText(*times) +
                         " times what it was; the training may diverge. " +
                         (m_clip > 0 ? "Lower" : "Set train.clip, or lower") + " train.optimizer.lr (now " +
                         metricText(m_rate) + ")");
}

// Of a GPU it is not known what the driver's library takes there.
Result<void> TrainingLoop::estimate() {
    if (m_context.rank != 0 || !m_isDeviceCpu) return {};
    const std::int64_t ahead = m_loaderThreads > 0 ? m_loaderThreads + 1 : 0;
    SLIPWAY_TRY(const Bytes memory, estimateMemory(*m_network, m_samples, m_placement,
                                                   {m_batch, m_microBatch, ahead + 1, m_labelSmoothing}));
    sendMetrics({{"smoke/memory", static_cast<double>(memory.count)}});
    return {};
}

Result<double> TrainingLoop::step() {
    const auto begin = Clock::now();
    const double cpuBefore = m_context.isSmoke ? cpuSeconds() : 0;
    const double delayBefore = m_context.isSmoke ? coreDelay() : 0;
    SLIPWAY_TRY(const Batch* const batch, m_loader->next());
    const auto filled = Clock::now();
    const auto random = stepSeed(m_job.seed, m_outcome.step, m_context.rank);
    if (m_isDeviceCpu)
        at::Generator(at::detail::getDefaultCPUGenerator()).set_current_seed(random);
    else
        torch::manual_seed(random);
    m_rate = learningRate(m_peakRate, m_train.loop, m_outcome.step, m_steps);
    double loss = 0;
    try {
        loss = accumulateGradients(*batch);
    } catch (const std::exception& problem) {
        if (!isOutOfMemory(problem) || m_context.worldSize > 1) throw;
        const auto* known = dynamic_cast<const c10::Error*>(&problem);
        return memoryError(*batch, known != nullptr ? known->what_without_backtrace() : problem.what());
    }
    const bool isStopAsked = m_context.stop != nullptr && m_context.stop->load();
    SLIPWAY_CHECK(checkGradients());
    const auto shared = m_ranks.share({loss, isStopAsked});
    if (!std::isfinite(shared.loss)) return lossError(shared.loss);
    m_lastLoss = shared.loss;
    ++m_outcome.step;
    m_isStopped = shared.isStopped;
    if (m_lossScale.unscale(m_parameters)) {
        watchGradients();
        m_optimizer.step(m_rate, m_outcome.step);
        m_average.update(m_outcome.step);
    } else {
        m_optimizer.releaseGradients();
    }
    if (m_context.isSmoke)
        m_stepTimes = {{"smoke/step_seconds", seconds(Clock::now() - begin)},
                       {"smoke/wait_seconds", seconds(filled - begin)},
                       {"smoke/cpu_seconds", cpuSeconds() - cpuBefore},
                       {"smoke/delay_seconds", coreDelay() - delayBefore}};
    return shared.loss;
}

Result<void> TrainingLoop::afterStep(double loss) {
    if (m_context.rank != 0) return {};
    const bool isLast = m_outcome.step == m_steps;
    if (m_outcome.step == 1 || m_outcome.step % m_logEvery == 0 || isLast) sendStepMetrics(loss);
    report(loss, isLast || m_isStopped);
    if (m_outcome.step % m_evalEvery == 0 && !m_isStopped) SLIPWAY_CHECK(evaluateTest());
    return saveIfDue(m_isStopped && !isLast);
}

void TrainingLoop::sendStepMetrics(double loss) {
    std::map<std::string, double> values{{"loss", loss}, {"lr", m_rate}};
    if (m_clip > 0) values["grad_norm"] = m_gradientNorm;
    values.merge(m_stepTimes);
    sendMetrics(std::move(values));
}

// All ranks end after the same step, though only rank 0 evaluates.
void TrainingLoop::endIfEnough() {
    if (m_earlyStop.patience() == 0 || m_outcome.step % m_evalEvery != 0) return;
    m_isEndedEarly = m_ranks.share({0, m_isEnough}).isStopped;
    if (!m_isEndedEarly || m_context.rank != 0) return;
    m_observer.onMessage("ended early after step " + std::to_string(m_outcome.step) +
                         ": no better test loss in " + std::to_string(m_earlyStop.patience()) +
                         " evaluations");
    m_steps = m_outcome.step;
    report(m_outcome.metrics["loss"], true);
}

Result<void> TrainingLoop::saveIfDue(bool isForced) {
    const auto& wanted = m_job.checkpoint;
    const bool isDueBySteps = wanted.everySteps > 0 && m_outcome.step % wanted.everySteps == 0;
    const bool isDueByTime = wanted.every.count() > 0 && Clock::now() - m_saved >= wanted.every;
    if (m_savedStep == m_outcome.step || !(isForced || isDueBySteps || isDueByTime)) return {};
    const auto begin = Clock::now();
    SLIPWAY_TRY(const auto saved, saveCheckpoint(m_context.runFolder / "checkpoints", m_outcome.step,
                                                 checkpointTensors(), checkpointMetadata(), wanted.keep));
    m_saved = Clock::now();
    m_savedStep = m_outcome.step;
    m_observer.onEvent(CheckpointEvent{m_outcome.step,
                                       saved.file.lexically_relative(m_context.runFolder).string(),
                                       saved.size, seconds(m_saved - begin)});
    return {};
}

Result<void> TrainingLoop::evaluateTest() {
    const auto& set = m_samples.test;
    if (m_context.rank != 0 || set.count == 0 || m_evaluatedStep == m_outcome.step) return {};
    m_evaluatedStep = m_outcome.step;
    const auto begin = Clock::now();
    m_average.exchange();
    auto evaluation = evaluate(*m_network, m_samples, set, m_placement, m_microBatch);
    m_average.exchange();
    SLIPWAY_TRY(m_evaluation, std::move(evaluation));
    m_isEnough = m_earlyStop.isEnough(m_evaluation->loss());
    m_observer.onMessage("evaluated " + grouped(set.count) +
                         (set.count == 1 ? " sample in " : " samples in ") +
                         durationText(seconds(Clock::now() - begin)));
    auto metrics = m_evaluation->metrics();
    if (m_context.isSmoke) metrics["smoke/evaluation_seconds"] = seconds(Clock::now() - begin);
    sendMetrics(std::move(metrics));
    SLIPWAY_CHECK(judgeBest());
    return keepBest();
}

Result<void> TrainingLoop::judgeBest() {
    if (m_bestMetric.empty()) return {};
    const auto metrics = m_evaluation->metrics();
    const auto found = metrics.find(m_bestMetric);
    if (found == metrics.end()) {
        std::string names;
        for (const auto& [name, value] : metrics) names += (names.empty() ? "" : ", ") + name;
        return Error{ErrorCode::InvalidArgument,
                     "checkpoint.best is " + m_bestMetric + ", which is not measured for these data",
                     {},
                     "Set it to one of " + names};
    }
    const auto& best = m_outcome.best;
    const bool isBetter = !best || (m_bestMetric == "test/accuracy" ? found->second > best->value
                                                                    : found->second < best->value);
    if (!isBetter || std::isnan(found->second)) return {};
    m_outcome.best = BestEvaluation{m_outcome.step, m_bestMetric, found->second};
    m_isBestNew = true;
    return {};
}

TensorMetadata TrainingLoop::checkpointMetadata() const {
    TensorMetadata metadata{{"job", m_job.name}, {"seed", std::to_string(m_job.seed)}};
    if (m_outcome.step % m_evalEvery == 0 && m_evaluatedStep != m_outcome.step)
        metadata[kEvaluationDue] = "true";
    return metadata;
}

Result<void> TrainingLoop::keepBest() {
    if (!std::exchange(m_isBestNew, false)) return {};
    auto metadata = checkpointMetadata();
    metadata["metric"] = m_outcome.best->metric;
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), m_outcome.best->value);
    metadata["value"] = std::string(digits.data(), end.ptr);
    const auto begin = Clock::now();
    SLIPWAY_TRY(const auto saved,
                saveBest(m_context.runFolder / "checkpoints", m_outcome.step, checkpointTensors(), metadata));
    m_observer.onEvent(CheckpointEvent{m_outcome.step,
                                       saved.file.lexically_relative(m_context.runFolder).string(),
                                       saved.size,
                                       seconds(Clock::now() - begin),
                                       {},
                                       m_bestMetric});
    return {};
}

Result<void> TrainingLoop::takeBestAlong() {
    if (m_context.rank != 0 || m_bestMetric.empty()) return {};
    SLIPWAY_TRY(const auto metadata,
                takeBest(m_context.resumeFrom, m_context.runFolder / "checkpoints", m_outcome.step));
    if (!metadata || !metadata->contains("value") || !metadata->contains("metric") ||
        metadata->at("metric") != m_bestMetric)
        return {};
    BestEvaluation best{0, m_bestMetric, 0};
    const auto read = [&](const char* name, auto& value) {
        const std::string& text = metadata->at(name);
        return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{};
    };
    if (read("step", best.step) && read("value", best.value)) m_outcome.best = best;
    return {};
}

void TrainingLoop::sendMetrics(std::map<std::string, double> values) {
    for (const auto& [name, value] : values) m_outcome.metrics[name] = value;
    m_observer.onEvent(MetricEvent{m_outcome.step, std::move(values)});
}

void TrainingLoop::report(double loss, bool isForced) {
    const auto time = Clock::now();
    if (time - m_reported < kReportInterval && !isForced) return;
    const double passed = seconds(time - m_reported);
    const auto steps = static_cast<double>(m_outcome.step - m_reportedStep);
    ProgressEvent progress{m_outcome.step, m_steps,
                           static_cast<double>(m_outcome.step) / static_cast<double>(m_stepsPerEpoch)};
    if (steps > 0 && passed > 0) {
        progress.samplesPerSecond = steps * static_cast<double>(m_batch * m_context.worldSize) / passed;
        progress.stepSeconds = passed / steps;
    }
    if (m_reportedStep == m_firstStep) progress.device = m_device.str();
    m_reported = time;
    m_reportedStep = m_outcome.step;
    m_outcome.metrics["loss"] = loss;
    m_observer.onEvent(progress);
}

}  // namespace slipway::trainer
