// SPDX-License-Identifier: Apache-2.0
// A module that Python exported by torch.jit.save, trained or evaluated as it is.
#include "backends/trainer/torchscript.h"
#include "backends/trainer/networkfactory.h"

#include <torch/script.h>

#include <algorithm>
#include <set>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;

// The parameters and buffers are the module's own tensors under their own names, so that optimizers, checkpoints and devices reach it.
class ScriptedNetwork final : public Network {
public:
    explicit ScriptedNetwork(torch::jit::Module script) : m_script(std::move(script)) {
        std::set<const void*> known;  // weights that two layers share are trained once
        for (const auto& [name, tensor] : m_script.named_parameters())
            if (known.insert(tensor.unsafeGetTensorImpl()).second)
                holderOf(name).register_parameter(lastOf(name), tensor, tensor.requires_grad());
        for (const auto& [name, tensor] : m_script.named_buffers())
            holderOf(name).register_buffer(lastOf(name), tensor);
    }

    torch::Tensor forward(const torch::Tensor& input) override {
        return m_script.forward({input}).toTensor();
    }
    void train(bool isOn) override {
        Network::train(isOn);
        m_script.train(isOn);
    }
    void writeTo(const fs::path& file) const { m_script.save(file.string()); }

private:
    struct Part final : torch::nn::Module {};

    static std::string lastOf(const std::string& name) { return name.substr(name.rfind('.') + 1); }
    // Of "layers.0.weight" the module "layers.0", made where it is missing.
    torch::nn::Module& holderOf(const std::string& name) {
        torch::nn::Module* holder = this;
        std::size_t begin = 0;
        for (std::size_t dot = 0; (dot = name.find('.', begin)) != std::string::npos; begin = dot + 1) {
            const std::string part = name.substr(begin, dot - begin);
            const auto children = holder->named_children();  // holds them while one is looked for
            const auto* const found = children.find(part);
            holder = found != nullptr ? found->get()
                                      : holder->register_module(part, std::make_shared<Part>()).get();
        }
        return *holder;
    }

    torch::jit::Module m_script;
};

Error unfit(const fs::path& file, std::string what, std::string hint) {
    return {ErrorCode::InvalidArgument,
            "train.network: " + file.string() + " " + std::move(what),
            {},
            std::move(hint)};
}

std::string shapeText(at::IntArrayRef sizes) {
    std::string text;
    for (const auto size : sizes) text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text;
}

// Two samples of nothing, to see what comes out.
Result<void> tryOut(ScriptedNetwork& network, const fs::path& file, const SampleShape& shape,
                    std::int64_t outputs) {
    const torch::NoGradGuard noGradients;
    network.eval();
    const std::int64_t tokens = 2;
    const auto input = shape.isText() ? torch::zeros({2, tokens}, torch::kLong)
                                      : torch::zeros({2, shape.channels, shape.height, shape.width});
    try {
        const auto output = network.forward(input);
        network.train(true);
        const auto wanted = shape.isText() ? std::vector<std::int64_t>{2, tokens, shape.vocabulary}
                                           : std::vector<std::int64_t>{2, outputs};
        if (output.sizes() == at::IntArrayRef(wanted)) return {};
        return unfit(file,
                     "gives " + shapeText(output.sizes()) + " for two samples, where the data want " +
                         shapeText(wanted),
                     "Export a module whose last layer has " + std::to_string(wanted.back()) + " outputs");
    } catch (const std::exception& problem) {
        Error error = unfit(file, "does not take samples of " + shapeText(input.sizes().slice(1)),
                            "Export it with an example of the data's shape");
        error.detail = problem.what();
        return error;
    }
}

}  // namespace

Result<NetworkPointer> loadScripted(const fs::path& file, const SampleShape& shape, std::int64_t outputs) {
    std::error_code missing;
    if (!fs::exists(file, missing))
        return Error{ErrorCode::NotFound,
                     "there is no module at " + file.string(),
                     missing ? missing.message() : "",
                     {}};
    try {
        auto network = std::make_shared<ScriptedNetwork>(torch::jit::load(file.string(), torch::kCPU));
        const auto parameters = network->parameters();
        if (std::ranges::none_of(parameters, [](const auto& one) { return one.requires_grad(); }))
            return unfit(file, "has no parameter that could be trained", "Export it before torch.jit.freeze");
        SLIPWAY_CHECK(tryOut(*network, file, shape, outputs));
        return NetworkPointer(std::move(network));
    } catch (const std::exception& problem) {
        Error error =
            unfit(file, "is no module of torch.jit",
                  "Export it in Python: torch.jit.script(module).save(\"net.pt\"), or torch.jit.trace");
        error.detail = problem.what();
        return error;
    }
}

Result<void> saveScripted(const Network& network, const fs::path& file) {
    const auto* const scripted = dynamic_cast<const ScriptedNetwork*>(&network);
    if (scripted == nullptr) return {};
    const fs::path part = file.string() + ".part";
    try {
        scripted->writeTo(part);
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Io, "cannot write " + file.string(), problem.what(), {}};
    }
    std::error_code failure;
    fs::rename(part, file, failure);
    if (failure) return errnoError("cannot write " + file.string(), failure.value());
    return {};
}

}  // namespace slipway::trainer
