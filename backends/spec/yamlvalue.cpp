// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/yamlvalue.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace slipway {
namespace {

struct Refusal {
    YAML::Mark mark;
    std::string message;
};

// Builds the tree from yaml-cpp's events, which give only where a thing begins; ends are found in the text.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(std::string_view text, const YamlLimits& limits) : m_text(text), m_limits(limits) {}

    YamlValue take() { return std::move(m_root); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuseAnchor(mark, anchor);
        YamlValue value;
        value.range = nullRange(rangeAt(mark, 0));
        add(mark, std::move(value));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refusal{mark, "aliases are not read; write the value out"};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        refuseAnchor(mark, anchor);
        if (tag != "?" && tag != "!" && !tag.empty()) throw Refusal{mark, "tags are not read"};
        YamlValue value;
        value.kind = YamlValue::Kind::Scalar;
        value.text = text;
        value.isQuoted = tag == "!";
        value.range = rangeAt(mark, 0);
        value.range.end = scalarEnd(value.range.begin, text);
        add(mark, std::move(value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        refuseAnchor(mark, anchor);
        open(mark, YamlValue::Kind::List, style == YAML::EmitterStyle::Flow);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        refuseAnchor(mark, anchor);
        open(mark, YamlValue::Kind::Map, style == YAML::EmitterStyle::Flow);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YamlValue value;
        bool hasKey = false;
        YamlEntry entry;
    };

    static void refuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) throw Refusal{mark, "anchors are not read; write the value out"};
    }

    static bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    SpecRange rangeAt(const YAML::Mark& mark, std::size_t length) const {
        const std::size_t begin = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), m_text.size());
        return {begin, std::min(begin + length, m_text.size()), mark.line + 1, mark.column + 1};
    }

    YAML::Mark markAt(std::size_t place) const {
        YAML::Mark mark;
        mark.pos = static_cast<int>(place);
        const std::string_view before = m_text.substr(0, place);
        mark.line = static_cast<int>(std::ranges::count(before, '\n'));
        mark.column = static_cast<int>(place - (before.rfind('\n') + 1));
        return mark;
    }

    std::size_t scalarEnd(std::size_t begin, const std::string& value) const {
        if (begin >= m_text.size()) return begin;
        const char first = m_text[begin];
        if (first == '"' || first == '\'') {
            for (std::size_t i = begin + 1; i < m_text.size(); ++i) {
                if (first == '"' && m_text[i] == '\\') {
                    ++i;
                } else if (m_text[i] == first) {
                    if (first == '\'' && i + 1 < m_text.size() && m_text[i + 1] == '\'') {
                        ++i;
                    } else {
                        return i + 1;
                    }
                }
            }
            throw Refusal{markAt(begin),
                          "a quote is not closed"};  // yaml-cpp lets a text end behind a line break
        }
        // Plain and block scalars change white space only: as many other bytes as the value has belong to it.
        std::size_t at = begin;
        if (first == '|' || first == '>') at = std::min(m_text.find('\n', begin), m_text.size());
        const std::size_t header = at;
        auto left = std::ranges::count_if(value, [](char c) { return !isBlank(c); });
        while (left > 0 && at < m_text.size()) {
            if (!isBlank(m_text[at])) --left;
            ++at;
        }
        if (at == header && at > begin && m_text[at - 1] == '\r') --at;
        return at;
    }

    // "~" and "null" stand in the text; a value left out stands right behind its key's colon, whatever token comes next.
    SpecRange nullRange(SpecRange at) const {
        for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
            const std::size_t end = at.begin + word.size();
            if (m_text.substr(at.begin, word.size()) != word) continue;
            if (end < m_text.size() && !isBlank(m_text[end]) && m_text.find_first_of(",]}", end) != end)
                break;  // the next entry's key: "nullable"
            at.end = end;
            return at;
        }
        if (m_open.empty() || !m_open.back().hasKey) return at;
        const SpecRange& key = m_open.back().entry.keyRange;
        std::size_t colon = key.end;
        while (colon < m_text.size() && isBlank(m_text[colon])) ++colon;
        if (colon < m_text.size() && m_text[colon] == ':')
            ++colon;
        else
            colon = key.end;
        return {colon, colon, key.line, key.column + static_cast<int>(colon - key.begin)};
    }

    void open(const YAML::Mark& mark, YamlValue::Kind kind, bool isFlow) {
        if (m_open.size() >= m_limits.maxDepth)
            throw Refusal{mark, "nested deeper than " + std::to_string(m_limits.maxDepth) + " levels"};
        count(mark);
        Open one;
        one.value.kind = kind;
        one.value.isFlow = isFlow;
        one.value.range = rangeAt(mark, 0);
        m_open.push_back(std::move(one));
    }

    void close() {
        YamlValue value = std::move(m_open.back().value);
        m_open.pop_back();
        std::size_t end = value.range.begin;
        if (!value.items.empty()) end = value.items.back().range.end;
        if (!value.entries.empty())
            end = std::max(value.entries.back().value.range.end, value.entries.back().keyRange.end);
        // "[a: 1]" holds a map in flow style without braces of its own.
        value.isFlow = value.isFlow && value.range.begin < m_text.size() &&
                       m_text[value.range.begin] == (value.isMap() ? '{' : '[');
        if (value.isFlow) end = flowEnd(value, end);
        value.range.end = std::min(end, m_text.size());
        attach(std::move(value));
    }

    // The closing bracket behind the last child; comments between are skipped.
    std::size_t flowEnd(const YamlValue& value, std::size_t from) const {
        const char bracket = value.isMap() ? '}' : ']';
        std::size_t i = from == value.range.begin ? from + 1 : from;
        for (; i < m_text.size() && m_text[i] != bracket; ++i) {
            if (m_text[i] == '#') i = std::min(m_text.find('\n', i), m_text.size() - 1);
        }
        return i + 1;
    }

    void count(const YAML::Mark& mark) {
        if (++m_nodes > m_limits.maxNodes)
            throw Refusal{mark, "more than " + std::to_string(m_limits.maxNodes) + " values"};
    }

    void add(const YAML::Mark& mark, YamlValue value) {
        count(mark);
        attach(std::move(value));
    }

    void attach(YamlValue value) {
        if (m_open.empty()) {
            m_root = std::move(value);
            return;
        }
        Open& parent = m_open.back();
        if (parent.value.isList()) {
            parent.value.items.push_back(std::move(value));
        } else if (!parent.hasKey) {
            if (!value.isScalar()) throw Refusal{markAt(value.range.begin), "a key must be plain text"};
            parent.entry.key = std::move(value.text);
            parent.entry.keyRange = value.range;
            parent.hasKey = true;
        } else {
            parent.entry.value = std::move(value);
            parent.value.entries.push_back(std::move(parent.entry));
            parent.entry = {};
            parent.hasKey = false;
        }
    }

    std::string_view m_text;
    YamlLimits m_limits;
    YamlValue m_root;
    std::vector<Open> m_open;
    std::size_t m_nodes = 0;
};

