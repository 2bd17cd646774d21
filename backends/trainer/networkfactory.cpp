// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

#include <array>

namespace slipway::trainer {
namespace {

struct Row {
    std::string_view type;
    Result<NetworkPointer> (*make)(const ParameterValues&, const SampleShape&, std::int64_t);
};
constexpr std::array kNetworks{Row{"mlp", makeMlp}, Row{"cnn", makeCnn}, Row{"resnet", makeResNet},
                               Row{"vit", makeVisionTransformer}};

}  // namespace

Result<void> needImages(const std::string& type, const SampleShape& shape) {
    if (shape.isImage) return {};
    return Error{ErrorCode::InvalidArgument,
                 "train.network: " + type + " needs images, and the data are a table",
                 {},
                 "Set train.network.type to mlp"};
}

Result<NetworkPointer> makeNetwork(const TypedParameters& network, const SampleShape& shape,
                                   std::int64_t outputs) {
    for (const auto& row : kNetworks)
        if (row.type == network.type) return row.make(network.values, shape, outputs);
    return Error{ErrorCode::InvalidArgument,
                 "train.network.type: this slipway-runner has no network " + network.type,
                 {},
                 {}};
}

}  // namespace slipway::trainer
