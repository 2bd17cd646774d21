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
constexpr std::string_view kBest = "best-";
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
    if (!(name.starts_with(kPrefix) || name.starts_with(kBest)) || !name.ends_with(kEnding))
        return std::nullopt;
    static_assert(kPrefix.size() == kBest.size());
    return stepNumber(
        std::string_view(name).substr(kPrefix.size(), name.size() - kPrefix.size() - kEnding.size()));
}

bool isBest(const fs::path& file) { return file.filename().string().starts_with(kBest); }

fs::path fileOf(const fs::path& folder, std::string_view prefix, std::int64_t step) {
    std::string digits = std::to_string(step);
    digits.insert(0, digits.size() < 12 ? 12 - digits.size() : 0, '0');
    return folder / (std::string(prefix) + digits + std::string(kEnding));
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

std::optional<fs::path> bestIn(const fs::path& folder) {
    const auto files = checkpointsIn(folder);
    if (!files) return std::nullopt;
    const auto best = std::find_if(files->begin(), files->end(), isBest);
    return best == files->end() ? std::nullopt : std::optional(*best);
}

// A second name, or where the file system has none a copy.
Result<void> linkOrCopy(const fs::path& from, const fs::path& to) {
    std::error_code failure;
    fs::create_hard_link(from, to, failure);
    if (!failure) return {};
    const fs::path part = to.string() + ".part";
    fs::copy_file(from, part, fs::copy_options::overwrite_existing, failure);
    if (!failure) fs::rename(part, to, failure);
    if (failure) return errnoError("cannot write " + to.string(), failure.value());
    return {};
}

Result<SavedCheckpoint> write(const fs::path& file, std::int64_t step, const NamedTensors& tensors,
                              TensorMetadata metadata) {
    metadata["step"] = std::to_string(step);
    std::vector<torch::Tensor> holder;
    SLIPWAY_TRY(const auto size, writeSafetensors(file, viewsOf(tensors, holder), metadata));
    return SavedCheckpoint{file, Bytes{static_cast<std::int64_t>(size)}};
}

Result<LoadedCheckpoint> apply(const fs::path& file, const Checkpoint& checkpoint,
                               const NamedTensors& tensors) {
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
    return LoadedCheckpoint{checkpoint.step, saved.metadata};
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
    SLIPWAY_TRY(const auto saved, write(fileOf(folder, kPrefix, step), step, tensors, metadata));
    SLIPWAY_TRY(const auto files, checkpointsIn(folder));
    int kept = 0;
    for (const auto& other : files) {
        std::error_code ignored;  // one too many does no harm
        if (!isBest(other) && other != saved.file && ++kept >= keep) fs::remove(other, ignored);
    }
    return saved;
}

Result<SavedCheckpoint> saveBest(const fs::path& folder, std::int64_t step, const NamedTensors& tensors,
                                 const TensorMetadata& metadata) {
    SLIPWAY_CHECK(makeFolders(folder));
    const auto before = bestIn(folder);
    SLIPWAY_TRY(const auto saved, write(fileOf(folder, kBest, step), step, tensors, metadata));
    std::error_code ignored;  // one too many does no harm
    if (before && *before != saved.file) fs::remove(*before, ignored);
    return saved;
}

Result<std::optional<TensorMetadata>> takeBest(const fs::path& from, const fs::path& folder,
                                               std::int64_t step) {
    std::error_code ignored;
    const auto best = bestIn(fs::is_directory(from, ignored) ? from : from.parent_path());
    if (!best || *stepOf(*best) > step) return std::optional<TensorMetadata>();
    auto read = readCheckpoint(*best);
    if (!read) return std::optional<TensorMetadata>();  // a damaged one is none
    SLIPWAY_CHECK(makeFolders(folder));
    const fs::path here = folder / best->filename();
    if (!fs::exists(here, ignored)) SLIPWAY_CHECK(linkOrCopy(*best, here));
    return std::optional(std::move(read->content.metadata));
}

Result<void> writeBestWeights(const fs::path& folder, const fs::path& file) {
    constexpr std::string_view kModel = "model.";
    const auto best = bestIn(folder);
    if (!best) return Error{ErrorCode::NotFound, "no best checkpoint in " + folder.string(), {}, {}};
    SLIPWAY_TRY(const auto read, readCheckpoint(*best));
    std::vector<TensorView> weights;
    for (const TensorView& tensor : read.content.tensors) {
        if (!tensor.name.starts_with(kModel)) continue;
        const std::string name = tensor.name.substr(kModel.size());
        const TensorView* const mean = read.content.find("average." + name);
        weights.push_back(mean != nullptr ? *mean : tensor);
        weights.back().name = name;
    }
    SLIPWAY_CHECK(writeSafetensors(file, weights, {{"format", "pt"}}));
    return {};
}

Result<LoadedCheckpoint> loadCheckpoint(const fs::path& from, const NamedTensors& tensors,
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
