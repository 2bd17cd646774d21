// SPDX-License-Identifier: Apache-2.0
#include "backends/smoke/smokecount.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace slipway {
namespace {

constexpr double kMemoryMargin = 1.15;
constexpr std::int64_t kMemoryUnit = std::int64_t{256} << 20;
constexpr double kWaitingLoader = 0.3;  // of a step: more threads that read, or faster ones, would shorten it
constexpr double kToldEnough = 10;      // seconds of a program, its start among them
constexpr double kCrowded = 0.1;        // of a step that its thread waits for a core
constexpr double kBusy = 0.9;           // of the cores that were asked for: more of them may help

double secondsBetween(Timestamp begin, Timestamp end) {
    return std::max(0.0, std::chrono::duration<double>(end - begin).count());
}

// The nearest rank of the sorted values.
double percentile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(std::lround(place))];
}

double median(const std::vector<double>& sorted) {
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string coresText(double cores) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", cores);
    return text.data();
}

Bytes withMargin(Bytes peak) {
    const double wanted = static_cast<double>(peak.count) * kMemoryMargin;
    return {static_cast<std::int64_t>(std::ceil(wanted / static_cast<double>(kMemoryUnit))) * kMemoryUnit};
}

std::int64_t times(std::int64_t all, std::int64_t every) { return every > 0 ? all / every : 0; }

}  // namespace

void SmokeCount::take(const Event& event) {
    m_memory.take(event);
    if (std::holds_alternative<RankStartedEvent>(event.body)) {
        if (!m_begin) m_begin = event.time;
        if (m_rank < 0) m_rank = event.rank;
    } else if (const auto* exited = std::get_if<RankExitedEvent>(&event.body)) {
        m_end = event.time;
        m_cpuSeconds = std::max(m_cpuSeconds, exited->cpuSeconds);
    }
    if (event.rank != m_rank) return;
    if (const auto* metric = std::get_if<MetricEvent>(&event.body)) {
        takeMetric(event, *metric);
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) {
        if (m_job.train() == nullptr) {
            m_wholeSteps = std::max(m_wholeSteps, progress->steps);
            countStep(progress->step);
            takeStep(event.time, progress->step);
        }
        if (progress->epoch > 0)
            m_stepsPerEpoch = std::llround(static_cast<double>(progress->step) / progress->epoch);
        if (progress->stepSeconds > 0) m_samplesPerStep = progress->samplesPerSecond * progress->stepSeconds;
    } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body)) {
        m_checkpoint = *checkpoint;
    }
}

void SmokeCount::takeMetric(const Event& event, const MetricEvent& metric) {
    const auto told = [&](const char* name) -> std::optional<double> {
        const auto found = metric.values.find(name);
        return found == metric.values.end() ? std::nullopt : std::optional(found->second);
    };
    if (const auto estimate = told("smoke/memory")) m_estimate = *estimate;
    if (const auto seconds = told("smoke/evaluation_seconds")) m_evaluation = *seconds;
    if (m_job.train() == nullptr) {
        countStep(metric.step);
        const Timestamp time = metric.written.value_or(event.time);
        // One before the run or in the future is none of its steps'.
        if (time >= *m_begin && time <= event.time) takeStep(time, metric.step);
        return;
    }
    const auto seconds = told("smoke/step_seconds");
    if (!seconds) return;
    countStep(metric.step);
    m_steps.push_back({metric.step, event.time, *seconds, told("smoke/wait_seconds").value_or(0),
                       told("smoke/cpu_seconds").value_or(0), told("smoke/delay_seconds").value_or(0)});
}

void SmokeCount::countStep(std::int64_t number) {
    if (number <= m_newest) return;
    m_newest = number;
    ++m_count;
}

void SmokeCount::takeStep(Timestamp time, std::int64_t number) {
    m_told.emplace(std::ranges::upper_bound(m_told, time, {}, &decltype(m_told)::value_type::first), time,
                   number);
}

