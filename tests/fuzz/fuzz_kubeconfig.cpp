// SPDX-License-Identifier: Apache-2.0
// Any text as a kubeconfig: no crash, every error with its place, what is read merges with itself to itself.
#include "backends/cluster/kubernetes/kubeconfig.h"

#include <cstdint>
#include <cstdlib>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway::kube;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
    auto config = parseKubeconfig(text, "/k/config");
    if (!config) {
        if (!config.error().message.starts_with("/k/config:")) std::abort();
        return 0;
    }
    const std::size_t contexts = config->contexts.size();
    mergeKubeconfig(*config, *config);
    if (config->contexts.size() != contexts) std::abort();
    for (const KubeContext& context : config->contexts) {
        if (config->context(context.name) == nullptr) std::abort();
    }
    return 0;
}
