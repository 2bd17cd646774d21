// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/parameteryaml.h"

#include <array>
#include <charconv>
#include <cmath>

namespace slipway {
namespace {

std::optional<double> realNumber(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// The shortest text that reads back as the same double.
std::string realText(double value) {
    std::array<char, 40> buffer{};
    const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return failure == std::errc{} ? std::string(buffer.data(), end) : "0";
}

}  // namespace

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<ParameterValue> joinedNames(const YamlValue& list) {
    std::string names;
    for (const YamlValue& item : list.items) {
        if (!item.isScalar() || item.text.find(',') != std::string::npos) return std::nullopt;
        names += (names.empty() ? "" : ", ") + item.text;
    }
    return names;
}

std::optional<ParameterValue> parameterFromYaml(const YamlValue& value, ParameterKind kind) {
    if (kind == ParameterKind::IntegerList) {
        if (!value.isList()) return std::nullopt;
        std::vector<std::int64_t> list;
        for (const YamlValue& item : value.items) {
            const auto number = item.isScalar() && !item.isQuoted ? wholeNumber(item.text) : std::nullopt;
            if (!number) return std::nullopt;
            list.push_back(*number);
        }
        return list;
    }
    if (!value.isScalar()) return std::nullopt;
    if (kind == ParameterKind::Text || kind == ParameterKind::Choice) return value.text;
    if (value.isQuoted) return std::nullopt;
    if (kind == ParameterKind::Bool) {
        if (value.text == "true") return true;
        if (value.text == "false") return false;
        return std::nullopt;
    }
    if (const auto whole = wholeNumber(value.text)) return *whole;
    const auto real = realNumber(value.text);
    if (!real) return std::nullopt;
    if (kind == ParameterKind::Integer) {
        constexpr double kExact = 9007199254740992.0;
        if (std::abs(*real) > kExact || std::floor(*real) != *real) return std::nullopt;
        return static_cast<std::int64_t>(*real);  // 1e6
    }
    return *real;
}

std::string parameterYaml(const ParameterValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) return realText(*real);
    if (const auto* text = std::get_if<std::string>(&value)) return yamlQuoted(*text);
    std::string list = "[";
    for (const std::int64_t one : std::get<std::vector<std::int64_t>>(value))
        list += (list.size() > 1 ? ", " : "") + std::to_string(one);
    return list + "]";
}

}  // namespace slipway