YamlParsed failed(SpecRange range, std::string message) {
    YamlParsed parsed;
    parsed.hasFailed = true;
    parsed.failure = {range, std::move(message)};
    return parsed;
}

YamlParsed failedAt(std::string_view text, const YAML::Mark& mark, std::string message) {
    const std::size_t begin = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text.size());
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    return failed({begin, end, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1}, std::move(message));
}

// yaml-cpp's scanner recurses and copies per flow level: brackets are counted before it sees the text.
bool isNestedTooDeep(std::string_view text, std::size_t limit) {
    std::size_t depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && depth > 0) --depth;
        if (depth > limit * 4) return true;
    }
    return false;
}

// Control characters, which YAML forbids (yaml-cpp takes 0x04 for the end), a byte-order mark, which would shift every
// place, and tabs that indent.
std::optional<YamlParsed> refusedCharacter(std::string_view text) {
    SpecRange at;
    bool isIndent = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        at.begin = i;
        at.end = i + 1;
        if (c == '\t' && isIndent && at.column == 1)
            return failed(at, "a tab cannot indent YAML; use spaces");
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
            return failed(at, "a control character; remove it");
        if (text.substr(i, 3) == "\xEF\xBB\xBF")
            return failed(at, "a byte-order mark; save the file as UTF-8 without one");
        isIndent = c == '\n' || (isIndent && c == ' ');
        ++at.column;
        if (c == '\n') {
            ++at.line;
            at.column = 1;
        }
    }
    return std::nullopt;
}

}  // namespace

const YamlValue* YamlValue::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, key, &YamlEntry::key);
    return found == entries.end() ? nullptr : &found->value;
}

bool isPlainUtf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t length = c < 0x80          ? 1
                                   : (c >> 5U) == 6  ? 2
                                   : (c >> 4U) == 14 ? 3
                                   : (c >> 3U) == 30 ? 4
                                                     : 0;
        if (c == 0 || length == 0 || i + length > text.size()) return false;
        unsigned code = length == 1 ? c : c & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80U) return false;
            code = code << 6U | (next & 0x3FU);
        }
        constexpr unsigned kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

std::string yamlQuoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            constexpr std::string_view kHex = "0123456789abcdef";
            const auto byte = static_cast<unsigned char>(c);
            result += "\\x";
            result += kHex[byte >> 4U];
            result += kHex[byte & 15U];
        } else {
            result += c;
        }
    }
    return result + "\"";
}

YamlParsed parseYamlText(std::string_view text, const YamlLimits& limits) {
    if (text.size() > limits.maxBytes)
        return failed({}, "larger than " + std::to_string(limits.maxBytes) + " bytes");
    if (!isPlainUtf8(text)) return failed({}, "not UTF-8 text");
    if (const auto bad = refusedCharacter(text)) return *bad;
    if (isNestedTooDeep(text, limits.maxDepth))
        return failed({}, "nested deeper than " + std::to_string(limits.maxDepth) + " levels");
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder(text, limits);
        parser.HandleNextDocument(builder);
        YamlParsed parsed;
        parsed.root = builder.take();
        TreeBuilder rest(text, limits);
        if (parser.HandleNextDocument(rest)) return failed({}, "more than one document; keep only the first");
        return parsed;
    } catch (const Refusal& refusal) {
        return failedAt(text, refusal.mark, refusal.message);
    } catch (const YAML::Exception& exception) {
        return failedAt(text, exception.mark, exception.msg);
    } catch (const std::exception& exception) {
        return failed({}, exception.what());
    }
}

Result<YamlValue> parseYaml(std::string_view text, const YamlLimits& limits) {
    YamlParsed parsed = parseYamlText(text, limits);
    if (!parsed.hasFailed) return std::move(parsed.root);
    const SpecRange& at = parsed.failure.range;
    return Error{ErrorCode::InvalidArgument,
                 "line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " +
                     parsed.failure.message,
                 "", ""};
}

}  // namespace slipway
