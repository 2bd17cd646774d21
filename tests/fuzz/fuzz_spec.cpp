// SPDX-License-Identifier: Apache-2.0
// Any text as a job file: no crash, bounded problems, a job that survives its canonical form, edits that prove themselves.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backends/spec/specdocument.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
    const auto document = SpecDocument::parse(text);
    if (!document) return 0;
    if (document->problems().empty() != document->spec().has_value()) std::abort();
    for (const SpecProblem& problem : document->problems()) {
        if (problem.range.begin > problem.range.end || problem.range.end > text.size()) std::abort();
    }
    if (document->spec()) {
        const auto again = SpecDocument::parse(writeJob(*document->spec()));
        if (!again || !again->spec() || *again->spec() != *document->spec()) std::abort();
    }
    for (const char* path : {"name", "train.optimizer.lr", "resources.cpu", "env.A"}) {
        const auto edited = document->withValue(path, "a, b");
        if (edited && edited->scalar(path) != "a, b") std::abort();
        const auto removed = document->without(path);
        if (removed && removed->valueRange(path)) std::abort();
    }
    return 0;
}
