// SPDX-License-Identifier: Apache-2.0
// Any text as a filter of runs: it is refused with a column, or it judges runs.
#include "backends/core/runfilter.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway;
    RunSummary run;
    run.record.marks.tags = {"baseline"};
    RunDetails details;
    details.settings = {{"train.optimizer.lr", "3e-4"}};
    details.metrics = {{"test/accuracy", {0.9, 0.1, 0.95}}};
    run.details = std::make_shared<const RunDetails>(std::move(details));
    const auto filter = RunFilter::parse({reinterpret_cast<const char*>(data), size}, {&run, 1});
    if (!filter) {
        if (filter.error().code != ErrorCode::InvalidArgument || filter.error().message.empty()) std::abort();
        return 0;
    }
    const bool isIn = filter->matches(run, Timestamp{});
    if (filter->isEmpty() && !isIn) std::abort();
    return 0;
}
