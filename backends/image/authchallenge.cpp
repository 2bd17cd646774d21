// SPDX-License-Identifier: Apache-2.0
#include "backends/image/authchallenge.h"

#include "backends/core/lowered.h"

#include <algorithm>

namespace slipway::oci {

namespace {

constexpr std::size_t kMaxChallenges = 16;

class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    bool isAtEnd() const { return m_text.empty(); }
    void skip(std::string_view characters) {
        m_text.remove_prefix(std::min(m_text.find_first_not_of(characters), m_text.size()));
    }
    std::string word() {
        const std::size_t end = std::min(m_text.find_first_of(" \t,=\""), m_text.size());
        std::string found(m_text.substr(0, end));
        m_text.remove_prefix(end);
        return found;
    }
    bool take(char c) {
        if (m_text.empty() || m_text.front() != c) return false;
        m_text.remove_prefix(1);
        return true;
    }
    std::string value() {
        if (!take('"')) return word();
        std::string found;
        while (!m_text.empty() && !take('"')) {
            if (m_text.front() == '\\' && m_text.size() > 1) m_text.remove_prefix(1);
            found += m_text.front();
            m_text.remove_prefix(1);
        }
        return found;
    }

private:
    std::string_view m_text;
};

}  // namespace

std::vector<AuthChallenge> parseChallenges(std::string_view header) {
    std::vector<AuthChallenge> challenges;
    Scanner scanner(header);
    while (true) {
        scanner.skip(" \t,");
        if (scanner.isAtEnd()) return challenges;
        const std::string name = lowered(scanner.word());
        scanner.skip(" \t");
        if (scanner.take('=')) {
            scanner.skip(" \t");
            std::string value = scanner.value();
            if (!challenges.empty() && !name.empty())
                challenges.back().parameters.emplace(name, std::move(value));
        } else if (name.empty()) {
            scanner.value();  // a stray quoted string: past it
        } else if (challenges.size() < kMaxChallenges) {
            challenges.push_back({name, {}});
        } else {
            return challenges;
        }
    }
}

}  // namespace slipway::oci
