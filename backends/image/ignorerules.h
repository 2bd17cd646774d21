// SPDX-License-Identifier: Apache-2.0
// gitignore's rules (gitignore(5)): later rules win, "!" takes back, a trailing "/" means folders, a "/" inside anchors. An own matcher,
// since libgit2's wants a repository and reads the user's global settings, which would make digests differ. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

class IgnoreRules {
public:
    // Rules of one file that lies in `folder` (relative to the root, "" is the root); `reason` is what match() says of them.
    void add(std::string_view text, const std::string& folder, const std::string& reason);

    // Why `path` (relative to the root) is left out; none: it is not. Folders above it are the caller's to ask about first.
    std::optional<std::string> match(const std::string& path, bool isFolder) const;

private:
    struct Rule {
        std::vector<std::string> folder;
        std::vector<std::string> segments;
        bool isNegated = false;
        bool isFolderOnly = false;
        std::string reason;
    };
    std::vector<Rule> m_rules;
};

}  // namespace slipway::oci
