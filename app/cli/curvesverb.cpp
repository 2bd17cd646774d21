// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/curvetext.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/nearestname.h"
#include "backends/core/units.h"
#include "backends/exchange/runexport.h"

namespace slipway::cli {
namespace {

constexpr std::size_t kPoints = 2000;  // of a curve; lows and highs of more

struct Options {
    std::string run = "last";
    std::string metric;
    bool isCsv = false;
};

nlohmann::json curveJson(const CurvePyramid& curve, const std::vector<CurvePoint>& points) {
    const auto [low, high] = extremesOf(points);
    nlohmann::json list = nlohmann::json::array();
    for (const CurvePoint& point : points) list.push_back({point.step, numberJson(point.value)});
    return {{"count", curve.size()},
            {"last", {{"step", curve.last()->step}, {"value", numberJson(curve.last()->value)}}},
            {"min", numberJson(low)},
            {"max", numberJson(high)},
            {"points", std::move(list)}};
}

void printCurve(const std::string& name, const CurvePyramid& curve, const std::vector<CurvePoint>& points) {
    const auto [low, high] = extremesOf(points);
    std::printf("%s  last %.6g at step %lld, min %.6g, max %.6g, %s\n", name.c_str(), curve.last()->value,
                static_cast<long long>(curve.last()->step), low, high,
                counted(static_cast<std::int64_t>(curve.size()), "point").c_str());
    for (const std::string& line : curveText(points)) std::printf("  %s\n", line.c_str());
}

Error noSuchMetric(const CurveStore& store, const Options& options) {
    std::vector<std::string> known;
    for (const auto& [name, curve] : store.curves()) known.push_back(name);
    if (known.empty()) return {ErrorCode::NotFound, "the run has told no metrics yet", "", ""};
    const auto nearest = nearestName(options.metric, known);
    return {ErrorCode::NotFound, "the run tells no \"" + options.metric.substr(0, 80) + "\"",
            nearest ? "did you mean " + *nearest + "?" : "",
            "See its metrics with: slipway curves " + options.run};
}

Result<int> curves(Session& session, const Options& options) {
    SLIPWAY_TRY(const RunStore runs, session.store());
    SLIPWAY_TRY(const RunFolder folder, runs.find(options.run));
    static_cast<void>(freshRecord(session, folder));  // what a cluster told meanwhile
    SLIPWAY_TRY(const CurveStore store, CurveStore::open(folder));
    if (options.metric.empty() ? store.curves().empty() : !store.curves().contains(options.metric))
        return noSuchMetric(store, options);
    if (options.isCsv) {
        SLIPWAY_CHECK(curvesAsCsv(store, options.metric, [](std::string_view text) -> Result<void> {
            if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
            return errnoError("cannot write", errno);
        }));
        return 0;
    }
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, curve] : store.curves()) {
        if (!options.metric.empty() && name != options.metric) continue;
        SLIPWAY_TRY(const std::vector<CurvePoint> points, curve.points({}, kPoints));
        if (session.isJson)
            json[name] = curveJson(curve, points);
        else
            printCurve(name, curve, points);
    }
    if (session.isJson) printJson({{"metrics", std::move(json)}});
    return 0;
}

}  // namespace

Verb curvesVerb() {
    return {"curves", "Show a run's curves in the terminal, or as CSV", [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_option("--metric", options->metric, "One of them: loss");
                app.add_flag("--csv", options->isCsv, "Every point: metric,step,seconds,value");
                return [options](Session& session) { return curves(session, *options); };
            }};
}

}  // namespace slipway::cli
