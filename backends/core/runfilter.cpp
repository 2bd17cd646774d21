// SPDX-License-Identifier: Apache-2.0
#include "backends/core/runfilter.h"

#include "backends/core/lowered.h"
#include "backends/core/nearestname.h"
#include "backends/core/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace slipway {

struct RunFilter::Node {
    enum class Kind {
        And,
        Or,
        Not,
        Words,
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Contains
    };
    Kind kind = Kind::Words;
    std::shared_ptr<const Node> first;  // of And, Or, Not
    std::shared_ptr<const Node> second;
    std::string name;
    struct Value {
        std::string text;  // lower case
        std::optional<double> number;
    };
    std::vector<Value> values;  // several: one of them
};

namespace {

using Node = RunFilter::Node;
using NodePtr = std::shared_ptr<const Node>;

// "0.9", "90%", "5m" in seconds.
std::optional<double> numberOf(std::string_view text) {
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{}) return std::nullopt;
    const std::string_view unit(parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
    constexpr auto kUnits = std::to_array<std::pair<std::string_view, double>>(
        {{"", 1}, {"%", 0.01}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}});
    const auto found = std::ranges::find(kUnits, unit, &std::pair<std::string_view, double>::first);
    return found == kUnits.end() ? std::nullopt : std::optional(number * found->second);
}

struct Token {
    enum class Kind { End, Word, Quoted, Sign };
    Kind kind = Kind::End;
    std::string text;
    std::size_t at = 0;

    bool isSign(std::string_view sign) const { return kind == Kind::Sign && text == sign; }
    bool isWord(std::string_view word) const { return kind == Kind::Word && lowered(text) == word; }
    bool isValue() const { return kind == Kind::Word || kind == Kind::Quoted; }
};

Error problemAt(std::size_t at, const std::string& what, const std::string& hint = {}) {
    return {ErrorCode::InvalidArgument, "column " + std::to_string(at + 1) + ": " + what, "", hint};
}

Result<std::vector<Token>> tokensOf(std::string_view text) {
    constexpr std::string_view kSigns = "()<>=!~:,";
    constexpr std::string_view kBlank = " \t\r\n";
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (kBlank.find(c) != kBlank.npos) {
            ++at;
        } else if (c == '"') {
            const std::size_t end = text.find('"', at + 1);
            if (end == text.npos)
                return problemAt(at, "the text that begins here does not end", "End it with \"");
            tokens.push_back({Token::Kind::Quoted, std::string(text.substr(at + 1, end - at - 1)), at});
            at = end + 1;
        } else if (kSigns.find(c) != kSigns.npos) {
            const bool isTwo = std::string_view("<>!=").find(c) != std::string_view::npos &&
                               text.substr(at + 1).starts_with('=');
            tokens.push_back({Token::Kind::Sign, std::string(text.substr(at, isTwo ? 2 : 1)), at});
            at += isTwo ? 2 : 1;
        } else {
            std::size_t end = at;
            while (end < text.size() && text[end] != '"' && kSigns.find(text[end]) == kSigns.npos &&
                   kBlank.find(text[end]) == kBlank.npos)
                ++end;
            tokens.push_back({Token::Kind::Word, std::string(text.substr(at, end - at)), at});
            at = end;
        }
    }
    tokens.push_back({Token::Kind::End, "", text.size()});
    return tokens;
}

std::optional<Node::Kind> comparison(const Token& token) {
    constexpr auto kSigns =
        std::to_array<std::pair<std::string_view, Node::Kind>>({{"=", Node::Kind::Equal},
                                                                {"==", Node::Kind::Equal},
                                                                {":", Node::Kind::Equal},
                                                                {"!=", Node::Kind::NotEqual},
                                                                {"<", Node::Kind::Less},
                                                                {"<=", Node::Kind::LessEqual},
                                                                {">", Node::Kind::Greater},
                                                                {">=", Node::Kind::GreaterEqual},
                                                                {"~", Node::Kind::Contains}});
    if (token.kind != Token::Kind::Sign) return std::nullopt;
    const auto found = std::ranges::find(kSigns, token.text, &std::pair<std::string_view, Node::Kind>::first);
    return found == kSigns.end() ? std::nullopt : std::optional(found->second);
}

class Parser {
public:
    Parser(std::vector<Token> tokens, std::span<const RunSummary> runs)
        : m_tokens(std::move(tokens)),
          m_runs(runs) {}

