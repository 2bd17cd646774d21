// SPDX-License-Identifier: Apache-2.0
// Any bytes as a watch stream: the same events and the same end wherever they are cut.
#include "backends/cluster/kubernetes/watchstream.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

// The events' objects, and "!" at the end when the stream was refused.
std::vector<std::string> read(const std::string& text, std::size_t step) {
    slipway::kube::WatchStream stream;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size(); at += step) {
        const auto fed = stream.feed(
            std::string_view(text).substr(at, step),
            [&](const slipway::kube::WatchEvent& event) { return out.push_back(event.object), true; });
        if (!fed) return out.emplace_back("!"), out;
    }
    return out;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
    text += '\n';
    const auto whole = read(text, text.size());
    if (read(text, 1) != whole || read(text, 3) != whole) std::abort();
    return 0;
}
