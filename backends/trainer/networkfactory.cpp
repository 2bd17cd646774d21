// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

#include <array>

namespace slipway::trainer {
namespace {

struct Row {
    std::string_view type;
    Result<NetworkPointer> (*make)(const ParameterValues&, const SampleShape&, std::int64_t);
};
constexpr std::array kNetworks{Row{"mlp", makeMlp}, Row{"cnn", makeCnn}};

}  // namespace

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
