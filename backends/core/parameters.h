// SPDX-License-Identifier: Apache-2.0
// Parameter tables: one description of a setting from which the form, the validation, the defaults and the help follow.
// Tables are constants; values are plain. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace slipway {

using ParameterValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>>;
using ParameterValues = std::map<std::string, ParameterValue, std::less<>>;

enum class ParameterKind : std::uint8_t { Bool, Integer, Real, Text, Choice, IntegerList };

struct Parameter {
    std::string name;
    ParameterKind kind = ParameterKind::Text;
    std::optional<ParameterValue> fallback;  // none: the setting is required
    double minimum = 0;                      // Integer, Real and each element of IntegerList
    double maximum = 0;
    std::vector<std::string> choices;  // Choice
    std::string unit;                  // "steps"; empty: none
    std::string label;                 // English; the window translates
    std::string help;                  // one sentence
    bool isNames = false;              // Text: names by commas, which a file may also have as a list
};

// One selectable thing with its settings: the network "mlp", the optimizer "adam", the data format "table".
struct ParameterTable {
    std::string type;
    std::string label;
    std::string help;
    std::vector<Parameter> parameters;

    const Parameter* find(std::string_view name) const;
};

const ParameterTable* findTable(std::span<const ParameterTable> tables, std::string_view type);

// Why `value` does not fit `parameter`, as a sentence with what is allowed; none when it fits.
// An integer fits a Real; a whole Real does not fit an Integer.
std::optional<std::string> rangeProblem(const Parameter& parameter, const ParameterValue& value);

// What a value of this parameter looks like: "a number from 0 to 1", "one of adam, sgd".
std::string allowedText(const Parameter& parameter);

// Reading values that validation has checked; a missing one is a broken precondition.
std::int64_t integerValue(const ParameterValues& values, std::string_view name);
double realValue(const ParameterValues& values, std::string_view name);
bool boolValue(const ParameterValues& values, std::string_view name);
const std::string& textValue(const ParameterValues& values, std::string_view name);
const std::vector<std::int64_t>& listValue(const ParameterValues& values, std::string_view name);

}  // namespace slipway
