// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/yamlfields.h"

namespace slipway {

Error yamlProblem(const SpecRange& range, const std::string& message, const std::string& hint) {
    return {
        ErrorCode::InvalidArgument,
        "line " + std::to_string(range.line) + ", column " + std::to_string(range.column) + ": " + message,
        "", hint};
}

Result<std::string> yamlText(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    if (value == nullptr || !value->isScalar() || value->text.empty())
        return yamlProblem(value == nullptr ? map.range : value->range,
                           "\"" + std::string(key) + "\" is a text", "Give one");
    return value->text;
}

}  // namespace slipway
