// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/evaluationtext.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/diagnosis/steptimes.h"
#include "backends/programs/programenvironment.h"
#include "backends/runs/curvestore.h"
#include "backends/runs/evaluationfile.h"
#include "backends/runs/importedrun.h"
#include "backends/runs/lostevents.h"
#include "backends/runs/runcost.h"
#include "backends/runs/runenergy.h"
#include "backends/runs/runmemory.h"
#include "backends/spec/preferencefile.h"

namespace slipway::cli {
namespace {

void printText(const RunRecord& record, const RunFolder& folder, const ProgramEnvironment& environment,
               const std::map<std::string, CurvePyramid>& curves) {
    std::printf("#%lld %s\n", static_cast<long long>(record.number), record.id.str().c_str());
    std::printf("  state    %s %s\n", stateGlyph(record.status.state).c_str(),
                statusText(record.status).c_str());
    std::printf("  where    %s\n", record.target.str().c_str());
    std::printf("  created  %s\n", localTime(record.created).c_str());
    if (record.started) std::printf("  started  %s\n", localTime(*record.started).c_str());
    if (record.ended) std::printf("  ended    %s\n", localTime(*record.ended).c_str());
    if (const auto duration = runDuration(record)) std::printf("  duration %s\n", duration->c_str());
    if (!record.image.empty()) std::printf("  image    %s\n", record.image.c_str());
    if (!record.resultReference.empty()) std::printf("  result   %s\n", record.resultReference.c_str());
    std::printf("  folder   %s\n", folder.path().c_str());
    if (const std::string words = environmentWords(environment); !words.empty())
        std::printf("  with     %s\n", words.c_str());
    for (const auto& [name, curve] : curves) {
        std::printf("  %-16s %.6g at step %lld (%s)\n", name.c_str(), curve.last()->value,
                    static_cast<long long>(curve.last()->step),
                    counted(static_cast<std::int64_t>(curve.size()), "point").c_str());
    }
}

void printImported(const ImportedRun& imported) {
    std::printf("  source   %s, %s\n", imported.name.c_str(), imported.source.c_str());
    for (const auto& [name, value] : imported.parameters)
        std::printf("  %-16s %s\n", name.c_str(), value.c_str());
}

nlohmann::json importedJson(const ImportedRun& imported) {
    return {{"name", imported.name},
            {"source", imported.source},
            {"parameters", imported.parameters},
            {"tags", imported.tags}};
}

// What its events tell of it that no failure is.
struct Course {
    EnergySum energy;
    MemoryPeaks memory;
    StepTimes steps;
    std::optional<CheckpointEvent> best;
};

Result<Course> courseOf(const RunFolder& folder) {
    Course course;
    EventReader reader(folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) return course;
        for (const Event& event : events) {
            course.energy.take(event);
            course.memory.take(event);
            course.steps.take(event);
            const auto* checkpoint = std::get_if<CheckpointEvent>(&event.body);
            if (checkpoint != nullptr && !checkpoint->best.empty()) course.best = *checkpoint;
        }
    }
}

// What the best checkpoint's metric was at its step; none where the curve does not have it.
std::optional<double> bestValue(const CheckpointEvent& best,
                                const std::map<std::string, CurvePyramid>& curves) {
    const auto curve = curves.find(best.best);
    if (curve == curves.end()) return std::nullopt;
    const auto points = curve->second.points({best.step, best.step}, 16);
    for (const CurvePoint& point : points ? *points : std::vector<CurvePoint>())
        if (point.step == best.step) return point.value;
    return std::nullopt;
}

void printCourse(const Course& course, const std::map<std::string, CurvePyramid>& curves, Bytes asked,
                 int ranks) {
    if (const auto& peak = course.memory.peak())
        std::printf("  memory   peak %s\n", memoryInWords(*peak, asked, ranks).c_str());
    if (const auto& best = course.best) {
        const auto value = bestValue(*best, curves);
        std::printf("  best     %s%s at step %s, kept as %s\n", best->best.c_str(),
                    value ? (" " + metricText(*value)).c_str() : "", grouped(best->step).c_str(),
                    best->path.c_str());
    }
    if (const auto& change = course.steps.newest())
        std::printf("  speed    %s\n", stepTimeInWords(*change).c_str());
    if (const auto energy = course.energy.total())
        std::printf("  energy   %s\n", energyInWords(*energy).c_str());
}

nlohmann::json stepTimeJson(const StepTimeChange& change) {
    nlohmann::json json = {
        {"factor", change.factor}, {"step", change.step}, {"throttling", change.throttling}};
    if (change.endStep > 0) json["endStep"] = change.endStep;
    return json;
}

nlohmann::json memoryJson(const MemoryPeak& peak, Bytes asked) {
    nlohmann::json json = {{"peak", peak.memory.count}, {"rank", peak.rank}, {"sampled", peak.isSampled}};
    if (asked.count > 0) json["asked"] = asked.count;
    if (peak.gpuMemory) json["gpuPeak"] = peak.gpuMemory->count;
    return json;
}

nlohmann::json energyJson(const EnergyEvent& energy) {
    nlohmann::json json = nlohmann::json::object();
    if (energy.gpuJoules) json["gpuJoules"] = *energy.gpuJoules;
    if (energy.cpuJoules) json["cpuJoules"] = *energy.cpuJoules;
    if (!energy.unknown.empty()) json["unknown"] = energy.unknown;
    return json;
}

nlohmann::json costJson(const RunCost& cost) {
    nlohmann::json json = {{"currency", cost.currency}};
    if (cost.devices) json["devices"] = *cost.devices;
    if (cost.energy) json["energy"] = *cost.energy;
    if (cost.carbon) json["carbonGrams"] = *cost.carbon;
    return json;
}

constexpr std::size_t kMaxLostLines = 5;
constexpr std::size_t kMaxShownPoints = 20000;  // of a curve; lows and highs of more

void printLostEvents(const std::vector<LostEvents>& lost) {
    for (std::size_t i = 0; i < std::min(lost.size(), kMaxLostLines); ++i)
        std::printf("  log      %s\n", lostEventsInWords(lost[i]).c_str());
    if (lost.size() > kMaxLostLines)
        std::printf("  log      and so in %zu more places\n", lost.size() - kMaxLostLines);
}

nlohmann::json lostEventsJson(const std::vector<LostEvents>& lost) {
    nlohmann::json list = nlohmann::json::array();
    for (const LostEvents& one : lost)
        list.push_back(
            {{"rank", one.rank}, {"attempt", one.attempt}, {"first", one.first}, {"last", one.last}});
    return list;
}

Result<int> show(Session& session, const std::string& name, bool hasCurves) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(name));
    SLIPWAY_TRY(RunRecord record, folder.record());
    const auto fresh = freshRecord(session, folder);
    if (fresh)
        record = *fresh;
    else
        std::fprintf(stderr, "slipway: the state may be old: %s\n", describe(fresh.error()).c_str());
    SLIPWAY_TRY(const CurveStore curves, CurveStore::open(folder));
    SLIPWAY_TRY(const auto findings, diagnoseRun(folder, session.stop.get_token()));
    SLIPWAY_TRY(const auto lost, lostEvents(folder));
    const auto evaluation = readEvaluation(folder.resultFolder());
    const auto environment = keptEnvironment(folder.path());
    const auto preferences = loadPreferences(session.home);
    for (const Error* problem :
         {evaluation ? nullptr : &evaluation.error(), environment ? nullptr : &environment.error(),
          preferences ? nullptr : &preferences.error()})
        if (problem) std::fprintf(stderr, "slipway: %s\n", describe(*problem).c_str());
    SLIPWAY_TRY(const Course course, courseOf(folder));
    std::optional<ImportedRun> imported;
    if (isImported(record)) {
        SLIPWAY_TRY(imported, importedRun(folder));
    }
    const auto job = jobOf(folder);
    const Bytes asked = job ? job->resources.memory : Bytes{};
    const RunCost cost = costOf(record, job ? job->resources : Resources{}, course.energy.total(),
                                preferences ? *preferences : defaultPreferences());
    const std::string costWords = costInWords(cost);
    if (!session.isJson) {
        printText(record, folder, environment ? *environment : ProgramEnvironment{}, curves.curves());
        if (imported) printImported(*imported);
        printCourse(course, curves.curves(), asked, record.replicas);
        if (!costWords.empty()) std::printf("  cost     %s\n", costWords.c_str());
        if (evaluation && *evaluation) printParts(**evaluation);
        printLostEvents(lost);
        printFindings(findings);
        return 0;
    }
    nlohmann::json json = runJson(record);
    if (!fresh) {
        json["stale"] = true;
        json["staleReason"] = errorJson(fresh.error());
    }
    json["folder"] = folder.path().string();
    json["findings"] = findingsJson(findings);
    if (imported) json["imported"] = importedJson(*imported);
    if (const auto& peak = course.memory.peak()) json["memory"] = memoryJson(*peak, asked);
    if (const auto energy = course.energy.total()) json["energy"] = energyJson(*energy);
    if (!costWords.empty()) json["cost"] = costJson(cost);
    if (const auto& best = course.best) {
        json["best"] = {{"metric", best->best}, {"step", best->step}, {"checkpoint", best->path}};
        if (const auto value = bestValue(*best, curves.curves())) json["best"]["value"] = numberJson(*value);
    }
    if (const auto& change = course.steps.newest()) json["slower"] = stepTimeJson(*change);
    if (environment && environment->python)
        json["environment"] = nlohmann::json::parse(encodeEnvironment(*environment));
    if (!lost.empty()) json["lostEvents"] = lostEventsJson(lost);
    nlohmann::json& metrics = json["metrics"] = nlohmann::json::object();
    for (const auto& [metric, curve] : curves.curves()) {
        nlohmann::json& one =
            metrics[metric] = {{"step", curve.last()->step}, {"value", curve.last()->value}};
        if (!hasCurves) continue;
        SLIPWAY_TRY(const std::vector<CurvePoint> points, curve.points({}, kMaxShownPoints));
        nlohmann::json& list = one["points"] = nlohmann::json::array();
        for (const CurvePoint& point : points) list.push_back({point.step, point.value});
    }
    printJson(json);
    return 0;
}

}  // namespace

Verb showVerb() {
    return {"show", "Show one run: state, place, last values", [](CLI::App& app) -> VerbAction {
                struct Options {
                    std::string run = "last";
                    bool hasCurves = false;
                };
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_flag("--curves", options->hasCurves, "With --json: the points of every curve");
                return
                    [options](Session& session) { return show(session, options->run, options->hasCurves); };
            }};
}

}  // namespace slipway::cli
