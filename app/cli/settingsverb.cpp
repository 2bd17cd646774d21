// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/spec/preferencefile.h"

namespace slipway::cli {
namespace {

struct Options {
    std::string name;
    std::string value;
    bool hasValue = false;
    bool isDefault = false;
};

nlohmann::json valueJson(const ParameterValue& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::get<std::string>(value);
}

// "50 GiB"; "–": nothing is set.
std::string valueText(const Parameter& parameter, const ParameterValue& value) {
    const auto* real = std::get_if<double>(&value);
    if (value == ParameterValue(0.0) || value == ParameterValue(std::string())) return "–";
    if (real == nullptr) return std::get<std::string>(value);
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.10g", *real);
    return std::string(number.data()) + " " + parameter.unit;
}

nlohmann::json settingJson(const Parameter& parameter, const ParameterValues& values) {
    return {{"value", valueJson(values.at(parameter.name))},
            {"default", valueJson(*parameter.fallback)},
            {"unit", parameter.unit},
            {"help", parameter.help}};
}

Result<int> printAll(const Session& session) {
    SLIPWAY_TRY(const ParameterValues values, loadPreferences(session.home));
    nlohmann::json json = {{"file", preferenceFile(session.home).string()},
                           {"settings", nlohmann::json::object()}};
    std::vector<std::vector<std::string>> rows{{"SETTING", "VALUE", "WHAT"}};
    for (const std::string& name : preferenceNames()) {
        const Parameter& parameter = *findPreference(name);
        json["settings"][name] = settingJson(parameter, values);
        rows.push_back({name, valueText(parameter, values.at(name)), parameter.help});
    }
    if (session.isJson)
        printJson(json);
    else
        printTable(rows);
    return 0;
}

Result<int> settings(const Session& session, const Options& options) {
    if (options.name.empty()) return printAll(session);
    const Parameter* parameter = findPreference(options.name);
    if (options.isDefault || options.hasValue || parameter == nullptr) {
        SLIPWAY_CHECK(setPreference(session.home, options.name, options.isDefault ? "" : options.value));
    }
    SLIPWAY_TRY(const ParameterValues values, loadPreferences(session.home));
    if (session.isJson)
        printJson(settingJson(*parameter, values));
    else
        std::puts(valueText(*parameter, values.at(options.name)).c_str());
    return 0;
}

}  // namespace

Verb settingsVerb() {
    return {"settings", "What is set once for all jobs: disk budget, registry, prices",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("name", options->name, "The setting; without one all of them");
                auto* value =
                    app.add_option("value", options->value, "What it is to be; without one it is printed");
                app.add_flag("--default", options->isDefault, "Back to its default")->excludes(value);
                return [options, value](Session& session) {
                    options->hasValue = value->count() > 0;
                    return settings(session, *options);
                };
            }};
}

}  // namespace slipway::cli
