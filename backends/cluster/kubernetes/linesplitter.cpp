// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/linesplitter.h"

#include <algorithm>

namespace slipway::kube {

void LineSplitter::keep(std::string_view part) {
    const std::size_t room = m_maxLine - m_rest.size();
    if (part.size() > room && !m_isCut) {
        m_isCut = true;
        ++m_cutLines;
    }
    m_rest.append(part.substr(0, std::min(room, part.size())));
}

bool LineSplitter::feed(std::string_view bytes, const std::function<bool(std::string_view)>& line) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        keep(bytes.substr(0, end));
        if (end == std::string_view::npos) return true;
        bytes.remove_prefix(end + 1);
        std::string whole;
        whole.swap(m_rest);
        m_isCut = false;
        if (!line(whole)) return false;
    }
    return true;
}

bool LineSplitter::finish(const std::function<bool(std::string_view)>& line) {
    if (m_rest.empty()) return true;
    std::string whole;
    whole.swap(m_rest);
    m_isCut = false;
    return line(whole);
}

}  // namespace slipway::kube
