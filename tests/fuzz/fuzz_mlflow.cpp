// SPDX-License-Identifier: Apache-2.0
// Any bytes as a metric of an MLflow store: what is read has its name, and steps that never fall.
#include "backends/exchange/mlflowruns.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>
#include <limits>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    const auto end = slipway::readMlflowMetric("loss", memoryFile(data, size),
                                               [&](const slipway::TensorboardScalar& scalar) {
                                                   if (scalar.tag != "loss" || scalar.step < last)
                                                       std::abort();
                                                   last = scalar.step;
                                               });
    if (!end && end.error().code != slipway::ErrorCode::Corrupt) std::abort();
    return 0;
}
