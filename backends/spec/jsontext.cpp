// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jsontext.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace slipway {
namespace {

std::string quoted(const std::string& text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
            json += code.data();
        } else {
            json += c;
        }
    }
    return json + "\"";
}

template <typename Number>
std::optional<Number> asNumber(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The shortest that reads back the same, and is no whole number to Python.
std::string realText(double value) {
    std::array<char, 40> buffer{};
    const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string text(buffer.data(), end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::optional<std::string> scalarText(const YamlValue& value) {
    const std::string& text = value.text;
    if (value.isQuoted) return quoted(text);
    if (text == "true" || text == "True") return "true";
    if (text == "false" || text == "False") return "false";
    if (const auto whole = asNumber<std::int64_t>(text)) return std::to_string(*whole);
    const auto real = asNumber<double>(text);
    if (!real) return quoted(text);
    return std::isfinite(*real) ? std::optional(realText(*real)) : quoted(text);
}

}  // namespace

std::optional<std::string> jsonText(const YamlValue& value) {
    switch (value.kind) {
        case YamlValue::Kind::Null: return "null";
        case YamlValue::Kind::Scalar: return scalarText(value);
        case YamlValue::Kind::Map: return std::nullopt;
        case YamlValue::Kind::List: break;
    }
    std::string list = "[";
    for (const YamlValue& item : value.items) {
        const auto text = item.isList() ? std::nullopt : jsonText(item);
        if (!text) return std::nullopt;
        list += (list.size() > 1 ? ", " : "") + *text;
    }
    return list + "]";
}

}  // namespace slipway
