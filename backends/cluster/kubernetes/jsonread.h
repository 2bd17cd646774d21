// SPDX-License-Identifier: Apache-2.0
// Reading other people's JSON without exceptions: a missing or odd field is an empty value, depth is bounded.
// Private to the sources of this folder, which include json.hpp. Pure; any thread.
#pragma once

#include "backends/core/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace slipway::kube {

inline constexpr int kMaxJsonDepth = 64;

// Corrupt with the place of the mistake; nesting above kMaxJsonDepth is one.
Result<nlohmann::json> parseJson(std::string_view text);
// Bytes that are no UTF-8 become U+FFFD.
std::string dumpJson(const nlohmann::json& json);

// The field, or null when it is not there or `json` is no object.
const nlohmann::json& at(const nlohmann::json& json, std::string_view key);
template <typename... Keys>
const nlohmann::json& at(const nlohmann::json& json, std::string_view key, Keys... keys) {
    return at(at(json, key), keys...);
}

std::string asText(const nlohmann::json& json);
int asInt(const nlohmann::json& json, int fallback = 0);
bool asBool(const nlohmann::json& json);

template <typename... Keys>
std::string textAt(const nlohmann::json& json, Keys... keys) {
    return asText(at(json, keys...));
}
template <typename... Keys>
int intAt(const nlohmann::json& json, Keys... keys) {
    return asInt(at(json, keys...));
}
template <typename... Keys>
bool boolAt(const nlohmann::json& json, Keys... keys) {
    return asBool(at(json, keys...));
}

}  // namespace slipway::kube
