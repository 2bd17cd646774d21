// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace slipway::kube {

using Json = nlohmann::json;

Result<Json> parseJson(std::string_view text) {
    bool isTooDeep = false;
    const auto guard = [&isTooDeep](int depth, Json::parse_event_t, Json&) {
        isTooDeep = isTooDeep || depth > kMaxJsonDepth;
        return depth <= kMaxJsonDepth;
    };
    Json json = Json::parse(text, guard, false);
    if (json.is_discarded() || isTooDeep) {
        // Never with the text: it may be a credential.
        return Error{ErrorCode::Corrupt,
                     isTooDeep ? "the JSON text is nested too deeply" : "the text is not JSON", "", ""};
    }
    return json;
}

std::string dumpJson(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

const Json& at(const Json& json, std::string_view key) {
    static const Json kNull;
    if (!json.is_object()) return kNull;
    const auto it = json.find(key);
    return it == json.end() ? kNull : *it;
}

std::string asText(const Json& json) { return json.is_string() ? json.get<std::string>() : std::string(); }

int asInt(const Json& json, int fallback) {
    if (!json.is_number_integer()) return fallback;
    const auto value = json.get<std::int64_t>();
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) return fallback;
    return static_cast<int>(value);
}

bool asBool(const Json& json) { return json.is_boolean() && json.get<bool>(); }

}  // namespace slipway::kube
