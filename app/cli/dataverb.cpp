// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/modelrunner.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/data/datadescriptionjson.h"
#include "backends/data/datarequest.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kShownCommon = 4;
constexpr std::size_t kShownClasses = 20;
constexpr std::size_t kShownPlaces = 10;
constexpr int kBarWidth = 30;

struct Options {
    JobArgument job;
    std::string input;
    std::string target;
};

struct Place {
    std::string name;  // of a job's input; empty: none
    fs::path place;
    std::string form;  // empty: what it looks like
    std::string target;
};

bool isJob(const JobArgument& job) {
    std::error_code failure;
    const auto ending = fs::path(job.path).extension();
    return ending == ".yaml" || ending == ".yml" || fs::exists(fs::path(job.path) / "job.yaml", failure);
}

Result<std::vector<Place>> placesOf(const Options& options) {
    if (!isJob(options.job)) {
        std::error_code failure;
        if (!fs::exists(options.job.path, failure))
            return Error{ErrorCode::NotFound, "there is no file or folder " + options.job.path,
                         failure ? failure.message() : "", "Name a job, or data: slipway data PATH"};
        return std::vector<Place>{{{}, options.job.path, {}, options.target}};
    }
    SLIPWAY_TRY(const JobSpec job, options.job.load({}));
    std::vector<Place> places;
    for (const InputSpec& input : job.inputs) {
        Place place{input.name, input.source, {}, options.target};
        const bool isTrained =
            job.train() != nullptr && input.name == textValue(job.train()->data.values, "input");
        if (options.input.empty() ? job.train() != nullptr && !isTrained : input.name != options.input)
            continue;
        if (!schemeOf(input.source).empty())
            return Error{ErrorCode::InvalidArgument,
                         "input " + input.name + " is at " + input.source + ", not on this machine", "",
                         "Name a copy: slipway data PATH"};
        if (place.place.is_relative()) place.place = options.job.folder() / place.place;
        if (isTrained) place.form = job.train()->data.type;
        if (isTrained && place.target.empty() && place.form == "table")
            place.target = textValue(job.train()->data.values, "target");
        places.push_back(std::move(place));
    }
    if (places.empty())
        return Error{
            ErrorCode::NotFound,
            options.input.empty() ? "the job names no inputs" : "the job has no input " + options.input, "",
            "Name a file or folder: slipway data PATH"};
    return places;
}

std::string lastColumn(const DescribedColumn& column) {
    std::string text;
    if (column.numbers) {
        const NumberRange& numbers = *column.numbers;
        return valueText(numbers.low) + " to " + valueText(numbers.high) + ", mean " +
               valueText(numbers.mean) + " ± " + valueText(numbers.deviation);
    }
    for (std::size_t i = 0; i < std::min(column.common.size(), kShownCommon); ++i)
        text +=
            (i == 0 ? "" : ", ") + printable(column.common[i].value) + " " + grouped(column.common[i].count);
    const auto more = column.distinct.value_or(0) - static_cast<std::int64_t>(kShownCommon);
    return more > 0 ? text + " and " + grouped(more) + " more" : text;
}

void printColumns(const DataDescription& data) {
    if (data.columns.empty() || (data.columns.size() < 2 && data.form == "text")) return;
    std::vector<std::vector<std::string>> rows{{"  column", "kind", "missing", "different", "values"}};
    for (const auto& column : data.columns)
        rows.push_back(
            {"  " + printable(column.name),
             column.kind == ColumnKind::Other ? column.fileType : std::string(columnKindName(column.kind)),
             grouped(column.missing), column.distinct ? grouped(*column.distinct) : "many",
             lastColumn(column)});
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

void printDescription(const Place& place, const DataDescription& data) {
    const bool isText = data.form == "text";
    const bool isTable = !isText && !data.columns.empty();
    std::printf(
        "%s%s: %s, %s, %s%s\n", place.name.empty() ? "" : (place.name + " at ").c_str(), place.place.c_str(),
        data.form.c_str(), decimalSize({data.bytes}).c_str(),
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
    for (const Place& place : places) {
        std::vector<std::string> words{"describe", "--data=" + place.place.string()};
        if (!place.form.empty()) words.push_back("--form=" + place.form);
        if (!place.target.empty()) words.push_back("--target=" + place.target);
        SLIPWAY_TRY(const RunnerTaskEnd end,
                    runRunnerTask(session, std::move(words), TaskOutput::Kept, kMaxDescriptionBytes));
        SLIPWAY_TRY(const DataDescription data, descriptionOf(end.out));
        if (!session.isJson) {
            printDescription(place, data);
            continue;
        }
        nlohmann::json one = descriptionJson(data);
        one["place"] = place.place.string();
        if (!place.name.empty()) one["input"] = place.name;
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
