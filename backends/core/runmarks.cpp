// SPDX-License-Identifier: Apache-2.0
#include "backends/core/runmarks.h"

#include <algorithm>

namespace slipway {
namespace {

constexpr std::string_view kBetween = ", \t\r\n";

std::string trimmed(const std::string& text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlank);
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

bool hasControl(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Error unfit(const std::string& what, const std::string& hint) {
    return {ErrorCode::InvalidArgument, what, "", hint};
}

}  // namespace

Result<RunMarks> checkedMarks(RunMarks marks) {
    std::vector<std::string> tags;
    for (const std::string& tag : marks.tags) {
        if (tag.empty() || tag.size() > kMaxTagBytes || tag.find_first_of(kBetween) != std::string::npos ||
            tag.find('"') != std::string::npos || hasControl(tag))
            return unfit("\"" + tag.substr(0, kMaxTagBytes) + "\" is no tag",
                         "A tag is one word of at most " + std::to_string(kMaxTagBytes) + " bytes");
        if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    if (tags.size() > kMaxTags) return unfit("a run has at most " + std::to_string(kMaxTags) + " tags", "");
    marks.tags = std::move(tags);
    marks.note = trimmed(marks.note);
    if (marks.note.size() > kMaxNoteBytes)
        return unfit("the note is too long", "It has at most " + std::to_string(kMaxNoteBytes) + " bytes");
    marks.group = trimmed(marks.group);
    if (marks.group.size() > kMaxTagBytes || hasControl(marks.group))
        return unfit("this is no name of a group",
                     "It is one line of at most " + std::to_string(kMaxTagBytes) + " bytes");
    return marks;
}

Result<RunMarks> changedMarks(RunMarks marks, const MarkChange& change) {
    std::erase_if(marks.tags, [&](const std::string& tag) {
        return std::ranges::find(change.removedTags, tag) != change.removedTags.end();
    });
    marks.tags.insert(marks.tags.end(), change.addedTags.begin(), change.addedTags.end());
    if (change.note) marks.note = *change.note;
    if (change.group) marks.group = *change.group;
    return checkedMarks(std::move(marks));
}

std::vector<std::string> splitTags(std::string_view text) {
    std::vector<std::string> tags;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        tags.emplace_back(text.substr(at, end - at));
        at = text.find_first_not_of(kBetween, end);
    }
    return tags;
}

}  // namespace slipway
