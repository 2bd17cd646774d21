// SPDX-License-Identifier: Apache-2.0
// What a person marks a run with: tags, a note, a group. Values; any thread.
#pragma once

#include "backends/core/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxTags = 32;
inline constexpr std::size_t kMaxTagBytes = 64;  // of a group's name, too
inline constexpr std::size_t kMaxNoteBytes = 4096;

struct RunMarks {
    std::vector<std::string> tags;  // as they were given, each once
    std::string note;
    std::string group;
    bool operator==(const RunMarks&) const = default;
};

// Tags once each and without blanks around, the note and the group trimmed. InvalidArgument, with what is too long or has a sign that
// stands between tags.
Result<RunMarks> checkedMarks(RunMarks marks);

// What is to become of the marks.
struct MarkChange {
    std::vector<std::string> addedTags;
    std::vector<std::string> removedTags;
    std::optional<std::string> note;  // empty: it goes
    std::optional<std::string> group;
};
// As checkedMarks().
Result<RunMarks> changedMarks(RunMarks marks, const MarkChange& change);

// "baseline, lr-3e-4 old" -> three tags: commas and blanks stand between them.
std::vector<std::string> splitTags(std::string_view text);

}  // namespace slipway
