// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/modelconfig.h"

#include "backends/core/modeltypes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace slipway::trainer {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kFormat = "slipway.model/1";
constexpr std::int64_t kMaxValues = std::int64_t{1} << 31;  // of a sample
constexpr std::size_t kMaxNames = 1'000'000;                // classes, or words of a column

Json typed(const TypedParameters& choice) {
    Json json{{"type", choice.type}};
    for (const auto& [name, value] : choice.values)
        std::visit([&, &key = name](const auto& v) { json[key] = v; }, value);
    return json;
}

std::string tokenizerNameIn(const ModelConfig& config) {
    const auto found = config.data.values.find("tokenizer");
    return found == config.data.values.end() ? std::string() : std::get<std::string>(found->second);
}

Json inputJson(const ModelConfig& config) {
    const Samples& samples = config.form;
    const bool isByteless = config.data.type == "npy";  // its values are taken as they are
    const SampleShape& shape = samples.shape;
    if (shape.isText()) {
        Json text{{"context", shape.width}, {"vocabulary", shape.vocabulary}};
        if (!tokenizerNameIn(config).empty()) text["tokenizer"] = kTokenizerFile;
        return text;
    }
    Json json{{"shape", {shape.channels, shape.height, shape.width}}};
    for (const auto& column : samples.columns) {
        json["columns"].push_back({{"name", column.name}});
        if (column.categories.empty())
            json["columns"].back()["missing"] = column.missing;
        else
            json["columns"].back()["categories"] = column.categories;
    }
    json["mean"] = samples.mean;
    json["deviation"] = samples.deviation;
    if (samples.shape.isImage && !isByteless) json["scale"] = 1.0 / 255;  // before mean and deviation
    if (isByteless) json["image"] = shape.isImage;
    return json;
}

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

std::int64_t wholeOf(const Json& json, std::int64_t low, std::int64_t high, const char* name) {
    const auto value = json.get<std::int64_t>();
    if (value < low || value > high) refuse(std::string(name) + " is out of its range");
    return value;
}

ParameterValue valueOf(const Json& json, const Parameter& parameter) {
    switch (parameter.kind) {
        case ParameterKind::Bool: return json.get<bool>();
        case ParameterKind::Integer: return json.get<std::int64_t>();
        case ParameterKind::Real: return json.get<double>();
        case ParameterKind::IntegerList: return json.get<std::vector<std::int64_t>>();
        case ParameterKind::Text:
        case ParameterKind::Choice: break;
    }
    return json.get<std::string>();
}

// A setting that came later has its default.
TypedParameters typedOf(const Json& json, std::span<const ParameterTable> tables, const char* what) {
    TypedParameters choice{json.at("type").get<std::string>(), {}};
    const ParameterTable* table = findTable(tables, choice.type);
    if (table == nullptr) refuse(choice.type + " is no " + what);
    for (const Parameter& parameter : table->parameters) {
        const auto found = json.find(parameter.name);
        if (found != json.end())
            choice.values[parameter.name] = valueOf(*found, parameter);
        else if (parameter.fallback)
            choice.values[parameter.name] = *parameter.fallback;
        else
            refuse("its " + std::string(what) + " has no " + parameter.name);
        if (const auto problem = rangeProblem(parameter, choice.values[parameter.name])) refuse(*problem);
    }
    return choice;
}

std::vector<std::string> namesOf(const Json& json) {
    auto names = json.get<std::vector<std::string>>();
    if (names.empty() || names.size() > kMaxNames) refuse("a list of names is empty or too long");
    return names;
}

void takeColumns(const Json& json, Samples& form) {
    for (const Json& one : json) {
        SampleColumn column{one.at("name").get<std::string>(), {}, 0};
        if (const auto words = one.find("categories"); words != one.end())
            column.categories = words->get<std::vector<std::string>>();
        if (column.categories.empty() && !form.shape.categories.empty())
            refuse("a number follows a category");
        if (column.categories.empty())
            column.missing = one.value("missing", 0.0F);
        else
            form.shape.categories.push_back(static_cast<std::int64_t>(column.categories.size()) + 1);
        form.columns.push_back(std::move(column));
    }
    if (static_cast<std::int64_t>(form.columns.size()) != form.shape.width)
        refuse("it has not a column for each value");
}

Samples readForm(const Json& input) {
    Samples form;
    if (input.contains("vocabulary")) {
        form.shape.width = wholeOf(input.at("context"), 1, kMaxValues, "context");
        form.shape.vocabulary = wholeOf(input.at("vocabulary"), 1, kMaxValues, "vocabulary");
        return form;
    }
    const Json& shape = input.at("shape");
    if (shape.size() != 3) refuse("its shape has not three sizes");
    std::int64_t values = 1;
    for (const auto& [size, part] : {std::pair(0U, &form.shape.channels), std::pair(1U, &form.shape.height),
                                     std::pair(2U, &form.shape.width)}) {
        *part = wholeOf(shape.at(size), 1, kMaxValues / values, "its shape");
        values *= *part;
    }
    form.shape.isImage = input.contains("scale") || input.value("image", false);
    if (const auto columns = input.find("columns"); columns != input.end()) takeColumns(*columns, form);
    form.mean = input.at("mean").get<std::vector<float>>();
    form.deviation = input.at("deviation").get<std::vector<float>>();
    const auto isNumber = [](float value) { return std::isfinite(value); };
    const auto numbers = static_cast<std::size_t>(values) - form.shape.categories.size();
    const auto channels = static_cast<std::size_t>(form.shape.channels);
    const bool hasEach = form.mean.size() == (form.shape.isImage ? channels : numbers) ||
                         (form.mean.size() == 1 && form.columns.empty());
    if (!hasEach || form.mean.size() != form.deviation.size())
        refuse("mean and deviation do not fit its shape");
    if (!std::ranges::all_of(form.mean, isNumber) ||
        !std::ranges::all_of(form.deviation, [&](float value) { return isNumber(value) && value > 0; }))
        refuse("mean or deviation is no number");
    return form;
}

