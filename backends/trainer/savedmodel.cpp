// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/savedmodel.h"

#include "backends/platform/files.h"
#include "backends/trainer/checkpoint.h"
#include "backends/trainer/precision.h"
#include "backends/trainer/safetensors.h"
#include "backends/trainer/torchscript.h"

#include <cstring>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;

// The network is on the CPU still.
Result<void> loadWeights(const fs::path& file, const torch::nn::Module& network) {
    NamedTensors tensors;
    for (const auto& item : network.named_parameters()) tensors.emplace_back(item.key(), item.value());
    for (const auto& item : network.named_buffers()) tensors.emplace_back(item.key(), item.value());
    SLIPWAY_TRY(const TensorFile saved, readSafetensors(file));
    const torch::NoGradGuard noGradients;
    std::vector<torch::Tensor> holder;
    const auto wanted = viewsOf(tensors, holder);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const TensorView* const found = saved.find(wanted[i].name);
        if (found == nullptr || found->type != wanted[i].type || found->shape != wanted[i].shape)
            return Error{ErrorCode::Corrupt,
                         file.string() + " is not of the network that its config.json tells of: " +
                             wanted[i].name + (found == nullptr ? " is missing" : " is another"),
                         {},
                         "Fetch the result again"};
        if (!found->data.empty()) std::memcpy(holder[i].data_ptr(), found->data.data(), found->data.size());
        tensors[i].second.copy_(holder[i]);
    }
    return {};
}

}  // namespace

Result<SavedModel> loadModel(const fs::path& folder, const torch::Device& device) {
    const fs::path file = folder / "config.json";
    SLIPWAY_TRY(const std::string text, readFile(file, kMaxConfigBytes));
    SavedModel model;
    SLIPWAY_TRY(model.config, decodeConfig(text, file));
    if (!tokenizerInput(model.config.data).empty()) model.config.tokenizer = folder / kTokenizerFile;
    SLIPWAY_TRY(model.network, makeNetwork(model.config.network, model.config.form.shape,
                                           model.config.outputs(), folder / kModuleFile));
    SLIPWAY_CHECK(loadWeights(folder / "model.safetensors", *model.network));
    model.placement = {device, castType(model.config.precision),
                       model.config.form.shape.isImage && model.config.isChannelsLast};
    model.network->to(device);
    if (model.placement.isChannelsLast)
        for (auto& parameter : model.network->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    model.network->eval();
    return model;
}

}  // namespace slipway::trainer
