// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

#include "backends/trainer/torchscript.h"

#include <array>

namespace slipway::trainer {
namespace {

enum class Data { Images, Tables, ImagesAndNumbers, Text };

struct Row {
    std::string_view type;
    Data data;
    Result<NetworkPointer> (*make)(const ParameterValues&, const SampleShape&, std::int64_t);
};
constexpr std::array kNetworks{Row{"mlp", Data::ImagesAndNumbers, makeMlp},
                               Row{"cnn", Data::Images, makeCnn},
                               Row{"resnet", Data::Images, makeResNet},
                               Row{"vit", Data::Images, makeVisionTransformer},
                               Row{"gpt", Data::Text, makeGpt},
                               Row{"tabular", Data::Tables, makeTabular}};

bool takes(Data data, const SampleShape& shape) {
    switch (data) {
        case Data::Images: return shape.isImage;
        case Data::Tables: return !shape.isImage && !shape.isText();
        case Data::ImagesAndNumbers: return !shape.isText() && shape.categories.empty();
        case Data::Text: return shape.isText();
    }
    return false;
}

Error unfit(const std::string& type, const SampleShape& shape) {
    const auto told = [&](const std::string& what, const std::string& better) {
        return Error{ErrorCode::InvalidArgument,
                     "train.network: " + type + " does not take " + what,
                     {},
                     "Set train.network.type to " + better};
    };
    if (shape.isText()) return told("text", "gpt");
    if (shape.isImage) return told("images", "cnn, resnet, vit or mlp");
    return told(shape.categories.empty() ? "a table" : "a table with categories", "tabular");
}

}  // namespace

Result<NetworkPointer> makeNetwork(const TypedParameters& network, const SampleShape& shape,
                                   std::int64_t outputs, const std::filesystem::path& module) {
    if (network.type == "torchscript")
        return shape.categories.empty() ? loadScripted(module, shape, outputs)
                                        : Result<NetworkPointer>(unfit(network.type, shape));
    for (const auto& row : kNetworks)
        if (row.type == network.type)
            return takes(row.data, shape) ? row.make(network.values, shape, outputs)
                                          : Result<NetworkPointer>(unfit(network.type, shape));
    return Error{ErrorCode::InvalidArgument,
                 "train.network.type: this slipway-runner has no network " + network.type,
                 {},
                 {}};
}

}  // namespace slipway::trainer
