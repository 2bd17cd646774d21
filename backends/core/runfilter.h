// SPDX-License-Identifier: Apache-2.0
// The filter of lists of runs: accuracy > 0.9 and optimizer.lr <= 3e-4 and tag:baseline and state = failed
//
//   any    = all { "or" all }
//   all    = one { [ "and" ] one }
//   one    = "not" one | "(" any ")" | NAME sign VALUE | NAME "in" "(" VALUE { "," VALUE } ")" | VALUE
//   sign   = "=" | ":" | "!=" | "<" | "<=" | ">" | ">=" | "~"
//   VALUE  = a word, or a text in double quotes
//
// NAME is what runValue() knows. "=" and ":" are the same: equal as numbers where both are, else as texts in any case; one of the tags
// is enough. "~" is a part of the text, of a number a part of how lists show it. A share may be 90%, a time 30s, 5m, 2h or 4d; nan is
// equal to nan alone, and nothing is below or above it. A VALUE alone stands somewhere in the run's name, number, state, place, reason,
// tags, note or group. What a run has not is neither below nor above nor equal to anything: only "!=" holds.
// Values; any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/core/rundetails.h"

#include <memory>

namespace slipway {

inline constexpr std::size_t kMaxFilterBytes = 4096;
inline constexpr std::size_t kMaxFilterTerms = 200;
inline constexpr int kMaxFilterDepth = 64;

class RunFilter {
public:
    // Lets all pass.
    RunFilter() = default;
    // InvalidArgument with the column in `text`, what is allowed and the nearest name; NAMEs are columns of every run, or what one of
    // `runs` has.
    static Result<RunFilter> parse(std::string_view text, std::span<const RunSummary> runs);

    bool isEmpty() const { return !m_root; }
    bool matches(const RunSummary& run, Timestamp now) const;

    struct Node;

private:
    explicit RunFilter(std::shared_ptr<const Node> root) : m_root(std::move(root)) {}
    std::shared_ptr<const Node> m_root;
};

}  // namespace slipway
