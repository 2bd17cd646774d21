// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/trainingloop.h"

#include "backends/core/units.h"
#include "backends/trainer/checkpoint.h"
#include "backends/trainer/schedule.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace slipway::trainer {
namespace {

constexpr std::chrono::milliseconds kReportInterval{200};
constexpr std::int64_t kEvaluationBatch = 1000;

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

// Random numbers (dropout) as a function of seed, step and rank: a resumed run draws the same ones.
std::uint64_t stepSeed(std::int64_t seed, std::int64_t step, int rank) {
    std::uint64_t x =
        static_cast<std::uint64_t>(seed) * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(step);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL + static_cast<std::uint64_t>(rank);
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

double seconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

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
      m_isChannelsLast(samples.shape.isImage && boolValue(m_train.loop, "channels_last")),
      m_parameters(namedParameters(*m_network, m_isChannelsLast)),
      m_optimizer(m_train.optimizer, m_parameters),
      m_castType(castType(textValue(m_train.loop, "precision"))),
      m_lossScale(m_castType == at::kHalf, device),
      m_average(realValue(m_train.loop, "average"), m_parameters),
      m_earlyStop(integerValue(m_train.loop, "early_stop")),
      m_clip(realValue(m_train.loop, "clip")),
      m_labelSmoothing(realValue(m_train.loop, "label_smoothing")),
      m_isDeviceCpu(device.is_cpu()) {
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
    m_peakRate = realValue(m_train.optimizer.values, "lr");
    m_input = torch::empty({m_batch, samples.shape.channels, samples.shape.height, samples.shape.width});
    m_expected = torch::empty({m_batch}, samples.classes > 0 ? torch::kLong : torch::kFloat);
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
    SLIPWAY_TRY(m_outcome.step, loadCheckpoint(m_context.resumeFrom, checkpointTensors(),
                                               [&](std::string_view text) { m_observer.onMessage(text); }));
    m_savedStep = m_outcome.step;
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
    m_network->train();
    m_started = m_reported = m_saved = Clock::now();
    m_reportedStep = m_firstStep = m_outcome.step;
    while (m_outcome.step < m_steps && !m_isStopped && !m_isEndedEarly) {
        SLIPWAY_TRY(const auto loss, step());
        SLIPWAY_CHECK(afterStep(loss));
        endIfEnough();
    }
    m_outcome.isInterrupted = m_isStopped && m_outcome.step < m_steps;
    if (!m_outcome.isInterrupted) {
        evaluate();
        m_average.exchange();
    }
    m_outcome.seconds = seconds(Clock::now() - m_started);
    return m_outcome;
}

void TrainingLoop::fillBatch() {
    const std::int64_t epoch = m_outcome.step / m_stepsPerEpoch;
    if (epoch != m_orderEpoch) {
        m_order = epochOrder(m_samples.training.count, m_job.seed, epoch);
        m_orderEpoch = epoch;
    }
    const std::int64_t begin =
        ((m_outcome.step % m_stepsPerEpoch) * m_context.worldSize + m_context.rank) * m_batch;
    const auto rows = std::span<const std::int64_t>(m_order).subspan(index(begin), index(m_batch));
    const auto& set = m_samples.training;
    m_samples.fill(set, rows, m_input.data_ptr<float>());
    if (m_samples.classes > 0) {
        auto* out = m_expected.data_ptr<std::int64_t>();
        for (const auto row : rows) *out++ = set.labels[index(row)];
    } else {
        auto* out = m_expected.data_ptr<float>();
        for (const auto row : rows) *out++ = set.targets[index(row)];
    }
}

torch::Tensor TrainingLoop::placed(const torch::Tensor& input) const {
    // Blocking copies on a GPU, since the batch's memory is written again in the next step.
    const auto there = m_isDeviceCpu ? input : input.to(m_device);
    return m_isChannelsLast ? there.contiguous(at::MemoryFormat::ChannelsLast) : there;
}

torch::Tensor TrainingLoop::lossOf(const torch::Tensor& output, const torch::Tensor& expected) const {
    return m_samples.classes > 0 ? torch::cross_entropy_loss(output, expected)
                                 : torch::mse_loss(output.squeeze(1), expected);
}

torch::Tensor TrainingLoop::trainingLossOf(const torch::Tensor& output, const torch::Tensor& expected) const {
    if (m_samples.classes == 0 || m_labelSmoothing == 0) return lossOf(output, expected);
    return torch::cross_entropy_loss(output, expected, {}, at::Reduction::Mean, /*ignore_index=*/-100,
                                     m_labelSmoothing);
}

// The mean loss of the batch, a piece of it after the other; the gradients are those of the whole.
double TrainingLoop::accumulateGradients() {
    double total = 0;
    for (std::int64_t begin = 0; begin < m_batch; begin += m_microBatch) {
        const std::int64_t count = std::min(m_microBatch, m_batch - begin);
        const auto expected = m_expected.narrow(0, begin, count);
        torch::Tensor loss;
        {
            const Autocast cast(m_device, m_castType);
            loss = trainingLossOf(m_network->forward(placed(m_input.narrow(0, begin, count))),
                                  m_isDeviceCpu ? expected : expected.to(m_device));
        }
        if (count < m_batch) loss = loss * (static_cast<double>(count) / static_cast<double>(m_batch));
        m_lossScale.scaled(loss).backward();
        total += loss.item<double>();
    }
    return total;
}

Result<double> TrainingLoop::step() {
    fillBatch();
    const auto random = stepSeed(m_job.seed, m_outcome.step, m_context.rank);
    if (m_isDeviceCpu)
        at::Generator(at::detail::getDefaultCPUGenerator()).set_current_seed(random);
    else
        torch::manual_seed(random);
    m_rate = learningRate(m_peakRate, m_train.loop, m_outcome.step, m_steps);
    const double loss = accumulateGradients();
    const bool isStopAsked = m_context.stop != nullptr && m_context.stop->load();
    const auto shared = m_ranks.average(m_parameters, {loss, isStopAsked});
    if (!std::isfinite(shared.loss))
        return Error{ErrorCode::InvalidArgument,
                     "the loss became " + std::string(std::isnan(shared.loss) ? "NaN" : "infinite") +
                         " at step " + std::to_string(m_outcome.step + 1),
                     {},
                     "Lower train.optimizer.lr or look for extreme values in the data"};
    ++m_outcome.step;
    m_isStopped = shared.isStopped;
    if (m_lossScale.unscale(m_parameters)) {
        if (m_clip > 0) m_gradientNorm = m_optimizer.clipGradients(m_clip);
        m_optimizer.step(m_rate, m_outcome.step);
        m_average.update(m_outcome.step);
    } else {
        m_optimizer.releaseGradients();
    }
    return shared.loss;
}

Result<void> TrainingLoop::afterStep(double loss) {
    if (m_context.rank != 0) return {};
    const bool isLast = m_outcome.step == m_steps;
    if (m_outcome.step == 1 || m_outcome.step % m_logEvery == 0 || isLast) sendStepMetrics(loss);
    report(loss, isLast || m_isStopped);
    if (m_outcome.step % m_evalEvery == 0 && !m_isStopped) evaluate();
    return saveIfDue(m_isStopped && !isLast);
}

void TrainingLoop::sendStepMetrics(double loss) {
    std::map<std::string, double> values{{"loss", loss}, {"lr", m_rate}};
    if (m_clip > 0) values["grad_norm"] = m_gradientNorm;
    sendMetrics(std::move(values));
}

// All ranks end after the same step, though only rank 0 evaluates.
void TrainingLoop::endIfEnough() {
    if (m_earlyStop.patience() == 0 || m_outcome.step % m_evalEvery != 0) return;
    m_isEndedEarly = m_ranks.average({}, {0, m_isEnough}).isStopped;
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
    SLIPWAY_TRY(const auto saved,
                saveCheckpoint(m_context.runFolder / "checkpoints", m_outcome.step, checkpointTensors(),
                               {{"job", m_job.name}, {"seed", std::to_string(m_job.seed)}}, wanted.keep));
    m_saved = Clock::now();
    m_savedStep = m_outcome.step;
    m_observer.onEvent(CheckpointEvent{m_outcome.step,
                                       saved.file.lexically_relative(m_context.runFolder).string(),
                                       saved.size, seconds(m_saved - begin)});
    return {};
}

void TrainingLoop::evaluate() {
    const auto& set = m_samples.test;
    if (m_context.rank != 0 || set.count == 0 || m_evaluatedStep == m_outcome.step) return;
    m_evaluatedStep = m_outcome.step;
    const auto evaluationBegin = Clock::now();
    const torch::NoGradGuard noGradients;
    const Autocast cast(m_device, m_castType);
    m_average.exchange();
    m_network->eval();
    double lossSum = 0;
    std::int64_t right = 0;
    std::vector<std::int64_t> rows;
    for (std::int64_t begin = 0; begin < set.count; begin += kEvaluationBatch) {
        const auto size = std::min(kEvaluationBatch, set.count - begin);
        rows.resize(index(size));
        std::iota(rows.begin(), rows.end(), begin);
        auto input =
            torch::empty({size, m_samples.shape.channels, m_samples.shape.height, m_samples.shape.width});
        m_samples.fill(set, rows, input.data_ptr<float>());
        const auto output = m_network->forward(placed(input));
        const bool isClasses = m_samples.classes > 0;
        auto expected = torch::empty({size}, isClasses ? torch::kLong : torch::kFloat);
        const void* source = isClasses ? static_cast<const void*>(set.labels.data() + begin)
                                       : static_cast<const void*>(set.targets.data() + begin);
        std::memcpy(expected.data_ptr(), source, expected.nbytes());
        expected = expected.to(m_device);
        lossSum += lossOf(output, expected).item<double>() * static_cast<double>(size);
        if (isClasses) right += output.argmax(1).eq(expected).sum().item<std::int64_t>();
    }
    m_network->train();
    m_average.exchange();
    m_isEnough = m_earlyStop.isEnough(lossSum / static_cast<double>(set.count));
    std::map<std::string, double> values{{"test/loss", lossSum / static_cast<double>(set.count)}};
    if (m_samples.classes > 0)
        values["test/accuracy"] = static_cast<double>(right) / static_cast<double>(set.count);
    m_observer.onMessage("evaluated " + grouped(set.count) +
                         (set.count == 1 ? " sample in " : " samples in ") +
                         durationText(seconds(Clock::now() - evaluationBegin)));
    sendMetrics(std::move(values));
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
