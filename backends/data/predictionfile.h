// SPDX-License-Identifier: Apache-2.0
// What a model predicts, a row each sample, as CSV, JSON or Parquet. A file is there whole when it is finished, or not at all; of two
// that write one, the later one's stays. One thread at a time.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace slipway {

struct PredictionForm {
    bool hasRows = false;  // of the files; else each file is one sample
    std::size_t top = 0;   // classes of each sample, the likeliest first; 0: values are predicted
};

struct PredictionRows {
    std::vector<std::string> files;    // that the samples are of
    std::vector<std::int64_t> rows;    // in the file, from 1; empty where the form has none
    std::vector<std::string> classes;  // files × top
    std::vector<float> probabilities;  // files × top
    std::vector<float> values;         // or files
};

// "prediction", "probability", "prediction_2" …, or "value"; before them "file" and, where there are any, "row".
std::vector<std::string> predictionColumns(const PredictionForm& form);

class PredictionFile {
public:
    virtual ~PredictionFile() = default;
    // Io, and the other errors of writing, with the file's name.
    virtual Result<void> add(const PredictionRows& rows) = 0;
    // Without any rows it is a file of the columns alone.
    virtual Result<void> finish() = 0;
};

// "-": stdout, where nothing can be taken back.
Result<std::unique_ptr<PredictionFile>> makeCsvPredictions(const std::filesystem::path& file,
                                                           const PredictionForm& form);
// {"predictions": [{"file": …, "prediction": …}]}
Result<std::unique_ptr<PredictionFile>> makeJsonPredictions(const std::filesystem::path& file,
                                                            const PredictionForm& form);
// In groups of 100,000 rows, or 32 MiB of them; no more is held. Of the library that links Arrow; not to stdout.
Result<std::unique_ptr<PredictionFile>> makeParquetPredictions(const std::filesystem::path& file,
                                                               const PredictionForm& form);

}  // namespace slipway
