// SPDX-License-Identifier: Apache-2.0
// Networks by their row in core/modeltypes.cpp. A new one: that row, a file in networks/, a line here and in the factory's table.
// Training thread only.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/trainer/samples.h"
#include "backends/trainer/torchheaders.h"

#include <filesystem>
#include <memory>

namespace slipway::trainer {

// Takes batch × channels × height × width floats, gives batch × outputs; of a text batch × tokens whole numbers, and gives batch ×
// tokens × vocabulary.
class Network : public torch::nn::Module {
public:
    virtual torch::Tensor forward(const torch::Tensor& input) = 0;
};

using NetworkPointer = std::shared_ptr<Network>;

Result<NetworkPointer> makeMlp(const ParameterValues& settings, const SampleShape& shape,
                               std::int64_t outputs);
Result<NetworkPointer> makeCnn(const ParameterValues& settings, const SampleShape& shape,
                               std::int64_t outputs);
Result<NetworkPointer> makeResNet(const ParameterValues& settings, const SampleShape& shape,
                                  std::int64_t outputs);
Result<NetworkPointer> makeVisionTransformer(const ParameterValues& settings, const SampleShape& shape,
                                             std::int64_t outputs);
Result<NetworkPointer> makeGpt(const ParameterValues& settings, const SampleShape& shape,
                               std::int64_t outputs);
Result<NetworkPointer> makeTabular(const ParameterValues& settings, const SampleShape& shape,
                                   std::int64_t outputs);

// `module`: the file of a network that is one. InvalidArgument where the network does not fit the data; loadScripted()'s errors.
Result<NetworkPointer> makeNetwork(const TypedParameters& network, const SampleShape& shape,
                                   std::int64_t outputs, const std::filesystem::path& module = {});

}  // namespace slipway::trainer