    Result<NodePtr> all() {
        if (peek().kind == Token::Kind::End) return NodePtr{};
        SLIPWAY_TRY(NodePtr root, parseOr(0));
        if (peek().kind != Token::Kind::End)
            return problemAt(peek().at, "\"" + peek().text + "\" has nothing to end here");
        return root;
    }

private:
    const Token& peek(std::size_t ahead = 0) const {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    Token take() { return m_tokens[std::min(m_at++, m_tokens.size() - 1)]; }

    static NodePtr joined(Node::Kind kind, NodePtr first, NodePtr second) {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->first = std::move(first);
        node->second = std::move(second);
        return node;
    }

    Result<NodePtr> parseOr(int depth) {
        SLIPWAY_TRY(NodePtr left, parseAnd(depth));
        while (peek().isWord("or")) {
            take();
            SLIPWAY_TRY(NodePtr right, parseAnd(depth));
            left = joined(Node::Kind::Or, left, right);
        }
        return left;
    }

    Result<NodePtr> parseAnd(int depth) {
        SLIPWAY_TRY(NodePtr left, parseOne(depth));
        while (peek().kind != Token::Kind::End && !peek().isWord("or") && !peek().isSign(")")) {
            if (peek().isWord("and")) take();
            SLIPWAY_TRY(NodePtr right, parseOne(depth));
            left = joined(Node::Kind::And, left, right);
        }
        return left;
    }

    Result<NodePtr> parseOne(int depth) {
        const Token token = take();
        if (depth >= kMaxFilterDepth) return problemAt(token.at, "it is nested too deeply");
        if (token.isWord("not")) {
            SLIPWAY_TRY(NodePtr inner, parseOne(depth + 1));
            return joined(Node::Kind::Not, inner, nullptr);
        }
        if (token.isSign("(")) {
            SLIPWAY_TRY(NodePtr inner, parseOr(depth + 1));
            if (!take().isSign(")")) return problemAt(token.at, "the bracket that opens here does not close");
            return inner;
        }
        if (!token.isValue() || token.isWord("and") || token.isWord("or"))
            return problemAt(token.at, "a word or a comparison is missing",
                             "As in: accuracy > 0.9 and tag:baseline");
        if (++m_terms > kMaxFilterTerms) return problemAt(token.at, "it has too many parts");
        const bool isList = peek().isWord("in") && peek(1).isSign("(");
        if (!isList && !comparison(peek())) {
            auto node = std::make_shared<Node>();
            node->values = {{lowered(token.text), std::nullopt}};
            return NodePtr(node);
        }
        return parseComparison(token);
    }

    Result<NodePtr> parseComparison(const Token& name) {
        auto node = std::make_shared<Node>();
        SLIPWAY_TRY(node->name, knownName(name));
        const Token sign = take();
        const bool isList = sign.isWord("in");
        if (isList) take();
        node->kind = isList ? Node::Kind::Equal : *comparison(sign);
        for (bool isMore = true; isMore;) {
            SLIPWAY_TRY(Node::Value value, parseValue(*node));
            node->values.push_back(std::move(value));
            isMore = isList && peek().isSign(",");
            if (isMore) take();
        }
        if (isList && !take().isSign(")"))
            return problemAt(sign.at, "the list does not end", "End it with )");
        return NodePtr(node);
    }

    Result<Node::Value> parseValue(const Node& node) {
        const Token token = take();
        if (!token.isValue()) return problemAt(token.at, "a value for " + node.name + " is missing");
        if (++m_terms > kMaxFilterTerms) return problemAt(token.at, "it has too many parts");
        std::string text = lowered(token.text);
        const bool isExact = node.kind == Node::Kind::Equal || node.kind == Node::Kind::NotEqual;
        if (node.name == "state" && isExact && !parseRunState(text))
            return problemAt(token.at, noState(text));
        if (node.name == "run" && text.starts_with('#')) text.erase(0, 1);
        auto number = numberOf(text);
        if (!isExact && node.kind != Node::Kind::Contains && !number)
            return problemAt(token.at, "\"" + token.text + "\" is no number",
                             "As in: " + node.name + " > 0.9");
        if (!isExact && node.kind != Node::Kind::Contains && std::isnan(*number))
            return problemAt(token.at, "nothing is above or below " + token.text,
                             "As in: " + node.name + " = nan");
        return Node::Value{std::move(text), number};
    }

    static std::string noState(const std::string& text) {
        std::vector<std::string> states;
        for (int i = 0; i <= static_cast<int>(RunState::Lost); ++i)
            states.emplace_back(runStateName(static_cast<RunState>(i)));
        std::string what = "\"" + text + "\" is no state";
        if (const auto nearest = nearestName(text, states)) return what + "; did you mean " + *nearest + "?";
        what += "; there are";
        for (const std::string& state : states) what += (state == states.front() ? " " : ", ") + state;
        return what;
    }

    Result<std::string> knownName(const Token& token) const {
        const std::string lower = lowered(token.text);
        if (std::ranges::find(runColumns(), lower) != runColumns().end()) return lower;
        for (const RunSummary& run : m_runs)
            if (runValue(run, token.text, {})) return token.text;
        std::vector<std::string> known(runColumns().begin(), runColumns().end());
        for (const auto& names : {metricNames(m_runs), settingNames(m_runs)})
            for (const std::string& name : names) {
                known.push_back(name);
                const std::size_t begin = name.find_first_of("./");
                if (begin != name.npos) known.push_back(name.substr(begin + 1));
            }
        const std::string what = "no run has \"" + token.text.substr(0, 80) + "\"";
        const auto nearest = nearestName(token.text, known);
        if (nearest) return problemAt(token.at, what + "; did you mean " + *nearest + "?");
        return problemAt(token.at, what, "A word that is no column is put in quotes");
    }

    std::vector<Token> m_tokens;
    std::span<const RunSummary> m_runs;
    std::size_t m_at = 0;
    std::size_t m_terms = 0;
};

bool hasText(const RunSummary& run, const std::string& word) {
    const RunRecord& record = run.record;
    const auto has = [&](std::string_view text) { return lowered(text).find(word) != std::string::npos; };
    return has(record.job) || has("#" + std::to_string(record.number)) ||
           has(runStateName(record.status.state)) || has(record.target.str()) || has(record.status.reason) ||
           has(run.cause) || has(record.marks.note) || has(record.marks.group) ||
           std::ranges::any_of(record.marks.tags, has);
}

bool isEqual(const RunValue& value, const Node::Value& wanted) {
    if (value.number && wanted.number)
        return *value.number == *wanted.number || (std::isnan(*value.number) && std::isnan(*wanted.number));
    return std::ranges::any_of(value.texts,
                               [&](const std::string& text) { return lowered(text) == wanted.text; });
}

// As lists show it.
std::string shown(std::string_view name, double number) {
    constexpr auto kWhole = std::to_array<std::string_view>({"run", "step", "steps", "attempt", "replicas"});
    if (std::ranges::find(kWhole, name) != kWhole.end()) return std::to_string(std::llround(number));
    if (name == "duration" || name == "age") return durationText(number);
    return name == "rate" ? siNumber(number) : metricText(number);
}

bool holds(const Node& node, const RunValue& value, const Node::Value& wanted) {
    const Node::Kind kind = node.kind;
    switch (kind) {
        case Node::Kind::Equal: return isEqual(value, wanted);
        case Node::Kind::Contains: {
            const auto has = [&](const std::string& text) {
                return lowered(text).find(wanted.text) != std::string::npos;
            };
            // A setting is as it was written.
            return value.texts.empty() && value.number ? has(shown(node.name, *value.number))
                                                       : std::ranges::any_of(value.texts, has);
        }
        default: break;
    }
    if (!value.number || !wanted.number) return false;
    switch (kind) {
        case Node::Kind::Less: return *value.number < *wanted.number;
        case Node::Kind::LessEqual: return *value.number <= *wanted.number;
        case Node::Kind::Greater: return *value.number > *wanted.number;
        case Node::Kind::GreaterEqual: return *value.number >= *wanted.number;
        default: return false;
    }
}

bool matchesNode(const Node& node, const RunSummary& run, Timestamp now) {
    switch (node.kind) {
        case Node::Kind::And:
            return matchesNode(*node.first, run, now) && matchesNode(*node.second, run, now);
        case Node::Kind::Or: return matchesNode(*node.first, run, now) || matchesNode(*node.second, run, now);
        case Node::Kind::Not: return !matchesNode(*node.first, run, now);
        case Node::Kind::Words: return hasText(run, node.values.front().text);
        default: break;
    }
    const auto value = runValue(run, node.name, now);
    if (node.kind == Node::Kind::NotEqual) return !value || !isEqual(*value, node.values.front());
    return value && std::ranges::any_of(
                        node.values, [&](const Node::Value& wanted) { return holds(node, *value, wanted); });
}

}  // namespace

Result<RunFilter> RunFilter::parse(std::string_view text, std::span<const RunSummary> runs) {
    if (text.size() > kMaxFilterBytes)
        return Error{ErrorCode::InvalidArgument, "the filter is too long", "",
                     "It has at most " + std::to_string(kMaxFilterBytes) + " bytes"};
    SLIPWAY_TRY(std::vector<Token> tokens, tokensOf(text));
    SLIPWAY_TRY(NodePtr root, Parser(std::move(tokens), runs).all());
    return RunFilter(std::move(root));
}

bool RunFilter::matches(const RunSummary& run, Timestamp now) const {
    return !m_root || matchesNode(*m_root, run, now);
}

}  // namespace slipway
