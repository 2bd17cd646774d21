// SPDX-License-Identifier: Apache-2.0
#include "backends/services/comparedcurves.h"

#include "backends/runs/runtail.h"
#include "backends/runs/thincurve.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace slipway {
namespace {

Error cancelled() { return {ErrorCode::Cancelled, "cancelled", "", ""}; }

// The points of the range and one on each side.
void cut(std::vector<CurvePoint>& points, const StepRange& range) {
    const auto begin = std::ranges::lower_bound(points, range.from, {}, &CurvePoint::step);
    const auto end = std::ranges::upper_bound(points, range.to, {}, &CurvePoint::step);
    std::vector<CurvePoint> kept(begin == points.begin() ? begin : begin - 1,
                                 end == points.end() ? end : end + 1);
    points = std::move(kept);
}

// The first point of the curve at or after that second; seconds rise, since steps are told one after the other.
Result<std::int64_t> stepAt(const CurvePyramid& curve, double seconds) {
    std::size_t begin = 0, end = curve.size();
    std::int64_t step = curve.last()->step;
    while (begin < end) {
        const std::size_t middle = begin + (end - begin) / 2;
        SLIPWAY_TRY(const auto point, curve.slice(middle, middle + 1));
        if (point.front().seconds < seconds) {
            begin = middle + 1;
        } else {
            step = point.front().step;
            end = middle;
        }
    }
    return step;
}

std::int64_t stepOf(double step) {
    constexpr double kMost = 9e18;
    return static_cast<std::int64_t>(std::clamp(step, -kMost, kMost));
}

}  // namespace

void smooth(std::vector<CurvePoint>& points, double weight, double gap) {
    if (weight <= 0) return;
    const double decay = std::pow(std::min(weight, 0.999), std::max(gap, 1.0));
    double average = 0, debias = 1;
    for (CurvePoint& point : points) {
        if (!std::isfinite(point.value)) continue;
        average = average * decay + (1 - decay) * point.value;
        debias *= decay;
        point.value = average / (1 - debias);
    }
}

double ComparedCurves::Scale::at(const CurvePoint& point) const {
    switch (axis) {
        case CurveAxis::Time: return point.seconds;
        case CurveAxis::Epoch: return static_cast<double>(point.step) / stepsPerEpoch;
        case CurveAxis::Step: break;
    }
    return static_cast<double>(point.step);
}

Result<ComparedCurves> ComparedCurves::open(const std::filesystem::path& home, const std::vector<RunId>& runs,
                                            const std::stop_token& stop) {
    SLIPWAY_TRY(const RunStore store, RunStore::open(home));
    SLIPWAY_TRY(const std::vector<RunRecord> records, store.list());
    std::map<RunId, const RunRecord*> known;
    for (const RunRecord& record : records) known.emplace(record.id, &record);
    ComparedCurves compared;
    for (const RunId& run : runs) {
        if (stop.stop_requested()) return cancelled();
        const auto found = known.find(run);
        if (found == known.end())
            return Error{ErrorCode::NotFound, "there is no run " + run.str() + " any more", "",
                         "Choose others in the list of runs"};
        RunFolder folder(home / "runs" / std::to_string(found->second->number));
        SLIPWAY_TRY(CurveStore curves, CurveStore::open(folder));
        compared.m_records.push_back(*found->second);
        compared.m_folders.push_back(std::move(folder));
        compared.m_stores.push_back(std::move(curves));
    }
    compared.m_stepsPerEpoch.resize(runs.size());
    return compared;
}

std::vector<std::string> ComparedCurves::metrics() const {
    std::set<std::string> names;
    for (const CurveStore& store : m_stores)
        for (const auto& [name, curve] : store.curves()) names.insert(name);
    return {names.begin(), names.end()};
}

// As the run's progress told it; 0: it told no epochs.
double ComparedCurves::stepsPerEpoch(std::size_t run) {
    std::optional<double>& known = m_stepsPerEpoch[run];
    if (known) return *known;
    known = 0;
    for (const Event& event : runTail(m_folders[run], 0))
        if (const auto* progress = std::get_if<ProgressEvent>(&event.body); progress && progress->epoch > 0)
            known = static_cast<double>(progress->step) / progress->epoch;
    return *known;
}

