// SPDX-License-Identifier: Apache-2.0
#include "backends/events/printedmetric.h"

#include "backends/events/eventcodec.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace slipway {
namespace {

using Json = nlohmann::json;

constexpr double kMaxStep = 9007199254740992.0;

struct Word {
    std::string_view written;
    std::string_view quoted;
    double value;
};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// The longer one first, since it ends with the other.
constexpr std::array<Word, 3> kWords{{{"-Infinity", "\"-inf\"", -kInfinity},
                                      {"Infinity", "\"inf\"", kInfinity},
                                      {"NaN", "\"nan\"", std::numeric_limits<double>::quiet_NaN()}}};

// The words that are no JSON as texts.
std::string asJson(std::string_view line) {
    std::string json;
    bool isInText = false;
    while (!line.empty()) {
        std::size_t taken = 1;
        std::string_view written = line.substr(0, 1);
        if (isInText && line.front() == '\\')
            written = line.substr(0, taken = std::min<std::size_t>(2, line.size()));
        if (line.front() == '"') isInText = !isInText;
        for (const Word& word : kWords) {
            if (isInText || !line.starts_with(word.written)) continue;
            taken = word.written.size();
            written = word.quoted;
            break;
        }
        json += written;
        line.remove_prefix(taken);
    }
    return json;
}

std::optional<double> numberOf(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) return std::nullopt;
    const std::string quoted = "\"" + value.get<std::string>() + "\"";
    for (const Word& word : kWords) {
        if (quoted == word.quoted) return word.value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<MetricEvent> printedMetric(std::string_view line) {
    const bool isCandidate = line.starts_with('{') && line.size() <= kMaxEventBytes &&
                             line.find("\"step\"") != std::string_view::npos;
    if (!isCandidate) return std::nullopt;
    const Json object = Json::parse(asJson(line), nullptr, /*allow_exceptions=*/false);
    if (!object.is_object() || object.contains("kind")) return std::nullopt;
    const auto step = object.find("step");
    if (step == object.end() || !step->is_number()) return std::nullopt;
    const double number = step->get<double>();
    if (number < 0 || number > kMaxStep || number != std::floor(number)) return std::nullopt;
    MetricEvent event{static_cast<std::int64_t>(number), {}};
    for (const auto& [name, value] : object.items()) {
        if (name == "step" || name.empty() || name.size() > kMaxMetricName) continue;
        if (const auto found = numberOf(value)) event.values.emplace(name, *found);
    }
    if (event.values.empty() || event.values.size() > kMaxLineMetrics) return std::nullopt;
    return event;
}

}  // namespace slipway
