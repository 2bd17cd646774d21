// SPDX-License-Identifier: Apache-2.0
// Text as a sequence of bytes, or of a tokenizer's tokens; its last part is held out.
#include "backends/data/textdescription.h"
#include "backends/data/tokenizer.h"
#include "backends/platform/files.h"
#include "backends/trainer/samples.h"

#include <algorithm>
#include <iterator>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTextBytes = std::size_t{2} << 30;

// The texts at a place, with a line break between them.
Result<std::string> readText(const fs::path& place) {
    SLIPWAY_TRY(const auto files, textsAt(place));
    if (files.front() == place) return readFile(place, kMaxTextBytes);
    std::string text;
    for (const auto& file : files) {
        SLIPWAY_TRY(const std::string part,
                    readFile(file, kMaxTextBytes - std::min(text.size(), kMaxTextBytes)));
        (text += part) += '\n';
    }
    return text;
}

// Tokens beyond whole sequences, and the one that follows the last, are left out.
SampleSet sequencesOf(std::vector<std::int32_t>&& tokens, std::int64_t width) {
    SampleSet set;
    set.count = tokens.empty() ? 0 : (static_cast<std::int64_t>(tokens.size()) - 1) / width;
    set.tokens = std::move(tokens);
    if (!set.tokens.empty()) set.tokens.resize(static_cast<std::size_t>(set.count * width + 1));
    return set;
}

}  // namespace

Result<Samples> loadTextSamples(const ParameterValues& settings, const fs::path& place,
                                const fs::path& tokenizer) {
    SLIPWAY_TRY(const std::string text, readText(place));
    Samples samples;
    samples.shape.width = integerValue(settings, "context");
    samples.shape.vocabulary = 256;
    std::vector<std::int32_t> tokens;
    if (tokenizer.empty()) {
        std::ranges::transform(text, std::back_inserter(tokens),
                               [](char c) { return static_cast<unsigned char>(c); });
    } else {
        SLIPWAY_TRY(auto opened, Tokenizer::open(tokenizer));
        samples.shape.vocabulary = opened.vocabulary();
        opened.encode(text, tokens);
    }
    const auto held =
        static_cast<std::ptrdiff_t>(static_cast<double>(tokens.size()) * realValue(settings, "test_share"));
    samples.test = sequencesOf({tokens.end() - held, tokens.end()}, samples.shape.width);
    tokens.resize(tokens.size() - static_cast<std::size_t>(held));
    const std::size_t count = tokens.size();
    samples.training = sequencesOf(std::move(tokens), samples.shape.width);
    if (samples.training.count == 0)
        return Error{ErrorCode::InvalidArgument,
                     place.string() + " has " + std::to_string(count) +
                         (tokenizer.empty() ? " bytes" : " tokens") +
                         " to train with, fewer than train.data.context and one more",
                     {},
                     "Lower train.data.context"};
    return samples;
}

}  // namespace slipway::trainer
