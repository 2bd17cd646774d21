// SPDX-License-Identifier: Apache-2.0
// Which samples a model got most wrong, so that a person can look at them: of classes the most certain of those that it took for
// another, of values the farthest off. No libtorch here. Values; one thread at a time.
#pragma once

#include "backends/trainer/samples.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <vector>

namespace slipway::trainer {

struct WrongPrediction {
    std::int64_t row = 0;  // in its set
    double expected = 0;   // a class, or a value
    double predicted = 0;
    double wrongness = 0;  // the probability of the predicted class, or how far off the value is
};

class WorstPredictions {
public:
    static constexpr std::size_t kMost = 48;

    void take(const WrongPrediction& one);
    // The worst first; of two that are as wrong, the one that stands first.
    std::vector<WrongPrediction> worst() const;

private:
    std::vector<WrongPrediction> m_heap;  // the least wrong in front
};

// [{"sample", "expected", "predicted"}] with "probability" for classes, "picture" {"width", "height", "pixels": base64 of RGB} for images,
// and "values" {column: value} for table rows, of which at most 16 are told. The errors of Samples::fill().
Result<nlohmann::ordered_json> worstJson(const WorstPredictions& worst, const Samples& samples,
                                         const SampleSet& set);

}  // namespace slipway::trainer
