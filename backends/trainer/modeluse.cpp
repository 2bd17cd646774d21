// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/modeluse.h"

#include "backends/data/digest.h"
#include "backends/data/tokenizer.h"
#include "backends/trainer/device.h"
#include "backends/trainer/generator.h"
#include "backends/trainer/libraryerror.h"
#include "backends/trainer/predictor.h"
#include "backends/trainer/samplesource.h"
#include "backends/trainer/savedmodel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>

namespace slipway {
namespace {

using namespace trainer;

Result<SavedModel> openModel(const ModelUse& use) {
    const auto message = [&](std::string_view text) {
        if (use.message) use.message(text);
    };
    SLIPWAY_TRY(const auto device, chooseDevice(use.device, 0, message));
    at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
    at::globalContext().setDeterministicFillUninitializedMemory(false);
    at::set_num_threads(std::max(1, use.threads));
    return loadModel(use.folder, device);
}

Tick tickOf(const ModelUse& use, std::int64_t total) {
    return [&use, total, done = std::int64_t{0}](std::int64_t count) mutable -> Result<void> {
        done += count;
        if (use.stop != nullptr && use.stop->load()) return Error{ErrorCode::Cancelled, "stopped", {}, {}};
        if (use.progress) use.progress(done, total);
        return {};
    };
}

template <typename T, typename Function>
Result<T> guarded(Function function) {
    try {
        return function();
    } catch (...) {
        return libraryError(ErrorCode::Internal, "libtorch failed");
    }
}

Error wrongUse(std::string message, std::string hint) {
    return {ErrorCode::InvalidArgument, std::move(message), {}, std::move(hint)};
}

Result<std::unique_ptr<PredictionFile>> openOut(const PredictionSettings& settings,
                                                const PredictionForm& form) {
    const auto ending = settings.out.extension();
    if (settings.out != "-" && ending != ".parquet" && ending != ".csv")
        return wrongUse(settings.out.string() + " is neither a .csv nor a .parquet file",
                        "Name it .csv or .parquet, or - for stdout");
    for (const auto& place : settings.places) {
        std::error_code none;
        if (std::filesystem::equivalent(place, settings.out, none))
            return wrongUse(settings.out.string() + " is what is to be predicted", "Name another --out");
    }
    if (settings.out.extension() != ".parquet")
        return settings.isJson && settings.out == "-" ? makeJsonPredictions(settings.out, form)
                                                      : makeCsvPredictions(settings.out, form);
#ifdef SLIPWAY_HAS_TABLES
    return makeParquetPredictions(settings.out, form);
#else
    return Error{ErrorCode::Unavailable,
                 "this slipway-runner was built without Arrow and writes no Parquet",
                 {},
                 "Name a .csv file"};
#endif
}

// Groups get numbers as they come; the report has them in order of their names.
class GroupNumbers {
public:
    Result<void> take(SamplePiece& piece, Evaluation& evaluation) {
        if (piece.groupNames.empty()) return {};
        std::vector<std::int64_t> numbers;
        for (const auto& name : piece.groupNames) {
            const auto [found, isNew] =
                m_numbers.try_emplace(name, static_cast<std::int64_t>(m_names.size()));
            if (isNew) m_names.push_back(name);
            numbers.push_back(found->second);
        }
        if (m_names.size() > kMaxGroups)
            return wrongUse(
                "the column of the groups has more than " + std::to_string(kMaxGroups) + " values",
                "Group by a column that has few");
        for (auto& group : piece.set.groups) group = numbers[static_cast<std::size_t>(group)];
        evaluation.setGroups(m_names);
        return {};
    }

private:
    static constexpr std::size_t kMaxGroups = 10'000;  // as in training
    std::vector<std::string> m_names;
    std::map<std::string, std::int64_t> m_numbers;
};

void sortGroups(nlohmann::ordered_json& report) {
    if (!report.contains("groups")) return;
    auto groups = report["groups"].get<std::vector<nlohmann::ordered_json>>();
    std::ranges::sort(groups, {},
                      [](const auto& group) { return group["name"].template get<std::string>(); });
    report["groups"] = std::move(groups);
}

Result<Evaluation> evaluateAll(const SavedModel& model, const ModelUse& use,
                               const EvaluationSettings& settings) {
    std::string group = settings.group;
    const bool isOwn = group.empty() && model.config.data.type == "table";
    if (isOwn) group = textValue(model.config.data.values, "group");
    SLIPWAY_TRY(const auto source, openSource(model.config, {{settings.data}, true, group, isOwn}));
    if (!group.empty() && !source->hasGroups() && use.message)
        use.message(settings.data.string() + " has no column " + group +
                    ", by which the model's evaluations are split: it is evaluated without groups");
    const Tick tick = tickOf(use, source->total());
    Evaluation evaluation(model.config.form);
    GroupNumbers groups;
    for (;;) {
        SLIPWAY_TRY(SamplePiece piece, source->next());
        if (piece.set.count == 0) break;
        SLIPWAY_CHECK(groups.take(piece, evaluation));
        SLIPWAY_CHECK(addTo(evaluation, *model.network, model.config.form, piece.set, model.placement,
                            model.config.batch, tick));
    }
    if (evaluation.count() == 0)
        return wrongUse(settings.data.string() + " has no sample to evaluate with", "Name other data");
    return evaluation;
}

// A value that was changed is seen neither by the number of samples nor by their form.
Result<void> checkDigest(const ModelUse& use, const EvaluationSettings& settings) {
    if (settings.digest.empty()) return {};
    std::stop_source stop;
    SLIPWAY_TRY(const ContentDigest now, contentDigest(settings.data, stop.get_token(), [&](Bytes) {
                    if (use.stop != nullptr && use.stop->load()) stop.request_stop();
                }));
    if (now.digest.str() == settings.digest) return {};
    return otherData(settings.data, "its digest is " + now.digest.str() + ", and was " + settings.digest);
}

Result<Evaluation> evaluateHeldOut(const SavedModel& model, const ModelUse& use,
                                   const EvaluationSettings& settings) {
    SLIPWAY_CHECK(checkDigest(use, settings));
    SLIPWAY_TRY(const Samples samples, heldOutSamples(model.config, settings.data, settings.group));
    Evaluation evaluation(samples);
    SLIPWAY_CHECK(addTo(evaluation, *model.network, samples, samples.test, model.placement,
                        model.config.batch, tickOf(use, samples.test.count)));
    return evaluation;
}

}  // namespace

Result<std::int64_t> predictWithModel(const ModelUse& use, const PredictionSettings& settings) {
    return guarded<std::int64_t>([&]() -> Result<std::int64_t> {
        SLIPWAY_TRY(const SavedModel model, openModel(use));
        if (model.config.form.shape.isText())
            return wrongUse("this model goes on with texts and does not predict", "Give it a --prompt");
        SLIPWAY_TRY(const auto source, openSource(model.config, {settings.places, false, ""}));
        const PredictionForm form = predictionForm(model, *source, static_cast<std::size_t>(settings.top));
        SLIPWAY_TRY(const auto file, openOut(settings, form));
        SLIPWAY_TRY(const auto count, predict(model, *source, form, *file, tickOf(use, source->total())));
        SLIPWAY_CHECK(file->finish());
        return count;
    });
}

Result<std::string> evaluateModel(const ModelUse& use, const EvaluationSettings& settings) {
    return guarded<std::string>([&]() -> Result<std::string> {
        SLIPWAY_TRY(const SavedModel model, openModel(use));
        SLIPWAY_TRY(const Evaluation evaluation, settings.isHeldOut ? evaluateHeldOut(model, use, settings)
                                                                    : evaluateAll(model, use, settings));
        auto report = evaluation.report();
        if (!settings.isHeldOut) sortGroups(report);
        return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    });
}

Result<void> generateText(const ModelUse& use, const TextSettings& settings,
                          const std::function<void(std::string_view)>& tell) {
    return guarded<void>([&]() -> Result<void> {
        SLIPWAY_TRY(const SavedModel model, openModel(use));
        if (!model.config.form.shape.isText())
            return wrongUse("this model takes no text", "Give it files to predict");
        const Tick tick = tickOf(use, settings.tokens);
        std::vector<std::int32_t> prompt;
        std::optional<Tokenizer> tokenizer;
        if (model.config.tokenizer.empty()) {
            for (const char byte : settings.prompt) prompt.push_back(static_cast<unsigned char>(byte));
        } else {
            SLIPWAY_TRY(tokenizer, Tokenizer::open(model.config.tokenizer));
            tokenizer->encode(settings.prompt, prompt);
            if (tokenizer->vocabulary() != model.config.form.shape.vocabulary)
                return Error{
                    ErrorCode::Corrupt, model.config.tokenizer.string() + " is not the model's", {}, {}};
        }
        return generate(
            model, {prompt.begin(), prompt.end()}, {settings.tokens, settings.temperature, settings.seed},
            [&](std::int64_t token) {
                const char byte = static_cast<char>(token);
                tell(tokenizer ? std::string_view(tokenizer->bytesOf(token)) : std::string_view(&byte, 1));
                return tick(1);
            });
    });
}

}  // namespace slipway