// What the readers of data rely on.
void checkFit(const ModelConfig& config) {
    const SampleShape& shape = config.form.shape;
    const std::string& type = config.data.type;
    if ((type == "table") == config.form.columns.empty()) refuse("its columns do not fit its data");
    if ((type == "text") != shape.isText()) refuse("its vocabulary does not fit its data");
    if (type == "text" && integerValue(config.data.values, "context") != shape.width)
        refuse("its context is told twice and differently");
    if (type == "idx" && !(shape.isImage && shape.channels == 1)) refuse("its shape is none of idx");
    if (type == "images" && !(shape.isImage && shape.channels == 3 && shape.height == shape.width))
        refuse("its shape is none of pictures");
}

ModelConfig read(const Json& json) {
    ModelConfig config;
    if (json.at("format") != kFormat) refuse("its format is not " + std::string(kFormat));
    config.name = json.at("name").get<std::string>();
    config.network = typedOf(json.at("network"), networkTables(), "network");
    config.data = typedOf(json.at("data"), dataTables(), "data");
    config.seed = json.at("seed").get<std::int64_t>();
    config.parameters = wholeOf(json.at("parameters"), 0, INT64_MAX, "parameters");
    const Json samples = json.value("samples", Json::object());
    config.trainingSamples = samples.value("training", std::int64_t{0});
    config.testSamples = samples.value("test", std::int64_t{0});
    config.madeWith = json.value("made_with", "");
    const Json& evaluation = json.at("evaluation");
    config.batch = wholeOf(evaluation.at("batch"), 1, 1 << 20, "batch");
    config.precision = evaluation.at("precision").get<std::string>();
    config.isChannelsLast = evaluation.at("channels_last").get<bool>();
    config.form = readForm(json.at("input"));
    if (const auto output = json.find("output"); output != json.end() && output->contains("classes")) {
        config.form.classNames = namesOf(output->at("classes"));
        config.form.classes = static_cast<std::int64_t>(config.form.classNames.size());
    }
    checkFit(config);
    return config;
}

}  // namespace

std::string ModelConfig::target() const {
    const auto found = data.values.find("target");
    return found == data.values.end() ? std::string() : std::get<std::string>(found->second);
}

Samples formOf(const Samples& samples) {
    Samples form;
    form.shape = samples.shape;
    form.classes = samples.classes;
    form.classNames = samples.classNames;
    form.columns = samples.columns;
    form.mean = samples.mean;
    form.deviation = samples.deviation;
    return form;
}

ModelConfig configOf(const JobSpec& job, const Samples& samples, std::int64_t parameters) {
    const ParameterValues& loop = job.train()->loop;
    ModelConfig config{.name = job.name,
                       .network = job.train()->network,
                       .data = job.train()->data,
                       .seed = job.seed,
                       .parameters = parameters,
                       .trainingSamples = samples.training.count,
                       .testSamples = samples.test.count,
                       .madeWith = {},
                       .batch = integerValue(loop, "micro_batch"),
                       .precision = textValue(loop, "precision"),
                       .isChannelsLast = boolValue(loop, "channels_last"),
                       .form = formOf(samples),
                       .tokenizer = {}};
    if (config.batch == 0)
        config.batch = std::clamp<std::int64_t>(
            integerValue(loop, "batch"), 1, std::max<std::int64_t>(1, samples.training.count / job.replicas));
    return config;
}

std::string encodeConfig(const ModelConfig& config) {
    Json json{{"format", kFormat},
              {"name", config.name},
              {"network", typed(config.network)},
              {"parameters", config.parameters},
              {"data", typed(config.data)},
              {"seed", config.seed},
              {"samples", {{"training", config.trainingSamples}, {"test", config.testSamples}}},
              {"made_with", config.madeWith},
              {"input", inputJson(config)}};
    if (!config.form.shape.isText())
        json["output"] = config.form.classes > 0 ? Json{{"classes", config.form.classNames}}
                                                 : Json{{"value", config.target()}};
    json["evaluation"] = {
        {"batch", config.batch}, {"precision", config.precision}, {"channels_last", config.isChannelsLast}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ModelConfig> decodeConfig(std::string_view text, const std::filesystem::path& file) {
    try {
        const Json json = Json::parse(text);
        if (json.is_object() && json.value("format", "") == kFormat && !json.contains("data"))
            return Error{ErrorCode::InvalidArgument,
                         file.string() + " is of an older Slipway and does not say how its data were read",
                         {},
                         "Train the model again"};
        return read(json);
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Corrupt, file.string() + " is damaged", problem.what(), {}};
    }
}

}  // namespace slipway::trainer
