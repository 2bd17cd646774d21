// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/checkpoint.h"

#include "backends/platform/files.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = "step-";
constexpr std::string_view kEnding = ".safetensors";

std::string typeName(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return "F64";
        case at::kFloat: return "F32";
        case at::kHalf: return "F16";
        case at::kBFloat16: return "BF16";
        case at::kLong: return "I64";
        case at::kInt: return "I32";
        case at::kByte: return "U8";
        case at::kBool: return "BOOL";
        default: TORCH_CHECK(false, "no safetensors type for ", type);
    }
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto size : shape) text += (text.empty() ? "" : "×") + std::to_string(size);
    return text.empty() ? "a single value" : text;
}

std::optional<std::int64_t> stepNumber(std::string_view text) {
    std::int64_t step = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), step);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || step < 0) return std::nullopt;
    return step;
}

std::optional<std::int64_t> stepOf(const fs::path& file) {
    const std::string name = file.filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kEnding)) return std::nullopt;
    return stepNumber(
        std::string_view(name).substr(kPrefix.size(), name.size() - kPrefix.size() - kEnding.size()));
}

// Newest first.
Result<std::vector<fs::path>> checkpointsIn(const fs::path& folder) {
    std::vector<std::pair<std::int64_t, fs::path>> found;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (const auto step = stepOf(it->path())) found.emplace_back(*step, it->path());
    if (error) return errnoError("cannot read " + folder.string(), error.value());
    std::sort(found.rbegin(), found.rend());
    std::vector<fs::path> files;
    files.reserve(found.size());
    for (auto& entry : found) files.push_back(std::move(entry.second));
    return files;
}

// What saves left that were killed; a folder has one writer at a time.
void removeUnfinished(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code ignored;  // they only take room
    for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end; it.increment(ignored))
        if (it->path().extension() == ".part" && stepOf(it->path().stem())) found.push_back(it->path());
    for (const auto& file : found) fs::remove(file, ignored);
}

struct Checkpoint {
    TensorFile content;
    std::int64_t step = 0;
};

Result<Checkpoint> readCheckpoint(const fs::path& file) {
    Checkpoint checkpoint;
    SLIPWAY_TRY(checkpoint.content, readSafetensors(file));
    const auto& metadata = checkpoint.content.metadata;
    const auto named = metadata.find("step");
    const auto step = named == metadata.end() ? std::nullopt : stepNumber(named->second);
    if (!step)
        return Error{ErrorCode::Corrupt, file.string() + " is no checkpoint: it names no step", {}, {}};
    checkpoint.step = *step;
    return checkpoint;
}

Result<std::int64_t> apply(const fs::path& file, const Checkpoint& checkpoint, const NamedTensors& tensors) {
    const TensorFile& saved = checkpoint.content;
    const auto conflict = [&](const std::string& what) {
        return Error{ErrorCode::Conflict,
                     file.string() + " does not fit this job: " + what,
                     {},
                     "Resume with the network and optimizer it was saved with, or start anew"};
    };
    for (const auto& [name, tensor] : tensors) {
        const auto* view = saved.find(name);
        if (view == nullptr) return conflict("it has no " + name);
        if (view->shape != tensor.sizes().vec())
            return conflict(name + " is " + shapeText(view->shape) + " there and " +
                            shapeText(tensor.sizes().vec()) + " here");
        if (view->type != typeName(tensor.scalar_type())) return conflict(name + " is of type " + view->type);
    }
    if (saved.tensors.size() != tensors.size()) return conflict("it holds tensors this job does not have");
    const torch::NoGradGuard noGradients;
    for (const auto& [name, tensor] : tensors) {
        auto host = torch::empty(tensor.sizes(), tensor.options().device(torch::kCPU).requires_grad(false));
        const auto data = saved.find(name)->data;
        if (!data.empty()) std::memcpy(host.data_ptr(), data.data(), data.size());
        tensor.detach().copy_(host);
    }
    return checkpoint.step;
}

}  // namespace

std::vector<TensorView> viewsOf(const NamedTensors& tensors, std::vector<torch::Tensor>& holder) {
    std::vector<TensorView> views;
    for (const auto& [name, tensor] : tensors) {
        holder.push_back(tensor.detach().to(torch::kCPU).contiguous());
        const auto& host = holder.back();
        views.push_back({name,
                         typeName(host.scalar_type()),
                         host.sizes().vec(),
                         {static_cast<const std::byte*>(host.const_data_ptr()), host.nbytes()}});
    }
    return views;
}

Result<SavedCheckpoint> saveCheckpoint(const fs::path& folder, std::int64_t step, const NamedTensors& tensors,
                                       const TensorMetadata& metadata, int keep) {
    SLIPWAY_CHECK(makeFolders(folder));
    removeUnfinished(folder);
    std::string digits = std::to_string(step);
    digits.insert(0, digits.size() < 12 ? 12 - digits.size() : 0, '0');
    const fs::path file = folder / (std::string(kPrefix) + digits + std::string(kEnding));
    auto all = metadata;
    all["step"] = std::to_string(step);
    std::vector<torch::Tensor> holder;
    SLIPWAY_TRY(const auto size, writeSafetensors(file, viewsOf(tensors, holder), all));
    SLIPWAY_TRY(const auto files, checkpointsIn(folder));
    int kept = 0;
    for (const auto& other : files) {
        std::error_code ignored;  // one too many does no harm
        if (other != file && ++kept >= keep) fs::remove(other, ignored);
    }
    return SavedCheckpoint{file, Bytes{static_cast<std::int64_t>(size)}};
}

Result<std::int64_t> loadCheckpoint(const fs::path& from, const NamedTensors& tensors,
                                    const std::function<void(std::string_view)>& warn) {
    std::error_code ignored;
    if (!fs::is_directory(from, ignored)) {
        SLIPWAY_TRY(const auto saved, readCheckpoint(from));
        return apply(from, saved, tensors);
    }
    SLIPWAY_TRY(const auto files, checkpointsIn(from));
    for (const auto& file : files) {
        const auto saved = readCheckpoint(file);
        if (saved) return apply(file, *saved, tensors);
        warn("skipped a checkpoint: " + saved.error().message);
    }
    return Error{ErrorCode::NotFound, "no sound checkpoint in " + from.string(), {}, "Start the job anew"};
}

}  // namespace slipway::trainer
