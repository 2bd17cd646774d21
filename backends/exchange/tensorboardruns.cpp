// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardruns.h"

namespace slipway {
namespace {

namespace fs = std::filesystem;

Result<void> readAll(const std::vector<fs::path>& files, const ScalarSink& sink) {
    for (const fs::path& file : files) SLIPWAY_CHECK(TensorboardReader(file).next(sink));
    return {};
}

}  // namespace

Result<std::vector<ForeignRun>> tensorboardRuns(const fs::path& folder) {
    std::error_code failure;
    const fs::path root = fs::weakly_canonical(folder, failure);
    SLIPWAY_TRY(const std::vector<fs::path> found, tensorboardFiles(failure ? folder : root));
    std::map<fs::path, std::vector<fs::path>> byFolder;
    for (const fs::path& file : found) byFolder[file.parent_path()].push_back(file);
    std::vector<ForeignRun> runs;
    for (auto& [place, its] : byFolder) {
        ForeignRun& run = runs.emplace_back();
        run.tool = "tensorboard";
        run.name = place == root ? root.filename().string() : place.lexically_relative(root).string();
        run.folder = place;
        // Another run in the same folder begins with another file.
        run.identity = its.front().string();
        run.read = [files = its](const ScalarSink& sink) { return readAll(files, sink); };
    }
    return runs;
}

}  // namespace slipway
