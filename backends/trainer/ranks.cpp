// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/ranks.h"

#include "backends/trainer/cuda/ncclgroup.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <dlfcn.h>

#include <algorithm>

namespace slipway::trainer {
namespace {

using std::chrono::minutes;
constexpr minutes kJoinTimeout{5};
constexpr minutes kStepTimeout{30};  // rank 0 evaluates and saves while the others wait

class OneRank final : public Ranks {
public:
    void broadcast(const NamedTensors&) override {}
    void averageGradients(const NamedTensors&) override {}
    void prepareBackward() override {}
    Shared share(Shared own) override { return own; }
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

c10::intrusive_ptr<c10d::ProcessGroup> processGroup(const c10::intrusive_ptr<c10d::Store>& store,
                                                    const TrainContext& context, const torch::Device& device,
                                                    const c10::intrusive_ptr<c10d::Backend>& backend) {
    const auto type =
        device.is_cuda() ? c10d::ProcessGroup::BackendType::NCCL : c10d::ProcessGroup::BackendType::GLOO;
    auto group = c10::make_intrusive<c10d::ProcessGroup>(store, context.rank, context.worldSize);
    group->setBackend(device.type(), type, backend);
    group->setDefaultBackend(type);
    return group;
}

std::unique_ptr<c10d::Reducer> makeReducer(const NamedTensors& named,
                                           const c10::intrusive_ptr<c10d::ProcessGroup>& group) {
    constexpr std::size_t kFirst = c10d::kDefaultFirstBucketBytes;
    constexpr std::size_t kOthers = c10d::kDefaultBucketBytesCap;
    std::vector<torch::Tensor> parameters;
    std::unordered_map<std::size_t, std::string> names;
    for (const auto& [name, parameter] : named) {
        names.emplace(parameters.size(), name);
        parameters.push_back(parameter);
    }
    auto buckets = std::get<0>(c10d::compute_bucket_assignment_by_size(parameters, {kFirst, kOthers}));
    std::reverse(buckets.begin(), buckets.end());
    const std::vector<bool> isSparse(parameters.size(), false);
    return std::make_unique<c10d::Reducer>(
        std::move(parameters), std::move(buckets), group, isSparse, std::int64_t{kOthers},
        /*find_unused_parameters=*/false, /*gradient_as_bucket_view=*/true, std::move(names),
        std::int64_t{kFirst}, /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false,
        std::vector<std::int64_t>{});
}

class ManyRanks final : public Ranks {
public:
    ManyRanks(int size, torch::Device device, c10::intrusive_ptr<c10d::ProcessGroup> group)
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

    // The reducer settles its buckets after its first pass, by the order in which gradients came. That pass is one through the
    // parameters alone, last ones first, so that buckets, and with them the order of sums, are the same whether a run begins or goes on.
    void averageGradients(const NamedTensors& parameters) override {
        m_reducer = makeReducer(parameters, m_group);
        auto sum = torch::zeros({}, m_device);
        for (const auto& [name, parameter] : parameters) sum = sum + parameter.sum();
        prepareBackward();
        sum.backward();
        m_reducer->rebuild_buckets();
        for (const auto& [name, parameter] : parameters) parameter.mutable_grad().reset();
    }

    void prepareBackward() override { m_reducer->prepare_for_backward({}); }

    Shared share(Shared own) override {
        std::vector<torch::Tensor> sums{
            torch::tensor({own.loss, own.isStopped ? 1.0 : 0.0}, torch::kDouble).to(m_device)};
        m_group->allreduce(sums)->wait();
        const torch::Tensor shared = sums[0].cpu();
        return {shared[0].item<double>() / m_size, shared[1].item<double>() > 0};
    }

    void wait() override {
        std::vector<torch::Tensor> one{torch::zeros({1}, m_device)};
        m_group->allreduce(one)->wait();
        one[0].cpu();  // a GPU's queue is empty only then
    }

private:
    int m_size;
    torch::Device m_device;
    c10::intrusive_ptr<c10d::ProcessGroup> m_group;
    std::unique_ptr<c10d::Reducer> m_reducer;
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
        c10::intrusive_ptr<c10d::Backend> backend;
        if (device.is_cuda())
            cudaPart->makeNcclGroup(store, context.rank, context.worldSize, kStepTimeout, backend);
        else
            backend = glooGroup(store, context.rank, context.worldSize);
        return std::unique_ptr<Ranks>(std::make_unique<ManyRanks>(
            context.worldSize, device, processGroup(store, context, device, backend)));
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