Result<StepRange> ComparedCurves::stepsOf(const CurvePyramid& curve, const Scale& scale,
                                          const std::optional<CurveRange>& range) const {
    StepRange steps;
    if (!range) return steps;
    if (scale.axis == CurveAxis::Time) {
        SLIPWAY_TRY(steps.from, stepAt(curve, range->from));
        SLIPWAY_TRY(steps.to, stepAt(curve, range->to));
        return steps;
    }
    const double perUnit = scale.axis == CurveAxis::Epoch ? scale.stepsPerEpoch : 1;
    steps.from = stepOf(std::ceil(range->from * perUnit));
    steps.to = stepOf(std::floor(range->to * perUnit));
    return steps;
}

Result<CurveAnswer> ComparedCurves::read(const CurveQuestion& question, const std::stop_token& stop) {
    CurveAnswer answer{question, std::vector<ComparedCurve>(m_stores.size()), {0, 0}};
    std::size_t all = 0;
    for (const CurveStore& store : m_stores)
        if (const auto found = store.curves().find(question.metric); found != store.curves().end())
            all += found->second.size();
    const bool isExact = question.smoothing > 0 && all <= kMostSmoothedExactly;
    for (std::size_t run = 0; run < m_stores.size(); ++run) {
        if (stop.stop_requested()) return cancelled();
        const auto found = m_stores[run].curves().find(question.metric);
        if (found == m_stores[run].curves().end()) continue;
        const CurvePyramid& curve = found->second;
        const Scale scale{question.axis, question.axis == CurveAxis::Epoch ? stepsPerEpoch(run) : 0};
        if (question.axis == CurveAxis::Epoch && scale.stepsPerEpoch <= 0) continue;
        SLIPWAY_TRY(const StepRange steps, stepsOf(curve, scale, question.range));
        std::vector<CurvePoint> points;
        if (isExact) {
            SLIPWAY_TRY(points, curve.slice(0, curve.size()));
        } else {
            SLIPWAY_TRY(points, curve.points(question.smoothing > 0 ? StepRange{} : steps, question.points));
        }
        smooth(
            points, question.smoothing,
            static_cast<double>(curve.size()) / static_cast<double>(std::max<std::size_t>(points.size(), 1)));
        if (question.smoothing > 0) cut(points, steps);
        ComparedCurve& drawn = answer.curves[run];
        for (const CurvePoint& point : thinned(std::move(points), question.points)) {
            drawn.x.push_back(scale.at(point));
            drawn.y.push_back(point.value);
        }
        SLIPWAY_TRY(const auto first, curve.slice(0, 1));
        answer.extent.from = std::min(answer.extent.from, scale.at(first.front()));
        answer.extent.to = std::max(answer.extent.to, scale.at(*curve.last()));
    }
    return answer;
}

Result<void> ComparedCurves::writeCsv(const std::string& metric, const std::filesystem::path& file,
                                      const std::stop_token& stop) const {
    const std::filesystem::path part = file.string() + ".part";
    auto written = writeRows(metric, part, stop);
    std::error_code failure;
    if (written) std::filesystem::rename(part, file, failure);
    if (written && !failure) return {};
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    return written ? errnoError("cannot write " + file.string(), failure.value()) : written;
}

Result<void> ComparedCurves::writeRows(const std::string& metric, const std::filesystem::path& file,
                                       const std::stop_token& stop) const {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
    const auto failure = [&file] {
        return Error{ErrorCode::Io, "cannot write " + file.string(), "", "Choose another folder"};
    };
    if (!out || std::fputs("run,step,seconds,value\n", out.get()) < 0) return failure();
    constexpr std::size_t kAtOnce = 1 << 16;
    for (std::size_t run = 0; run < m_stores.size(); ++run) {
        const auto found = m_stores[run].curves().find(metric);
        if (found == m_stores[run].curves().end()) continue;
        const CurvePyramid& curve = found->second;
        for (std::size_t at = 0; at < curve.size(); at += kAtOnce) {
            if (stop.stop_requested()) return cancelled();
            SLIPWAY_TRY(const auto points, curve.slice(at, std::min(at + kAtOnce, curve.size())));
            for (const CurvePoint& point : points)
                if (std::fprintf(out.get(), "%lld,%lld,%.17g,%.17g\n",
                                 static_cast<long long>(m_records[run].number),
                                 static_cast<long long>(point.step), point.seconds, point.value) < 0)
                    return failure();
        }
    }
    if (std::fflush(out.get()) != 0 || ::fsync(::fileno(out.get())) != 0) return failure();
    return {};
}

}  // namespace slipway
