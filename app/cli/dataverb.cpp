// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/modelrunner.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/dataplace.h"
#include "backends/core/units.h"
#include "backends/data/datadescriptionjson.h"
#include "backends/data/datarequest.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kShownClasses = 20;
constexpr std::size_t kShownPlaces = 10;
constexpr int kBarWidth = 30;

struct Options {
    JobArgument job;
    std::string input;
    std::string target;
};

bool isJob(const JobArgument& job) {
    std::error_code failure;
    const auto ending = fs::path(job.path).extension();
    return ending == ".yaml" || ending == ".yml" || fs::exists(fs::path(job.path) / "job.yaml", failure);
}

Result<std::vector<DataPlace>> placesOf(const Options& options) {
    if (isJob(options.job)) {
        SLIPWAY_TRY(const JobSpec job, options.job.load({}));
        SLIPWAY_TRY(auto places, dataPlaces(job, options.job.folder(), options.input));
        if (!options.target.empty())
            for (DataPlace& place : places) place.target = options.target;
        return places;
    }
    std::error_code failure;
    if (!fs::exists(options.job.path, failure))
        return Error{ErrorCode::NotFound, "there is no file or folder " + options.job.path,
                     failure ? failure.message() : "", "Name a job, or data: slipway data PATH"};
    return std::vector<DataPlace>{{{}, options.job.path, {}, options.target}};
}

void printColumns(const DataDescription& data) {
    if (data.columns.empty() || (data.columns.size() < 2 && data.form == "text")) return;
    std::vector<std::vector<std::string>> rows{{"  column", "kind", "missing", "different", "values"}};
    for (const auto& column : data.columns)
        rows.push_back({"  " + printable(column.name), kindText(column), grouped(column.missing),
                        column.distinct ? grouped(*column.distinct) : "many", printable(valuesText(column))});
    printTable(rows);
}

void printClasses(const DescribedPart& part) {
    const std::string name = part.name.empty() ? "classes" : part.name;
    std::printf("%s: %s\n", name.c_str(), many(part.samples, "sample").c_str());
    std::size_t width = 0;
    for (std::size_t i = 0; i < std::min(part.classes.size(), kShownClasses); ++i)
        width = std::max(width, part.classes[i].value.size());
    for (std::size_t i = 0; i < std::min(part.classes.size(), kShownClasses); ++i) {
        const auto& [value, count] = part.classes[i];
        const double share =
            part.samples > 0 ? static_cast<double>(count) / static_cast<double>(part.samples) : 0;
        std::string bar;
        const auto length =
            static_cast<int>(kBarWidth * static_cast<double>(count) /
                             static_cast<double>(std::max<std::int64_t>(part.classes[0].count, 1)));
        for (int j = 0; j < length; ++j) bar += "▇";
        std::printf("  %-*s %10s %5.1f %%  %s\n", static_cast<int>(width), printable(value).c_str(),
                    grouped(count).c_str(), 100 * share, bar.c_str());
    }
    if (part.classes.size() > kShownClasses)
        std::printf("  and %zu more\n", part.classes.size() - kShownClasses);
}

void printDescription(const DataPlace& place, const DataDescription& data) {
    const bool isText = data.form == "text";
    const bool isTable = !isText && !data.columns.empty();
    std::printf(
        "%s%s: %s, %s, %s%s\n", place.input.empty() ? "" : (place.input + " at ").c_str(),
        place.place.c_str(), data.form.c_str(), decimalSize({data.bytes}).c_str(),
        many(data.samples, isText    ? "byte"
                           : isTable ? "row"
                                     : "sample")
            .c_str(),
        isTable ? (", " + many(static_cast<std::int64_t>(data.columns.size()), "column")).c_str() : "");
    for (const auto& [name, value] : data.facts) std::printf("  %-20s %s\n", name.c_str(), value.c_str());
    printColumns(data);
    for (const auto& part : data.parts)
        if (!part.classes.empty()) printClasses(part);
    if (data.faults > 0) std::printf("broken: %s\n", grouped(data.faults).c_str());
    for (std::size_t i = 0; i < std::min(data.firstFaults.size(), kShownPlaces); ++i)
        std::printf("  %s: %s\n", printable(data.firstFaults[i].place).c_str(),
                    printable(data.firstFaults[i].what).c_str());
    if (data.faults > static_cast<std::int64_t>(kShownPlaces))
        std::printf("  and more; --json has the first 100\n");
    if (!data.hints.empty()) std::printf("worth a look:\n");
    for (const auto& hint : data.hints) std::printf("  %s\n", printable(hint).c_str());
}

Result<int> describeAll(Session& session, const Options& options) {
    SLIPWAY_TRY(const auto places, placesOf(options));
    nlohmann::json all = nlohmann::json::array();
    for (const DataPlace& place : places) {
        SLIPWAY_TRY(const RunnerTaskEnd end,
                    runRunnerTask(session, describeWords(place), TaskOutput::Kept, kMaxDescriptionBytes));
        SLIPWAY_TRY(const DataDescription data, descriptionOf(end.out));
        if (!session.isJson) {
            printDescription(place, data);
            continue;
        }
        nlohmann::json one = descriptionJson(data);
        for (auto& picture : one["pictures"]) picture.erase("pixels");
        one["place"] = place.place.string();
        if (!place.input.empty()) one["input"] = place.input;
        all.push_back(std::move(one));
    }
    if (session.isJson) printJson(all);
    return 0;
}

}  // namespace

Verb dataVerb() {
    return {"data", "What training data hold: columns, classes, what is missing or broken",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("data", options->job.path,
                               "A job, whose input is looked at, or a file or folder of data");
                app.add_option("--input", options->input, "Of a job: this one of its inputs");
                app.add_option("--target", options->target,
                               "A table's column whose values are classes; a job names its own");
                app.add_option("--set", options->job.overrides, "Change a setting of the job")
                    ->type_name("PATH=VALUE");
                return [options](Session& session) { return describeAll(session, *options); };
            }};
}

}  // namespace slipway::cli
