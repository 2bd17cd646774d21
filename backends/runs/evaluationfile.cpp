// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/evaluationfile.h"

#include "backends/platform/base64.h"
#include "backends/platform/files.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace slipway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxWorst = 1000;

std::int64_t countOf(const Json& json) {
    const auto count = json.get<std::int64_t>();
    if (count < 0) throw std::invalid_argument("a count is below 0");
    return count;
}

// What is a number, or has none.
Scores scoresOf(const Json& json) {
    Scores scores;
    for (const auto& [name, value] : json.items()) {
        if (name == "samples" || !(value.is_number() || value.is_null())) continue;
        scores.emplace_back(name, value.is_null() ? std::nullopt : std::optional(value.get<double>()));
    }
    return scores;
}

std::vector<EvaluationPart> partsOf(const Json& report, const char* key) {
    std::vector<EvaluationPart> parts;
    if (const auto found = report.find(key); found != report.end())
        for (const Json& one : *found)
            parts.push_back({one.at("name").get<std::string>(), countOf(one.at("samples")), scoresOf(one)});
    return parts;
}

DescribedPicture pictureOf(const Json& json) {
    DescribedPicture picture{{}, {}, json.at("width"), json.at("height"), {}};
    if (auto pixels = decodeBase64(json.at("pixels").get<std::string>())) picture.pixels = *std::move(pixels);
    const bool isSmall = std::clamp<std::int64_t>(picture.width, 1, kMaxSmallSide) == picture.width &&
                         std::clamp<std::int64_t>(picture.height, 1, kMaxSmallSide) == picture.height;
    if (!isSmall || picture.pixels.size() != static_cast<std::size_t>(3 * picture.width * picture.height))
        throw std::invalid_argument("a picture's pixels do not fill it");
    return picture;
}

std::vector<PredictedSample> worstOf(const Json& report) {
    std::vector<PredictedSample> worst;
    const auto found = report.find("worst");
    if (found == report.end()) return worst;
    if (found->size() > kMaxWorst) throw std::invalid_argument("too many of the worst predictions");
    for (const Json& json : *found) {
        PredictedSample one{json.at("sample"), json.at("expected"), json.at("predicted"), {}, {}, {}};
        if (json.contains("probability")) one.probability = json.at("probability").get<double>();
        if (json.contains("picture")) one.picture = pictureOf(json.at("picture"));
        if (const auto values = json.find("values"); values != json.end())
            for (const auto& [column, value] : values->items())
                one.values.emplace_back(column, value.get<std::string>());
        worst.push_back(std::move(one));
    }
    return worst;
}

EvaluationReport reportOf(const Json& json) {
    EvaluationReport report{countOf(json.at("samples")),
                            scoresOf(json),
                            partsOf(json, "classes"),
                            partsOf(json, "groups"),
                            {},
                            worstOf(json)};
    const auto confusion = json.find("confusion");
    if (confusion == json.end()) return report;
    for (const Json& row : *confusion) {
        auto& counts = report.confusion.emplace_back();
        for (const Json& cell : row) counts.push_back(countOf(cell));
        if (counts.size() != report.classes.size())
            throw std::invalid_argument("the confusion matrix has not a column for each class");
    }
    if (report.confusion.size() != report.classes.size())
        throw std::invalid_argument("the confusion matrix has not a row for each class");
    return report;
}

}  // namespace

Result<EvaluationReport> evaluationOf(std::string_view text, const std::filesystem::path& file) {
    try {
        return reportOf(Json::parse(text));
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Corrupt, file.string() + " is damaged", problem.what(), {}};
    }
}

Result<std::optional<EvaluationReport>> readEvaluation(const std::filesystem::path& resultFolder) {
    const auto file = resultFolder / "evaluation.json";
    const auto text = readFile(file, kMaxEvaluationBytes);
    if (!text && text.error().code == ErrorCode::NotFound) return std::optional<EvaluationReport>();
    if (!text) return text.error();
    SLIPWAY_TRY(auto report, evaluationOf(*text, file));
    return std::optional(std::move(report));
}

}  // namespace slipway
