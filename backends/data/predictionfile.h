// SPDX-License-Identifier: Apache-2.0
// What a model predicts, a row each sample, as CSV, JSON or Parquet. A file is there whole when it is finished, or not at all.
// One thread at a time.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace slipway {

struct PredictionRows {
    std::vector<std::string> files;    // that the samples are of
    std::vector<std::int64_t> rows;    // in the file, from 1; empty: each file is one sample
    std::size_t top = 0;               // classes of each sample, the likeliest first; 0: values are predicted
    std::vector<std::string> classes;  // files × top
    std::vector<float> probabilities;  // files × top
    std::vector<float> values;         // or files
};

// "prediction", "probability", "prediction_2" …, or "value"; before them "file" and, where there are any, "row".
std::vector<std::string> predictionColumns(const PredictionRows& rows);

class PredictionFile {
public:
    virtual ~PredictionFile() = default;
    // Each time with the same columns; Io, and the other errors of writing, with the file's name.
    virtual Result<void> add(const PredictionRows& rows) = 0;
    virtual Result<void> finish() = 0;
};

// "-": stdout, where nothing can be taken back.
Result<std::unique_ptr<PredictionFile>> makeCsvPredictions(const std::filesystem::path& file);
// {"predictions": [{"file": …, "prediction": …}]}
Result<std::unique_ptr<PredictionFile>> makeJsonPredictions(const std::filesystem::path& file);
// Of the library that links Arrow; not to stdout.
Result<std::unique_ptr<PredictionFile>> makeParquetPredictions(const std::filesystem::path& file);

}  // namespace slipway
