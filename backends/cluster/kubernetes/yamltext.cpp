// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/yamltext.h"

#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace slipway::kube {
namespace {

using Json = nlohmann::ordered_json;

bool isPlain(const std::string& text) {
    constexpr std::array<std::string_view, 10> kWords{"true", "false", "null", "yes", "no",
                                                      "on",   "off",   "y",    "n",   "~"};
    std::string lower;
    for (const char c : text) lower.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    if (text.empty() || std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return false;
    const auto isWord = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '_';
    };
    // A leading digit, sign or dot may be read as a number.
    if (!isWord(text.front())) return false;
    return std::all_of(text.begin(), text.end(),
                       [&](char c) {
                           return isWord(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '@';
                       }) ||
           (text.find(": ") == std::string::npos && text.back() != ':' &&
            std::all_of(text.begin(), text.end(), [&](char c) {
                return isWord(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '@' || c == ':';
            }));
}

std::string scalar(const Json& json) {
    if (!json.is_string()) return json.dump();
    const std::string text = json.get<std::string>();
    // A JSON string is a double-quoted YAML one.
    return isPlain(text) ? text : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool isBlock(const Json& json) { return json.is_structured() && !json.empty(); }

void write(const Json& json, std::size_t indent, std::string& out);

void writeEntry(const Json& value, std::size_t indent, bool isInList, std::string& out) {
    if (!isBlock(value)) {
        out += " " + (value.is_structured() ? value.dump() : scalar(value)) + "\n";
    } else if (isInList && value.is_object()) {
        std::string block;
        write(value, indent + 2, block);
        out += block.substr(indent + 1);  // the first key stands behind the dash
    } else {
        out += "\n";
        write(value, value.is_array() && !isInList ? indent : indent + 2, out);
    }
}

void write(const Json& json, std::size_t indent, std::string& out) {
    const std::string space(indent, ' ');
    if (json.is_array()) {
        for (const Json& item : json) {
            out += space + "-";
            writeEntry(item, indent, true, out);
        }
        return;
    }
    for (const auto& [key, value] : json.items()) {
        out += space + scalar(key) + ":";
        writeEntry(value, indent, false, out);
    }
}

}  // namespace

Result<std::string> yamlFromJson(std::string_view text) {
    // parseJson checks depth and form; the second reading keeps the order of keys.
    SLIPWAY_TRY(const nlohmann::json checked, parseJson(text));
    const Json json = Json::parse(text, nullptr, false);
    std::string out;
    if (isBlock(json))
        write(json, 0, out);
    else
        out = scalar(json) + "\n";
    return out;
}

}  // namespace slipway::kube
