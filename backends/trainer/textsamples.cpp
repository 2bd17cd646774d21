// SPDX-License-Identifier: Apache-2.0
// Text as a sequence of bytes; its last part is held out.
#include "backends/platform/files.h"
#include "backends/trainer/samples.h"

#include <algorithm>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTextBytes = std::size_t{2} << 30;

// The file, or the *.txt files below the folder in order of their paths, with a line break between them.
Result<std::string> readText(const fs::path& place) {
    std::error_code error;
    if (!fs::is_directory(place, error)) return readFile(place, kMaxTextBytes);
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(place, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().extension() == ".txt" && entry->is_regular_file(error))
            files.push_back(entry->path());
    if (error) return errnoError("cannot read " + place.string(), error.value());
    std::ranges::sort(files);
    std::string text;
    for (const auto& file : files) {
        SLIPWAY_TRY(const std::string part,
                    readFile(file, kMaxTextBytes - std::min(text.size(), kMaxTextBytes)));
        (text += part) += '\n';
    }
    if (files.empty()) return Error{ErrorCode::NotFound, place.string() + " holds no *.txt file", {}, {}};
    return text;
}

SampleSet sequencesOf(std::string_view text, std::int64_t width) {
    SampleSet set;
    set.count = text.empty() ? 0 : (static_cast<std::int64_t>(text.size()) - 1) / width;
    for (const char byte : text.substr(0, static_cast<std::size_t>(set.count * width + 1)))
        set.tokens.push_back(static_cast<unsigned char>(byte));
    return set;
}

}  // namespace

Result<Samples> loadTextSamples(const ParameterValues& settings, const fs::path& place) {
    SLIPWAY_TRY(const std::string text, readText(place));
    Samples samples;
    samples.shape.width = integerValue(settings, "context");
    samples.shape.vocabulary = 256;
    const auto held =
        static_cast<std::size_t>(static_cast<double>(text.size()) * realValue(settings, "test_share"));
    const std::string_view all = text;
    samples.training = sequencesOf(all.substr(0, all.size() - held), samples.shape.width);
    samples.test = sequencesOf(all.substr(all.size() - held), samples.shape.width);
    if (samples.training.count == 0)
        return Error{ErrorCode::InvalidArgument,
                     place.string() + " has " + std::to_string(text.size() - held) +
                         " bytes to train with, fewer than train.data.context and one more",
                     {},
                     "Lower train.data.context"};
    return samples;
}

}  // namespace slipway::trainer
