// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/trainer.h"

#include "backends/core/units.h"
#include "backends/data/tokenizer.h"
#include "backends/platform/files.h"
#include "backends/trainer/device.h"
#include "backends/trainer/libraryerror.h"
#include "backends/trainer/modelconfig.h"
#include "backends/trainer/networkfactory.h"
#include "backends/trainer/ranks.h"
#include "backends/trainer/resultwriter.h"
#include "backends/trainer/samples.h"
#include "backends/trainer/torchscript.h"
#include "backends/trainer/trainingloop.h"

#include <algorithm>

namespace slipway {
namespace {

using namespace trainer;

void prepareLibrary(const JobSpec& job, const TrainContext& context, const torch::Device& device) {
    const bool isDeterministic = boolValue(job.train()->loop, "deterministic");
    at::globalContext().setDeterministicAlgorithms(isDeterministic, /*warn_only=*/true);
    at::globalContext().setDeterministicFillUninitializedMemory(false);
    at::globalContext().setDeterministicCuDNN(isDeterministic);
    at::globalContext().setBenchmarkCuDNN(!isDeterministic && device.is_cuda());
    at::set_num_threads(std::max(1, context.threads));
    torch::manual_seed(static_cast<std::uint64_t>(job.seed));
}

std::string startText(const Samples& samples, const NamedTensors& weights, const torch::Device& device,
                      int threads) {
    std::int64_t parameters = 0;
    for (const auto& [name, tensor] : weights)
        if (tensor.requires_grad()) parameters += tensor.numel();
    return siNumber(static_cast<double>(parameters)) + " parameters, " + grouped(samples.training.count) +
           " training and " + grouped(samples.test.count) + " test samples, on " + device.str() +
           (device.is_cpu() ? " with " + std::to_string(threads) + " threads" : "");
}

// Without it nobody could say what the model's tokens mean.
Result<void> keepTokenizer(const TypedParameters& data, const TrainContext& context) {
    const auto found = context.inputs.find(tokenizerInput(data));
    if (found == context.inputs.end()) return {};
    const auto folder = context.runFolder / "result";
    SLIPWAY_TRY(const std::string text, readFile(found->second, kMaxTokenizerBytes));
    SLIPWAY_CHECK(makeFolders(folder));
    return writeFileAtomically(folder / kTokenizerFile, text);
}

std::filesystem::path moduleOf(const TypedParameters& network, const TrainContext& context) {
    if (network.type != "torchscript") return {};
    const auto found = context.inputs.find(textValue(network.values, "input"));
    return found == context.inputs.end() ? std::filesystem::path() : found->second;
}

Result<TrainOutcome> trainInside(const JobSpec& job, const TrainContext& context, TrainObserver& observer) {
    const TrainSpec* const train = job.train();
    if (train == nullptr) return Error{ErrorCode::InvalidArgument, "the job has no train: part", {}, {}};
    const auto message = [&](std::string_view text) { observer.onMessage(text); };
    SLIPWAY_TRY(const auto device,
                chooseDevice(textValue(train->loop, "device"), context.localRank, message));
    prepareLibrary(job, context, device);
    SLIPWAY_TRY(const auto samples, loadSamples(train->data, context.inputs, job.seed));
    SLIPWAY_CHECK(checkLabels(samples));
    SLIPWAY_TRY(const auto network,
                makeNetwork(train->network, samples.shape, std::max<std::int64_t>(1, samples.classes),
                            moduleOf(train->network, context)));
    network->to(device);
    SLIPWAY_TRY(const auto ranks, Ranks::join(context, device));

    TrainingLoop loop(job, context, observer, samples, network, device, *ranks);
    if (context.rank == 0) message(startText(samples, loop.weights(), device, context.threads));
    SLIPWAY_TRY(const auto outcome, loop.run());
    if (context.rank == 0 && !outcome.isInterrupted) {
        SLIPWAY_CHECK(keepTokenizer(train->data, context));
        SLIPWAY_CHECK(writeResult(context.runFolder / "result", job, samples, loop.weights(), outcome,
                                  loop.evaluation()));
        SLIPWAY_CHECK(saveScripted(*network, context.runFolder / "result" / kModuleFile));
    }
    ranks->wait();
    return outcome;
}

}  // namespace

int trainThreads(MilliCpu cpu) {
    return static_cast<int>(std::max<std::int64_t>(1, (cpu.count + 999) / 1000));
}

Result<TrainOutcome> train(const JobSpec& job, const TrainContext& context, TrainObserver& observer) {
    const auto code = context.worldSize > 1 ? ErrorCode::Unavailable : ErrorCode::Internal;
    const char* const what =
        context.worldSize > 1 ? "training stopped; often because another rank has ended" : "libtorch failed";
    try {
        return trainInside(job, context, observer);
    } catch (...) {
        return libraryError(code, what);
    }
}

}  // namespace slipway
