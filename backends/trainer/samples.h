// SPDX-License-Identifier: Apache-2.0
// A job's training and test data, and rows of them as the numbers that a network takes. Images stay bytes, or in their files, and
// become numbers as they are asked for. No libtorch here. Values; const use from any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/data/npyfile.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slipway::trainer {

struct SampleShape {
    std::int64_t channels = 1;
    std::int64_t height = 1;  // a table row: 1 × 1 × columns; a text: 1 × 1 × tokens
    std::int64_t width = 1;
    bool isImage = false;
    std::vector<std::int64_t>
        categories;  // values of each of a table's last columns, which hold whole numbers below that
    std::int64_t vocabulary = 0;  // of a text: its tokens are below that

    bool isText() const { return vocabulary > 0; }
    std::int64_t values() const { return channels * height * width; }
};

// One part (training or test). Of bytes, files, floats, array and tokens one is filled, and of labels and targets, but for a text, one.
struct SampleSet {
    std::int64_t count = 0;
    std::vector<std::uint8_t> bytes;
    std::vector<std::filesystem::path> files;  // pictures, one a sample
    std::vector<float> floats;
    std::shared_ptr<const NpyFile> array;  // whose `rows` the samples are
    std::vector<std::int64_t> rows;
    std::vector<std::int32_t> tokens;  // sample i begins at i × width; one token follows the last
    std::vector<std::int64_t> labels;
    std::vector<float> targets;
    std::vector<std::int64_t> groups;  // an index into groupNames; empty: no groups
};

// What training changes of an image, each time anew.
struct Augmentation {
    bool flips = false;      // left and right, of every other one
    std::int64_t shift = 0;  // up to as many pixels in both directions; what comes in is black
};

struct SampleColumn {
    std::string name;
    // The words 1 to n of a category column; 0: missing or another one. Empty: a number.
    std::vector<std::string> categories;
    float missing = 0;  // of numbers: what stands for a missing one, the mean of the training rows
};

struct Samples {
    SampleShape shape;
    SampleSet training;
    SampleSet test;            // may be empty
    std::int64_t classes = 0;  // 0: the target is a real number, or the next token
    std::vector<std::string> classNames;
    std::vector<std::string> groupNames;
    std::vector<SampleColumn> columns;
    std::vector<float>
        mean;  // per number column, per channel of an image, or one for all pixels (bytes as values from 0 to 1)
    std::vector<float> deviation;
    Augmentation augmentation;

    // Writes rows.size() × shape.values() floats: pixels and numbers normalised, categories as they are.
    // With `draw`, images are augmented by random numbers that follow from it. Not for texts. For files: NotFound,
    // PermissionDenied, Io, Corrupt, InvalidArgument, each with its name; Corrupt for a value of an array that is no finite number.
    Result<void> fill(const SampleSet& set, std::span<const std::int64_t> rows, float* out,
                      std::optional<std::uint64_t> draw = {}) const;
    // Texts: rows.size() × width tokens, and those that follow each of them.
    void fillTokens(const SampleSet& set, std::span<const std::int64_t> rows, std::int64_t* out,
                    std::int64_t* following) const;
};

// The name of the input that is a text's tokenizer; empty: it has none.
std::string tokenizerInput(const TypedParameters& data);

using Inputs = std::map<std::string, std::filesystem::path, std::less<>>;

// Reads what `data` names from `inputs`. InvalidArgument, NotFound, Corrupt, Io, PermissionDenied; Unavailable for tables where
// the program was built without Arrow.
Result<Samples> loadSamples(const TypedParameters& data, const Inputs& inputs, std::int64_t seed);

// InvalidArgument where a label is none of the classes, with its value and row, or file.
Result<void> checkLabels(const Samples& samples);

// What loadSamples() asks for each type; `file` is the input. The same errors.
Result<Samples> loadIdxSamples(const ParameterValues& settings, const std::filesystem::path& folder);
Result<Samples> loadPictureSamples(const ParameterValues& settings, const std::filesystem::path& folder,
                                   std::int64_t seed);
Result<Samples> loadTableSamples(const ParameterValues& settings, const std::filesystem::path& file,
                                 std::int64_t seed);
Result<Samples> loadNpySamples(const ParameterValues& settings, const std::filesystem::path& folder,
                               std::int64_t seed);
// `tokenizer`: its file; empty: each byte is a token.
Result<Samples> loadTextSamples(const ParameterValues& settings, const std::filesystem::path& place,
                                const std::filesystem::path& tokenizer);

// What a .npy file of features holds: rows of values, or images. InvalidArgument, with the file's name, for other shapes.
Result<SampleShape> shapeOf(const NpyFile& features, const std::filesystem::path& file);

// The order of `count` samples in an epoch (from 0): a function of seed and epoch alone, so it need not be saved.
std::vector<std::int64_t> epochOrder(std::int64_t count, std::int64_t seed, std::int64_t epoch);

// Which samples are held out for evaluation and which train: drawn by the job's seed.
struct Split {
    std::vector<std::int64_t> order;
    std::size_t held = 0;
    std::span<const std::int64_t> test() const { return std::span(order).first(held); }
    std::span<const std::int64_t> training() const { return std::span(order).subspan(held); }
};
Split splitOf(std::int64_t count, double testShare, std::int64_t seed);

}  // namespace slipway::trainer
