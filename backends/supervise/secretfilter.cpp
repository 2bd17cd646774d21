// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/secretfilter.h"

#include <algorithm>

namespace slipway {
namespace {

constexpr std::size_t kMinLine = 8;  // of several lines, shorter ones are brackets and the like
constexpr std::string_view kBlank = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

// Lines end in line feeds, or in "\n" as JSON writes them.
std::vector<std::string> linesOf(std::string_view secret) {
    std::vector<std::string> lines;
    while (!secret.empty()) {
        const std::size_t feed = secret.find('\n'), written = secret.find("\\n");
        const std::size_t end = std::min({feed, written, secret.size()});
        if (const auto line = trimmed(secret.substr(0, end)); line.size() >= kMinLine)
            lines.emplace_back(line);
        secret.remove_prefix(std::min(end + (written < feed ? 2 : 1), secret.size()));
    }
    return lines;
}

}  // namespace

SecretFilter::SecretFilter(const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        const std::string_view whole = trimmed(secret);
        if (!whole.empty() && whole.find('\n') == std::string_view::npos) m_words.emplace_back(whole);
        for (std::string& line : linesOf(whole)) m_words.push_back(std::move(line));
    }
    std::sort(m_words.begin(), m_words.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    m_words.erase(std::unique(m_words.begin(), m_words.end()), m_words.end());
    for (const std::string& word : m_words) m_isFirst[static_cast<unsigned char>(word.front())] = true;
}

std::string SecretFilter::filtered(std::string_view text, bool isWhole, std::size_t& read) const {
    std::string shown;
    for (read = 0; read < text.size();) {
        if (!m_isFirst[static_cast<unsigned char>(text[read])]) {
            shown += text[read++];
            continue;
        }
        const std::string_view rest = text.substr(read);
        const auto word = std::find_if(m_words.begin(), m_words.end(), [&](const std::string& one) {
            return rest.starts_with(one) || (!isWhole && one.starts_with(rest));
        });
        if (word == m_words.end()) {
            shown += text[read++];
        } else if (rest.starts_with(*word)) {
            shown += "***";
            read += word->size();
        } else {
            break;
        }
    }
    return shown;
}

std::string SecretFilter::blotted(std::string_view text) const {
    std::size_t read = 0;
    return filtered(text, true, read);
}

std::string SecretFilter::feed(std::string& held, std::string_view bytes) const {
    held += bytes;
    std::size_t read = 0;
    std::string shown = filtered(held, false, read);
    held.erase(0, read);
    return shown;
}

std::string SecretFilter::finish(std::string& held) const {
    std::string shown = blotted(held);
    held.clear();
    return shown;
}

}  // namespace slipway
