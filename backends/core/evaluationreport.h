// SPDX-License-Identifier: Apache-2.0
// How well a trained model did on its test data: over all, by class, by group. Values; any thread.
#pragma once

#include "backends/core/datadescription.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway {

// By name, as they are to be shown: "accuracy", "f1", "rmse"; none: there is no number (the recall of no samples).
using Scores = std::vector<std::pair<std::string, std::optional<double>>>;

struct EvaluationPart {
    std::string name;  // of the class or group
    std::int64_t samples = 0;
    Scores scores;  // each part has the same names
};

// One that the model got wrong.
struct PredictedSample {
    std::string sample;  // its file, or its number
    std::string expected;
    std::string predicted;
    std::optional<double> probability;  // of the predicted class
    std::optional<DescribedPicture> picture;
    std::vector<std::pair<std::string, std::string>> values;  // of a table's row, by column
};

struct EvaluationReport {
    std::int64_t samples = 0;
    Scores scores;
    std::vector<EvaluationPart> classes;
    std::vector<EvaluationPart> groups;
    std::vector<std::vector<std::int64_t>>
        confusion;  // a row each expected class, a column each predicted one; may be empty
    std::vector<PredictedSample> worst;  // some, the worst first
};

}  // namespace slipway
