// SPDX-License-Identifier: Apache-2.0
// Blots secrets out of what programs say, before it is cut into lines and events: no half of one gets through a cut. Of a secret of
// several lines (a key file, an account as JSON) each line is a secret. Immutable; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

class SecretFilter {
public:
    explicit SecretFilter(const std::vector<std::string>& secrets);

    // The text with "***" for each secret.
    std::string blotted(std::string_view text) const;
    // A stream, piece by piece: returns what can be shown. What may be the beginning of a secret waits in `held`, which is never as
    // long as the longest secret; nothing of a line that has ended does.
    std::string feed(std::string& held, std::string_view bytes) const;
    // The end of the stream.
    std::string finish(std::string& held) const;

private:
    std::string filtered(std::string_view text, bool isWhole, std::size_t& read) const;

    std::vector<std::string> m_words;  // longest first, so that one that holds another goes as a whole
    std::array<bool, 256> m_isFirst{};
};

}  // namespace slipway
