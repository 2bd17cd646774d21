// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jobschema.h"

#include "backends/core/jobspec.h"
#include "backends/core/modeltypes.h"
#include "backends/spec/specreader.h"

#include <nlohmann/json.hpp>

#include <span>

namespace slipway {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kLabel = "^[a-z]([a-z0-9-]*[a-z0-9])?$";
constexpr const char* kVariable = "^[A-Za-z_][A-Za-z0-9_]*$";
constexpr const char* kAmount = R"(^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$)";
constexpr const char* kTime = "^[0-9]+(s|m|min|h|d)?$";

Json text(const char* help) { return {{"type", "string"}, {"minLength", 1}, {"description", help}}; }
// YAML reads `3` as a number, where a text is meant as well.
Json word(const char* help) { return {{"type", {"string", "number", "boolean"}}, {"description", help}}; }
Json words(const char* help) {
    return {{"type", "array"}, {"items", {{"type", {"string", "number", "boolean"}}}}, {"description", help}};
}
Json whole(std::int64_t low, std::int64_t high, const char* help) {
    return {{"type", "integer"}, {"minimum", low}, {"maximum", high}, {"description", help}};
}
Json numberOrText(const char* pattern, const char* help) {
    return {{"type", {"number", "string"}}, {"pattern", pattern}, {"description", help}};
}
Json map(Json properties, const char* help) {
    return {{"type", "object"},
            {"description", help},
            {"properties", std::move(properties)},
            {"additionalProperties", false}};
}
// "env:" with nothing behind it is the same as none.
Json optionalMap(Json properties, const char* help) {
    Json made = map(std::move(properties), help);
    made["type"] = {"object", "null"};
    return made;
}
Json namedMap(const char* pattern, Json value, const char* help) {
    return {{"type", {"object", "null"}},
            {"description", help},
            {"propertyNames", {{"pattern", pattern}}},
            {"additionalProperties", std::move(value)}};
}

Json valueOf(const ParameterValue& value) {
    return std::visit([](const auto& one) { return Json(one); }, value);
}

Json schemaOf(const Parameter& parameter) {
    Json range{{"minimum", parameter.minimum}, {"maximum", parameter.maximum}};
    Json schema;
    switch (parameter.kind) {
        case ParameterKind::Bool: schema = {{"type", "boolean"}}; break;
        case ParameterKind::Text:
            schema = {{"type", {"string", "number", "boolean"}}};
            if (parameter.isNames) schema["type"].push_back("array");
            break;
        case ParameterKind::Choice: schema = {{"enum", parameter.choices}}; break;
        case ParameterKind::Integer:
            schema = {{"type", "integer"}};
            schema.update(range);
            break;
        case ParameterKind::Real:
            schema = {{"type", "number"}};
            schema.update(range);
            break;
        case ParameterKind::IntegerList:
            range["type"] = "integer";
            schema = {{"type", "array"}, {"items", range}};
            break;
    }
    schema["description"] = parameter.label + ": " + parameter.help;
    if (parameter.fallback) schema["default"] = valueOf(*parameter.fallback);
    return schema;
}

Json properties(const ParameterTable& table) {
    Json made = Json::object();
    for (const Parameter& parameter : table.parameters) made[parameter.name] = schemaOf(parameter);
    return made;
}

// One of the tables, chosen by `type`.
Json choice(std::span<const ParameterTable> tables, const char* help) {
    Json options = Json::array();
    Json types = Json::array();
    for (const ParameterTable& table : tables) {
        Json own{{"type", {{"const", table.type}, {"description", table.label + ": " + table.help}}}};
        own.update(properties(table));
        Json required{"type"};
        for (const Parameter& parameter : table.parameters) {
            if (!parameter.fallback) required.push_back(parameter.name);
        }
        Json option = map(std::move(own), table.help.c_str());
        option["required"] = std::move(required);
        options.push_back(std::move(option));
        types.push_back(table.type);
    }
    return {{"type", "object"},
            {"description", help},
            {"required", Json::array({"type"})},
            {"properties", {{"type", {{"enum", types}}}}},
            {"anyOf", options}};
}

Json trainSchema() {
    Json all{{"network", choice(networkTables(), "What is trained")},
             {"data", choice(dataTables(), "What it learns from")},
             {"optimizer", choice(optimizerTables(), "How its weights are changed")}};
    all.update(properties(loopTable()));
    Json train = map(std::move(all), "The built-in trainer does it");
    train["required"] = {"network", "data"};
    return train;
}

Json programSchema() {
    const Json scalar{{"type", {"string", "number", "boolean", "null"}}};
    const Json list{{"type", "array"}, {"items", scalar}};
    Json command{
        {"anyOf", {text("The same as text"), words("Words")}},
        {"description", "Program and arguments: [train.py, --epochs, 3]; a .py or .ipynb is run by Python"}};
    Json program =
        map({{"command", std::move(command)},
             {"folder", text("Working folder, beside the job file")},
             {"interpreter", text("What runs the command's first word: python3")},
             {"image",
              text("Base image that has what the program needs, for a cluster: registry/repository:tag")},
             {"parameters",
              {{"type", "object"},
               {"description", "Values for a notebook's cell of parameters"},
               {"propertyNames", {{"pattern", kVariable}}},
               {"additionalProperties", {{"anyOf", {scalar, list}}}}}}},
            "Your own program does it");
    program["required"] = Json::array({"command"});
    return program;
}

Json resourcesSchema() {
    return optionalMap({{"cpu", numberOrText(kAmount, "Cores of each rank: 2, 500m")},
                        {"memory", numberOrText(kAmount, "Memory of each rank: 4Gi")},
                        {"gpus", whole(0, 64, "GPUs of each rank")},
                        {"gpu_memory", numberOrText(kAmount, "Enough GPU for this; a slice is chosen: 8Gi")},
                        {"slice", text("A slice by name: mig-1g.10gb")},
                        {"shared_memory", numberOrText(kAmount, "Size of /dev/shm")}},
                       "What each rank needs");
}

Json envSchema() {
    Json secret =
        map({{"secret", text("Name of a Secret")}, {"key", text("Key in that Secret")}}, "A secret's value");
    secret["required"] = {"secret", "key"};
    return namedMap(kVariable, {{"anyOf", {Json{{"type", {"string", "number", "boolean", "null"}}}, secret}}},
                    "Variables of the environment");
}

}  // namespace

