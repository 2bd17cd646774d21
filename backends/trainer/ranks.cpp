// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/ranks.h"

#include "backends/trainer/cuda/ncclgroup.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <dlfcn.h>

namespace slipway::trainer {
namespace {

using std::chrono::minutes;
constexpr minutes kJoinTimeout{5};
constexpr minutes kStepTimeout{30};  // rank 0 evaluates and saves while the others wait

class OneRank final : public Ranks {
public:
    void broadcast(const NamedTensors&) override {}
    Shared average(const NamedTensors&, Shared own) override { return own; }
    void wait() override {}
};

c10::intrusive_ptr<c10d::Backend> glooGroup(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int size) {
    auto options = c10d::ProcessGroupGloo::Options::create(kStepTimeout);
    options->devices.push_back(c10d::ProcessGroupGloo::createDefaultDevice());
    return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
}

struct CudaPart {
    decltype(&slipwayMakeNcclGroup) makeNcclGroup = nullptr;
};

Result<CudaPart> loadCudaPart() {
    void* const part = ::dlopen("libslipway_cuda.so", RTLD_NOW);
    void* const function = part == nullptr ? nullptr : ::dlsym(part, "slipwayMakeNcclGroup");
    if (function == nullptr)
        return Error{ErrorCode::Unavailable, "ranks on GPUs need the CUDA part, which cannot be loaded",
                     ::dlerror(), "Run installer/setup --cuda and build again, or set train.device to cpu"};
    return CudaPart{reinterpret_cast<decltype(CudaPart::makeNcclGroup)>(function)};
}

class ManyRanks final : public Ranks {
public:
    ManyRanks(int size, torch::Device device, c10::intrusive_ptr<c10d::Backend> group)
        : m_size(size),
          m_device(device),
          m_group(std::move(group)) {}

    void broadcast(const NamedTensors& tensors) override {
        for (const auto& [name, tensor] : tensors) {
            std::vector<torch::Tensor> sent{tensor.detach().to(m_device).contiguous()};
            m_group->broadcast(sent)->wait();
            tensor.detach().copy_(sent[0]);
        }
    }

    Shared average(const NamedTensors& parameters, Shared own) override {
        const torch::NoGradGuard noGradients;
        if (!m_flat.defined()) {
            std::int64_t count = 2;
            for (const auto& [name, parameter] : parameters) count += parameter.numel();
            m_flat = torch::empty({count}, m_device);
        }
        m_flat.narrow(0, 0, 2).copy_(
            torch::tensor({static_cast<float>(own.loss), own.isStopped ? 1.0F : 0.0F}));
        std::int64_t offset = 2;
        for (const auto& [name, parameter] : parameters) {
            m_flat.narrow(0, offset, parameter.numel()).copy_(parameter.grad().flatten());
            offset += parameter.numel();
        }
        std::vector<torch::Tensor> flat{m_flat};
        m_group->allreduce(flat)->wait();
        m_flat.div_(m_size);
        offset = 2;
        for (const auto& [name, parameter] : parameters) {
            parameter.mutable_grad().copy_(
                m_flat.narrow(0, offset, parameter.numel()).view(parameter.sizes()));
            offset += parameter.numel();
        }
        const torch::Tensor shared = m_flat.narrow(0, 0, 2).cpu();
        return {shared[0].item<float>(), shared[1].item<float>() > 0};
    }

    void wait() override {
        std::vector<torch::Tensor> one{torch::zeros({1}, m_device)};
        m_group->allreduce(one)->wait();
        one[0].cpu();  // a GPU's queue is empty only then
    }

private:
    int m_size;
    torch::Device m_device;
    c10::intrusive_ptr<c10d::Backend> m_group;
    torch::Tensor m_flat;
};

}  // namespace

Result<std::unique_ptr<Ranks>> Ranks::join(const TrainContext& context, const torch::Device& device) {
    if (context.worldSize == 1) return std::unique_ptr<Ranks>(std::make_unique<OneRank>());
    const auto cudaPart = device.is_cuda() ? loadCudaPart() : Result<CudaPart>(CudaPart{});
    if (!cudaPart) return cudaPart.error();
    try {
        c10d::TCPStoreOptions settings;
        settings.port = static_cast<std::uint16_t>(context.masterPort);
        settings.isServer = context.rank == 0;
        settings.numWorkers = static_cast<std::size_t>(context.worldSize);
        settings.timeout = kJoinTimeout;
        const c10::intrusive_ptr<c10d::Store> store =
            c10::make_intrusive<c10d::TCPStore>(context.masterAddress, settings);
        c10::intrusive_ptr<c10d::Backend> group;
        if (device.is_cuda())
            cudaPart->makeNcclGroup(store, context.rank, context.worldSize, kStepTimeout, group);
        else
            group = glooGroup(store, context.rank, context.worldSize);
        return std::unique_ptr<Ranks>(
            std::make_unique<ManyRanks>(context.worldSize, device, std::move(group)));
    } catch (const std::exception& problem) {
        const auto* known = dynamic_cast<const c10::Error*>(&problem);
        return Error{ErrorCode::Unavailable,
                     "rank " + std::to_string(context.rank) + " did not find the other " +
                         std::to_string(context.worldSize - 1) + " at " + context.masterAddress + ":" +
                         std::to_string(context.masterPort),
                     known != nullptr ? known->what_without_backtrace() : problem.what(),
                     "Check that all ranks run and reach rank 0"};
    }
}

}  // namespace slipway::trainer
