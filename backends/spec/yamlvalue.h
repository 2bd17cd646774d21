// SPDX-License-Identifier: Apache-2.0
// A bounded YAML tree with places in the text, for job files, kubeconfigs, profiles and rules. Aliases, tags and more than one
// document are refused: nothing can grow beyond the text it was read from. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/core/result.h"

namespace slipway {

// Where something stands in the text: byte range [begin, end), line and column from 1 (columns count bytes).
struct SpecRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    int line = 1;
    int column = 1;

    friend bool operator==(const SpecRange&, const SpecRange&) = default;
};

struct YamlEntry;

struct YamlValue {
    enum class Kind : std::uint8_t { Null, Scalar, List, Map };
    Kind kind = Kind::Null;
    std::string text;       // Scalar
    bool isQuoted = false;  // Scalar: "1" in quotes is text
    bool isFlow = false;    // List and Map: written with brackets
    SpecRange range;
    std::vector<YamlValue> items;    // List
    std::vector<YamlEntry> entries;  // Map, in text order; a key may stand twice

    const YamlValue* find(std::string_view key) const;  // the first; none for other kinds
    bool isScalar() const { return kind == Kind::Scalar; }
    bool isMap() const { return kind == Kind::Map; }
    bool isList() const { return kind == Kind::List; }
};

struct YamlEntry {
    std::string key;
    SpecRange keyRange;
    YamlValue value;
};

struct YamlLimits {
    std::size_t maxBytes = std::size_t{1} << 20;
    std::size_t maxDepth = 32;
    std::size_t maxNodes = 10000;
};

struct YamlFailure {
    SpecRange range;
    std::string message;  // without the place
};

// The tree, or in `failure` what is wrong with the text as YAML and where. Never throws.
struct YamlParsed {
    YamlValue root;
    bool hasFailed = false;
    YamlFailure failure;
};
YamlParsed parseYamlText(std::string_view text, const YamlLimits& limits = {});

// The same as a Result: InvalidArgument "line 3, column 5: …".
Result<YamlValue> parseYaml(std::string_view text, const YamlLimits& limits = {});

// `text` in double quotes, on one line, so that "on", "1" and "" read back as the text they are.
std::string yamlQuoted(std::string_view text);

// True for well-formed UTF-8 without NUL.
bool isPlainUtf8(std::string_view text);

}  // namespace slipway
