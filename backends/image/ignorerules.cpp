// SPDX-License-Identifier: Apache-2.0
#include "backends/image/ignorerules.h"

#include <fnmatch.h>

#include <algorithm>

namespace slipway::oci {

namespace {

constexpr std::size_t kMaxRules = 20000;
constexpr std::size_t kMaxPatternBytes = 1024;
constexpr std::size_t kMaxSegments = 64;

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (slash > 0) parts.emplace_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

// Whether the pattern's segments cover the path's, where "**" stands for any number of them; row by row, so that no pattern is slow.
bool covers(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
            std::size_t skipped) {
    const std::size_t count = path.size() - skipped;
    std::vector<char> reached(count + 1, 0);
    reached[0] = 1;
    for (std::size_t p = 0; p < pattern.size(); ++p) {
        std::vector<char> next(count + 1, 0);
        if (pattern[p] == "**") {
            // At the end it stands for what lies inside, so for one segment at least.
            const bool isLast = p + 1 == pattern.size();
            bool isOpen = false;
            for (std::size_t i = 0; i <= count; ++i) {
                if (!isLast) isOpen = isOpen || reached[i] != 0;
                next[i] = isOpen ? 1 : 0;
                if (isLast) isOpen = isOpen || reached[i] != 0;
            }
        } else {
            for (std::size_t i = 0; i < count; ++i) {
                const bool isMatch =
                    reached[i] != 0 && ::fnmatch(pattern[p].c_str(), path[skipped + i].c_str(), 0) == 0;
                next[i + 1] = isMatch ? 1 : 0;
            }
        }
        reached.swap(next);
    }
    return reached[count] != 0;
}

}  // namespace

void IgnoreRules::add(std::string_view text, const std::string& folder, const std::string& reason) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
        if (line.empty() || line.front() == '#' || line.size() > kMaxPatternBytes ||
            m_rules.size() >= kMaxRules)
            continue;
        Rule rule;
        rule.reason = reason;
        rule.folder = split(folder);
        rule.isNegated = line.front() == '!';
        if (rule.isNegated) line.remove_prefix(1);
        rule.isFolderOnly = line.ends_with('/');
        if (rule.isFolderOnly) line.remove_suffix(1);
        const bool isAnchored = line.find('/') != std::string_view::npos;
        rule.segments = split(line);
        if (rule.segments.empty() || rule.segments.size() > kMaxSegments) continue;
        if (!isAnchored) rule.segments.insert(rule.segments.begin(), "**");
        m_rules.push_back(std::move(rule));
    }
}

std::optional<std::string> IgnoreRules::match(const std::string& path, bool isFolder) const {
    const std::vector<std::string> parts = split(path);
    for (auto rule = m_rules.rbegin(); rule != m_rules.rend(); ++rule) {
        if (rule->isFolderOnly && !isFolder) continue;
        const std::size_t depth = rule->folder.size();
        if (parts.size() <= depth || !std::equal(rule->folder.begin(), rule->folder.end(), parts.begin()))
            continue;
        if (!covers(rule->segments, parts, depth)) continue;
        if (rule->isNegated) return std::nullopt;
        return rule->reason;
    }
    return std::nullopt;
}

}  // namespace slipway::oci
