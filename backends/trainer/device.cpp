// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/device.h"

#include <dlfcn.h>

namespace slipway::trainer {
namespace {

Error unavailable(std::string message, std::string detail, std::string hint) {
    return {ErrorCode::Unavailable, std::move(message), std::move(detail), std::move(hint)};
}

Result<torch::Device> cudaDevice(int localRank) {
    if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr)
        return unavailable("libtorch's CUDA part cannot be loaded", ::dlerror(),
                           "Run installer/setup --cuda, which adds the CUDA libraries");
    const int count =
        static_cast<std::uint8_t>(torch::cuda::device_count());  // a small signed type, never negative
    if (count == 0)
        return unavailable("the NVIDIA driver shows no GPU", {}, "Check nvidia-smi and CUDA_VISIBLE_DEVICES");
    if (localRank >= count)
        return unavailable("rank " + std::to_string(localRank) + " of this machine has no GPU: there are " +
                               std::to_string(count),
                           {}, "Use fewer replicas");
    return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(localRank));
}

}  // namespace

Result<torch::Device> chooseDevice(const std::string& wanted, int localRank,
                                   const std::function<void(std::string_view)>& message) {
    if (wanted == "cpu") return torch::Device(torch::kCPU);
    const bool hasDriver = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    if (!hasDriver) {
        if (wanted == "auto") return torch::Device(torch::kCPU);
        return unavailable("train.device: there is no NVIDIA driver here", ::dlerror(),
                           "Set train.device to auto or cpu");
    }
    auto device = cudaDevice(localRank);
    if (device || wanted == "cuda") return device;
    message("training on the CPU: " + describe(device.error()));
    return torch::Device(torch::kCPU);
}

}  // namespace slipway::trainer