// A program tells of a step when it is done, and not always of each.
SmokeCount::Steps SmokeCount::programSteps() const {
    Steps steps;
    for (const auto& [time, number] : m_told) {
        if (!steps.empty() && number <= steps.back().number) continue;
        const Timestamp before = steps.empty() ? *m_begin : steps.back().end;
        const std::int64_t many = steps.empty() ? 1 : number - steps.back().number;
        steps.push_back({number, time, secondsBetween(before, time) / static_cast<double>(many), 0, 0, 0});
    }
    return steps;
}

double SmokeCount::sum(const Steps& steps, double Step::*part) {
    double all = 0;
    for (std::size_t i = 1; i < steps.size(); ++i) all += steps[i].*part;
    return all;
}

void SmokeCount::tellSteps(SmokeReport& report, const Steps& steps) const {
    report.steps = m_count;
    if (steps.empty()) {
        report.unknown.emplace_back(std::string("How long a step takes: ") +
                                    (m_count == 0
                                         ? "none was told"
                                         : "the times in its TensorBoard files are not those of this run") +
                                    ". A program tells them by slipway.log(step=…)");
        return;
    }
    report.first = steps.front().seconds;
    if (steps.size() < 2) return;
    std::vector<double> sorted;
    for (std::size_t i = 1; i < steps.size(); ++i) sorted.push_back(steps[i].seconds);
    std::ranges::sort(sorted);
    report.step = SmokeRange{median(sorted), percentile(sorted, 0.1), percentile(sorted, 0.9)};
    if (m_samplesPerStep > 0 && report.step->likely > 0)
        report.samplesPerSecond = m_samplesPerStep / report.step->likely;
}

void SmokeCount::tellWhole(SmokeReport& report, const Steps& steps) const {
    const TrainSpec* train = m_job.train();
    std::int64_t all = m_wholeSteps;
    if (train != nullptr) {
        all = integerValue(train->loop, "steps");
        if (all == 0) all = integerValue(train->loop, "epochs") * m_stepsPerEpoch;
        const std::int64_t every = integerValue(train->loop, "eval_every");
        if (m_evaluation) {
            const std::int64_t each = every > 0 ? every : m_stepsPerEpoch;
            report.wholeEvaluations = times(all, each) + (each > 0 && all % each == 0 ? 0 : 1);
        }
        report.wholeCheckpoints = times(all, m_job.checkpoint.everySteps);
    }
    report.wholeSteps = all;
    if (all == 0)
        report.unknown.emplace_back(
            "How long a whole run takes: the program does not tell how many steps "
            "it has. slipway.progress(step, steps) does");
    if (train == nullptr)
        report.unknown.emplace_back(
            "What evaluations and checkpoints of a program take, and whether a later batch is larger");
    if (all == 0 || !report.step || !m_begin || !m_end) return;

    const auto whole = [&](double step, double rest) {
        double seconds = rest + static_cast<double>(all) * step;
        if (report.checkpoint && m_job.checkpoint.every.count() > 0)
            seconds += std::floor(seconds / static_cast<double>(m_job.checkpoint.every.count())) *
                       *report.checkpoint;
        return seconds;
    };
    double start = secondsBetween(*m_begin, steps.front().end);
    // The first that a program tells is not the first always, and all before it is part of it.
    if (train == nullptr)
        all = std::max<std::int64_t>(0, all - steps.front().number);
    else
        start -= *report.first;
    double end = secondsBetween(steps.back().end, *m_end);
    // What this run had of them; a whole one has its own number.
    end = train == nullptr ? 0 : end - m_evaluation.value_or(0) - report.checkpoint.value_or(0);
    const double rest = std::max(0.0, start) + std::max(0.0, end) +
                        static_cast<double>(report.wholeEvaluations) * m_evaluation.value_or(0) +
                        static_cast<double>(report.wholeCheckpoints) * report.checkpoint.value_or(0);
    report.whole = SmokeRange{whole(report.step->likely, rest), whole(report.step->low, rest),
                              whole(report.step->high, rest)};
}