std::string jobSchema() {
    Json name = text("Lower-case letters, digits and dashes");
    name["pattern"] = kLabel;
    name["maxLength"] = 40;
    Json all{
        {"version", whole(1, kJobSpecVersion, "Of this format")},
        {"name", std::move(name)},
        {"train", trainSchema()},
        {"program", programSchema()},
        {"inputs",
         namedMap(kLabel, word("A file, a folder, or pvc://CLAIM/FOLDER"), "Files and folders by name")},
        {"env", envSchema()},
        {"resources", resourcesSchema()},
        {"replicas", whole(1, 1024, "Ranks")},
        {"checkpoint",
         optionalMap(
             {{"every", numberOrText(kTime, "Steps or a time: 500, 10min")},
              {"keep", whole(1, 1000, "How many are kept")},
              {"best", {{"enum", bestMetrics()}, {"description", "By which the best one is kept, too"}}}},
             "When to save, and how much")},
        {"seed", whole(0, 9007199254740992, "Of the random numbers")},
        {"outputs", words("Files and folders of the working folder that belong to the result")},
        {"grace", numberOrText(kTime, "From SIGTERM to SIGKILL: 30s")}};
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "Job of Slipway"}};
    schema.update(map(std::move(all), "A job: what to run, and what it needs"));
    schema["required"] = Json::array({"name"});
    schema["oneOf"] = {{{"required", Json::array({"train"})}}, {{"required", Json::array({"program"})}}};
    return schema.dump(2) + "\n";
}

}  // namespace slipway
