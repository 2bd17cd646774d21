// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/resultwriter.h"

#include "backends/platform/files.h"
#include "backends/trainer/checkpoint.h"
#include "backends/trainer/modelconfig.h"

#include <nlohmann/json.hpp>

namespace slipway::trainer {
namespace {

using Json = nlohmann::ordered_json;

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
    std::int64_t parameters = 0;
    for (const auto& [name, tensor] : weights)
        if (tensor.requires_grad()) parameters += tensor.numel();
    ModelConfig config = configOf(job, samples, parameters);
    config.madeWith = "Slipway " SLIPWAY_VERSION ", libtorch " TORCH_VERSION;
    SLIPWAY_CHECK(writeFileAtomically(folder / "config.json", encodeConfig(config)));
    if (evaluation) {
        Json report = evaluation->report();
        SLIPWAY_TRY(Json worst, worstJson(evaluation->worst(), samples, samples.test));
        if (!worst.empty()) report["worst"] = std::move(worst);
        SLIPWAY_CHECK(writeJson(folder / "evaluation.json", report));
    }
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