void SmokeCount::tellLimit(SmokeReport& report, const Steps& steps) const {
    const double all = sum(steps, &Step::seconds);
    const double asked = static_cast<double>(m_job.resources.cpu.count) / 1000;
    if (m_job.train() != nullptr && all > 0) {
        report.waiting = sum(steps, &Step::waiting) / all;
        report.cores = sum(steps, &Step::cpu) / all;
        report.isCrowded = sum(steps, &Step::delay) / all > kCrowded;
    } else if (m_begin && m_end && m_cpuSeconds > 0 && *m_end > *m_begin) {
        report.cores = m_cpuSeconds / secondsBetween(*m_begin, *m_end);
    }
    const std::string busy =
        report.cores ? coresText(*report.cores) + " of the " + coresText(asked) + " cores asked for are busy"
                     : "";
    if (report.memory && withMargin(*report.memory).count > m_job.resources.memory.count) {
        report.limit = SmokeReport::Limit::Memory;
        report.limitWords = "Memory: at most " + binarySize(*report.memory) + " of the " +
                            binarySize(m_job.resources.memory) +
                            " asked for are held, which leaves little room";
    } else if (report.waiting && *report.waiting >= kWaitingLoader) {
        report.limit = SmokeReport::Limit::Loader;
        report.limitWords = "The loader: a step waits " + percent(*report.waiting) +
                            " of its time for data. More train.loaders may help";
    } else if (report.waiting) {
        report.limit = SmokeReport::Limit::Compute;
        report.limitWords =
            "Compute: a step waits " + percent(*report.waiting) + " of its time for data, and " + busy +
            (report.isCrowded
                 ? "; other work took cores away, so that times and cores are those of a crowded machine"
                 : "");
    } else {
        report.limitWords = "Not known: a program does not tell how long it waits for data" +
                            (busy.empty() ? "" : "; " + busy + ", its start included");
    }
}

void SmokeCount::tellSettings(SmokeReport& report) const {
    const Resources& asked = m_job.resources;
    const auto add = [&](const char* name, std::string value, bool isAsNow) {
        report.settings.push_back({std::string("resources.") + name, std::move(value), isAsNow});
    };
    if (report.memory) {
        const Bytes wanted = withMargin(*report.memory);
        add("memory", quantity(wanted), wanted == asked.memory);
    }
    if (report.cores && asked.cpu.count > 0) {
        // Ranks that keep busy what they asked for may use more; and a few moments, or cores that others use, tell too little.
        const std::int64_t whole =
            1000 * std::max<std::int64_t>(1, std::llround(std::ceil(*report.cores - 0.1)));
        const bool isKept = asked.cpu.count <= 1000 || report.isCrowded ||
                            *report.cores >= kBusy * static_cast<double>(asked.cpu.count) / 1000 ||
                            (m_job.train() == nullptr && report.seconds < kToldEnough);
        const MilliCpu wanted = isKept ? asked.cpu : MilliCpu{std::min(asked.cpu.count, whole)};
        add("cpu", quantity(wanted), wanted == asked.cpu);
    }
    if (report.gpuMemory && asked.gpus > 0 && asked.slice.empty()) {
        const Bytes wanted = withMargin(*report.gpuMemory);
        add("gpu_memory", quantity(wanted), asked.gpuMemory == wanted);
    }
}

SmokeReport SmokeCount::report() const {
    SmokeReport report;
    if (m_begin && m_end) report.seconds = secondsBetween(*m_begin, *m_end);
    report.evaluation = m_evaluation;
    if (m_checkpoint) {
        report.checkpointSize = m_checkpoint->size;
        if (m_job.train() != nullptr) report.checkpoint = m_checkpoint->seconds;
    }
    if (const auto& peak = m_memory.peak()) {
        report.memory = peak->memory;
        report.isMemorySampled = peak->isSampled;
        report.gpuMemory = peak->gpuMemory;
    } else {
        report.unknown.emplace_back("How much memory it holds: the kernel did not tell");
    }
    if (m_job.resources.gpus > 0 && !report.gpuMemory)
        report.unknown.emplace_back(
            "How much GPU memory it holds: the driver does not tell it of its processes");
    if (m_estimate) report.memoryEstimate = Bytes{std::llround(*m_estimate)};
    const Steps steps = m_job.train() != nullptr ? m_steps : programSteps();
    tellSteps(report, steps);
    tellWhole(report, steps);
    tellLimit(report, steps);
    tellSettings(report);
    return report;
}

}  // namespace slipway
