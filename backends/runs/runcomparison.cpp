// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runcomparison.h"

#include "backends/runs/curvestore.h"
#include "backends/runs/eventfile.h"
#include "backends/runs/runsettings.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace slipway {
namespace {

using Texts = std::map<std::string, std::string>;

struct ComparedRun {
    RunRecord record;
    Texts settings;
    Texts environment;
    Texts digests;
    CurveStore curves;
};

Result<void> readEvents(const RunFolder& folder, ComparedRun& facts) {
    for (const auto& [rank, file] : eventFiles(folder.path())) {
        const std::string prefix = "rank " + std::to_string(rank) + " ";
        SLIPWAY_CHECK(readRareEvents(file, [&](const Event& event) {
            if (const auto* input = std::get_if<InputEvent>(&event.body)) {
                facts.digests["input " + input->name] = input->digest;
            } else if (const auto* result = std::get_if<ResultEvent>(&event.body)) {
                for (const ResultFile& one : result->files)
                    facts.digests["result " + one.path] = one.digest.str();
            } else if (const auto* started = std::get_if<RankStartedEvent>(&event.body)) {
                facts.environment[prefix + "host"] = started->host;
                if (!started->device.empty()) facts.environment[prefix + "device"] = started->device;
            }
        }));
    }
    return {};
}

Result<ComparedRun> factsOf(const RunFolder& folder) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SLIPWAY_TRY(const Texts settings, runSettings(folder));
    SLIPWAY_TRY(CurveStore curves, CurveStore::open(folder));
    ComparedRun facts{record, settings, {}, {}, std::move(curves)};
    facts.environment = {{"target", record.target.str()}, {"ranks", std::to_string(record.replicas)}};
    if (!record.image.empty()) facts.environment["image"] = record.image;
    SLIPWAY_CHECK(readEvents(folder, facts));
    return facts;
}

std::vector<RunDifference> differences(const std::vector<ComparedRun>& runs, Texts ComparedRun::*texts) {
    std::set<std::string> names;
    for (const ComparedRun& run : runs)
        for (const auto& [name, text] : run.*texts) names.insert(name);
    std::vector<RunDifference> found;
    for (const std::string& name : names) {
        RunDifference difference{name, {}};
        for (const ComparedRun& run : runs) {
            const auto at = (run.*texts).find(name);
            difference.values.push_back(at == (run.*texts).end() ? std::nullopt : std::optional(at->second));
        }
        if (std::ranges::adjacent_find(difference.values, std::not_equal_to{}) != difference.values.end())
            found.push_back(std::move(difference));
    }
    return found;
}

// The points of a curve one after the other, in bounded memory.
class Walk {
public:
    explicit Walk(const CurvePyramid& curve) : m_curve(curve) {}
    // None at the end.
    Result<std::optional<CurvePoint>> next() {
        constexpr std::size_t kAtOnce = 1 << 16;
        if (m_at == m_points.size()) {
            m_begin += m_points.size();
            m_at = 0;
            SLIPWAY_TRY(m_points, m_curve.slice(m_begin, std::min(m_begin + kAtOnce, m_curve.size())));
            if (m_points.empty()) return std::optional<CurvePoint>();
        }
        return std::optional(m_points[m_at++]);
    }

private:
    const CurvePyramid& m_curve;
    std::vector<CurvePoint> m_points;
    std::size_t m_begin = 0;
    std::size_t m_at = 0;
};

bool isSame(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool isNear(double a, double b) {
    if (!std::isfinite(a) || !std::isfinite(b)) return isSame(a, b);
    return std::abs(a - b) <= kPartingTolerance * std::max(std::abs(a), std::abs(b));
}

Result<MetricPartings> partingsOf(const CurvePyramid& first, const CurvePyramid& other) {
    MetricPartings partings;
    Walk a(first), b(other);
    SLIPWAY_TRY(std::optional<CurvePoint> x, a.next());
    SLIPWAY_TRY(std::optional<CurvePoint> y, b.next());
    while (x && y) {
        const std::int64_t step = std::max(x->step, y->step);
        if (x->step == y->step) {
            ++partings.steps;
            const Parting parting{step, x->value, y->value};
            if (!partings.exact && !isSame(x->value, y->value)) partings.exact = parting;
            if (!partings.visible && !isNear(x->value, y->value)) partings.visible = parting;
        }
        const bool isXDone = x->step <= y->step, isYDone = y->step <= x->step;
        if (isXDone) {
            SLIPWAY_TRY(x, a.next());
        }
        if (isYDone) {
            SLIPWAY_TRY(y, b.next());
        }
    }
    return partings;
}

Error cancelled() { return {ErrorCode::Cancelled, "the comparison was cancelled", "", ""}; }

Result<MetricComparison> compareMetric(const std::string& metric, const std::vector<ComparedRun>& runs,
                                       const std::stop_token& stop) {
    MetricComparison comparison{metric, {}, {}};
    std::vector<const CurvePyramid*> curves;
    for (const ComparedRun& run : runs) {
        const auto found = run.curves.curves().find(metric);
        curves.push_back(found == run.curves.curves().end() ? nullptr : &found->second);
        comparison.last.push_back(curves.back() == nullptr ? std::nullopt : curves.back()->last());
    }
    for (std::size_t i = 1; i < curves.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        MetricPartings partings;
        if (curves.front() != nullptr && curves[i] != nullptr) {
            SLIPWAY_TRY(partings, partingsOf(*curves.front(), *curves[i]));
        }
        comparison.partings.push_back(partings);
    }
    return comparison;
}

}  // namespace

Result<RunComparison> compareRuns(std::span<const RunFolder> folders, const std::stop_token& stop) {
    std::vector<ComparedRun> runs;
    std::set<std::string> metrics;
    RunComparison comparison;
    for (const RunFolder& folder : folders) {
        if (stop.stop_requested()) return cancelled();
        SLIPWAY_TRY(ComparedRun facts, factsOf(folder));
        for (const auto& [name, curve] : facts.curves.curves()) metrics.insert(name);
        comparison.runs.push_back(facts.record);
        runs.push_back(std::move(facts));
    }
    comparison.settings = differences(runs, &ComparedRun::settings);
    comparison.environment = differences(runs, &ComparedRun::environment);
    comparison.digests = differences(runs, &ComparedRun::digests);
    for (std::size_t i = 1; i < folders.size(); ++i) {
        std::optional<CodeDiff>& diff = comparison.code.emplace_back();
        if (i >= kMostDiffedRuns) continue;
        SLIPWAY_TRY(diff, codeDiff(folders.front(), folders[i], stop));
    }
    for (const std::string& metric : metrics) {
        SLIPWAY_TRY(MetricComparison one, compareMetric(metric, runs, stop));
        comparison.metrics.push_back(std::move(one));
    }
    return comparison;
}

}  // namespace slipway
