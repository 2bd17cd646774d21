// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/resultwriter.h"

#include "backends/platform/files.h"
#include "backends/trainer/checkpoint.h"

#include <nlohmann/json.hpp>

namespace slipway::trainer {
namespace {

using Json = nlohmann::ordered_json;

Json typed(const TypedParameters& choice) {
    Json json{{"type", choice.type}};
    for (const auto& [name, value] : choice.values)
        std::visit([&, &key = name](const auto& v) { json[key] = v; }, value);
    return json;
}

// How a sample becomes the numbers that the network takes.
Json input(const Samples& samples) {
    const SampleShape& shape = samples.shape;
    if (shape.isText()) return {{"context", shape.width}, {"vocabulary", shape.vocabulary}};
    Json json{{"shape", {shape.channels, shape.height, shape.width}}};
    for (const auto& column : samples.columns) {
        json["columns"].push_back({{"name", column.name}});
        if (column.categories.empty())
            json["columns"].back()["missing"] = column.missing;
        else
            json["columns"].back()["categories"] = column.categories;
    }
    json["mean"] = samples.mean;
    json["deviation"] = samples.deviation;
    if (shape.isImage) json["scale"] = 1.0 / 255;  // before mean and deviation
    return json;
}

Json config(const JobSpec& job, const Samples& samples, const NamedTensors& weights) {
    std::int64_t parameters = 0;
    for (const auto& [name, tensor] : weights)
        if (tensor.requires_grad()) parameters += tensor.numel();
    Json json{{"format", "slipway.model/1"},
              {"name", job.name},
              {"network", typed(job.train()->network)},
              {"parameters", parameters},
              {"input", input(samples)}};
    if (!samples.shape.isText())
        json["output"] = samples.classes > 0 ? Json{{"classes", samples.classNames}}
                                             : Json{{"value", textValue(job.train()->data.values, "target")}};
    return json;
}

Result<void> writeJson(const std::filesystem::path& file, const Json& json) {
    return writeFileAtomically(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

Result<void> writeResult(const std::filesystem::path& folder, const JobSpec& job, const Samples& samples,
                         const NamedTensors& weights, const TrainOutcome& outcome,
                         const std::optional<Evaluation>& evaluation) {
    SLIPWAY_CHECK(makeFolders(folder));
    std::vector<torch::Tensor> holder;
    SLIPWAY_TRY([[maybe_unused]] const auto size,
                writeSafetensors(folder / "model.safetensors", viewsOf(weights, holder), {{"format", "pt"}}));
    SLIPWAY_CHECK(writeJson(folder / "config.json", config(job, samples, weights)));
    if (evaluation) SLIPWAY_CHECK(writeJson(folder / "evaluation.json", evaluation->report()));
    Json metrics{{"step", outcome.step}, {"metrics", outcome.metrics}, {"seconds", outcome.seconds}};
    if (const auto& best = outcome.best) {
        const bool isLast = best->step == outcome.step;
        if (!isLast)
            SLIPWAY_CHECK(
                writeBestWeights(folder.parent_path() / "checkpoints", folder / "best.safetensors"));
        metrics["best"] = {{"step", best->step},
                           {"metric", best->metric},
                           {"value", best->value},
                           {"weights", isLast ? "model.safetensors" : "best.safetensors"}};
    }
    return writeJson(folder / "metrics.json", metrics);
}

}  // namespace slipway::trainer
