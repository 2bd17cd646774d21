// SPDX-License-Identifier: Apache-2.0
#include "backends/core/parameters.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <cmath>
#include <cstdio>

namespace slipway {
namespace {

std::string plainNumber(double value) {
    constexpr double kExact = 9007199254740992.0;  // up to 2^53 a whole number is the one that was meant
    const bool isWhole = std::abs(value) <= kExact && value == std::floor(value);
    std::array<char, 32> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), isWhole ? "%.0f" : "%.10g", value);
    return {buffer.data(), static_cast<std::size_t>(length)};
}

// What the text means, since all of it is allowed.
std::string textWanted(const Parameter& parameter) {
    if (parameter.help.empty()) return "text";
    std::string meaning = parameter.help;
    meaning[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(meaning[0])));
    return "text: " + meaning;
}

bool isInRange(const Parameter& parameter, double value) {
    return std::isfinite(value) && value >= parameter.minimum && value <= parameter.maximum;
}

bool fits(const Parameter& parameter, const ParameterValue& value) {
    switch (parameter.kind) {
        case ParameterKind::Bool: return std::holds_alternative<bool>(value);
        case ParameterKind::Text: return std::holds_alternative<std::string>(value);
        case ParameterKind::Integer: {
            const auto* whole = std::get_if<std::int64_t>(&value);
            return whole != nullptr && isInRange(parameter, static_cast<double>(*whole));
        }
        case ParameterKind::Real: {
            if (const auto* whole = std::get_if<std::int64_t>(&value))
                return isInRange(parameter, static_cast<double>(*whole));
            const auto* real = std::get_if<double>(&value);
            return real != nullptr && isInRange(parameter, *real);
        }
        case ParameterKind::Choice: {
            const auto* text = std::get_if<std::string>(&value);
            return text != nullptr && std::ranges::find(parameter.choices, *text) != parameter.choices.end();
        }
        case ParameterKind::IntegerList: {
            const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
            constexpr std::size_t kMaxList = 256;
            return list != nullptr && list->size() <= kMaxList &&
                   std::ranges::all_of(
                       *list, [&](std::int64_t v) { return isInRange(parameter, static_cast<double>(v)); });
        }
    }
    return false;
}

const ParameterValue& at(const ParameterValues& values, std::string_view name) {
    const auto found = values.find(name);
    assert(found != values.end());
    return found->second;
}

}  // namespace

const Parameter* ParameterTable::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters, name, &Parameter::name);
    return found == parameters.end() ? nullptr : &*found;
}

const ParameterTable* findTable(std::span<const ParameterTable> tables, std::string_view type) {
    const auto found = std::ranges::find(tables, type, &ParameterTable::type);
    return found == tables.end() ? nullptr : &*found;
}

std::string allowedText(const Parameter& parameter) {
    const std::string range =
        "from " + plainNumber(parameter.minimum) + " to " + plainNumber(parameter.maximum);
    switch (parameter.kind) {
        case ParameterKind::Bool: return "true or false";
        case ParameterKind::Text: return textWanted(parameter);
        case ParameterKind::Integer: return "a whole number " + range;
        case ParameterKind::Real: return "a number " + range;
        case ParameterKind::IntegerList: return "a list of whole numbers " + range + ", like [256, 128]";
        case ParameterKind::Choice: break;
    }
    std::string text = "one of ";
    for (std::size_t i = 0; i < parameter.choices.size(); ++i)
        text += (i == 0 ? "" : ", ") + parameter.choices[i];
    return text;
}

std::optional<std::string> rangeProblem(const Parameter& parameter, const ParameterValue& value) {
    if (fits(parameter, value)) return std::nullopt;
    return parameter.name + " takes " + allowedText(parameter);
}

std::int64_t integerValue(const ParameterValues& values, std::string_view name) {
    return std::get<std::int64_t>(at(values, name));
}

double realValue(const ParameterValues& values, std::string_view name) {
    const ParameterValue& value = at(values, name);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return std::get<double>(value);
}

bool boolValue(const ParameterValues& values, std::string_view name) {
    return std::get<bool>(at(values, name));
}

const std::string& textValue(const ParameterValues& values, std::string_view name) {
    return std::get<std::string>(at(values, name));
}

const std::vector<std::int64_t>& listValue(const ParameterValues& values, std::string_view name) {
    return std::get<std::vector<std::int64_t>>(at(values, name));
}

}  // namespace slipway
