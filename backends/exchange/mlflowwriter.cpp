// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/mlflowwriter.h"

#include "backends/exchange/curvepoints.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/spec/yamlvalue.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxMetaBytes = std::size_t{1} << 20;
constexpr std::size_t kBlock = std::size_t{1} << 20;

std::int64_t millisecondsOf(Timestamp time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

// The letters that MLflow lets a name have (mlflow/utils/validation.py), and no part of a path that leads elsewhere.
std::string fileNameOf(const std::string& name) {
    std::string path;
    std::string part;
    const auto close = [&] {
        path += part.empty() || part == "." || part == ".." ? "_" : part;
        part.clear();
    };
    for (const char c : name) {
        if (c == '/') {
            close();
            path += c;
            continue;
        }
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                             std::string_view("_-. ").find(c) != std::string_view::npos;
        part += isPlain ? c : '_';
    }
    close();
    return path;
}

Result<UniqueFd> createFile(const fs::path& file) {
    auto failed = [&](const Error& error) {
        return Error{ErrorCode::InvalidArgument, "MLflow cannot keep both " + file.string() + " and another",
                     describe(error), "Export it as csv or tensorboard"};
    };
    if (auto made = makeFolders(file.parent_path()); !made) return failed(made.error());
    auto opened = openFile(file, O_WRONLY | O_CREAT | O_EXCL);
    if (!opened && (opened.error().code == ErrorCode::Conflict || fs::is_directory(file)))
        return failed(opened.error());
    return opened;
}

Result<void> writeTexts(const fs::path& folder, const std::map<std::string, std::string>& texts) {
    SLIPWAY_CHECK(makeFolders(folder));
    for (const auto& [name, text] : texts) {
        SLIPWAY_TRY(const UniqueFd fd, createFile(folder / fileNameOf(name)));
        SLIPWAY_CHECK(writeAll(fd.get(), text, folder / name));
    }
    return {};
}

Result<void> writeMetric(const fs::path& file, const CurvePyramid& curve, Timestamp begin) {
    SLIPWAY_TRY(const UniqueFd fd, createFile(file));
    std::string lines;
    const auto take = [&](const CurvePoint& point) -> Result<void> {
        std::array<char, 120> line{};
        const double milliseconds = static_cast<double>(millisecondsOf(begin)) + point.seconds * 1000;
        const int length = std::snprintf(line.data(), line.size(), "%.0f %.17g %" PRId64 "\n", milliseconds,
                                         point.value, point.step);
        lines.append(line.data(), static_cast<std::size_t>(length));
        if (lines.size() < kBlock) return {};
        SLIPWAY_CHECK(writeAll(fd.get(), lines, file));
        lines.clear();
        return {};
    };
    SLIPWAY_CHECK(eachPoint(curve, take));
    return writeAll(fd.get(), lines, file);
}

int statusOf(RunState state) {
    constexpr int kRunning = 1, kFinished = 3, kFailed = 4, kKilled = 5;
    if (!isFinal(state)) return kRunning;
    if (state == RunState::Succeeded) return kFinished;
    return state == RunState::Cancelled || state == RunState::Interrupted ? kKilled : kFailed;
}

std::string runMeta(const MlflowRun& run, const fs::path& folder, const std::string& experimentId) {
    return "artifact_uri: " + yamlQuoted("file://" + (folder / "artifacts").string()) + "\n" +
           "end_time: " + (run.ended ? std::to_string(millisecondsOf(*run.ended)) : "null") + "\n" +
           "entry_point_name: ''\nexperiment_id: " + yamlQuoted(experimentId) +
           "\nlifecycle_stage: active\nrun_id: " + yamlQuoted(run.id) +
           "\nrun_name: " + yamlQuoted(run.name) + "\nrun_uuid: " + yamlQuoted(run.id) +
           "\nsource_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: " +
           std::to_string(millisecondsOf(run.started)) + "\nstatus: " + std::to_string(statusOf(run.state)) +
           "\ntags: []\nuser_id: ''\n";
}

std::string experimentMeta(const std::string& name, const fs::path& folder, const std::string& id) {
    const std::string time = std::to_string(millisecondsOf(now()));
    return "artifact_location: " + yamlQuoted("file://" + folder.string()) + "\ncreation_time: " + time +
           "\nexperiment_id: " + yamlQuoted(id) + "\nlast_update_time: " + time +
           "\nlifecycle_stage: active\nname: " + yamlQuoted(name) + "\n";
}

// Filled aside and renamed: whoever looks sees all of it or nothing.
Result<void> placeFolder(const fs::path& folder, const std::function<Result<void>(const fs::path&)>& fill) {
    SLIPWAY_TRY(TemporaryFolder made, TemporaryFolder::create(folder.parent_path()));
    SLIPWAY_CHECK(fill(made.path()));
    ::chmod(made.path().c_str(), 0755);
    if (::rename(made.path().c_str(), folder.c_str()) != 0)
        return errnoError("cannot create " + folder.string(), errno);
    made.release();
    return syncFolder(folder.parent_path());
}

// The folder of the experiment of that name; made where there is none.
Result<fs::path> experimentFolder(const fs::path& store, const std::string& name) {
    SLIPWAY_CHECK(makeFolders(store));
    std::error_code failure;
    for (fs::directory_iterator at(store, failure), end; !failure && at != end; at.increment(failure)) {
        const auto text = readFile(at->path() / "meta.yaml", kMaxMetaBytes);
        const auto meta = text ? parseYaml(*text) : Result<YamlValue>(text.error());
        const YamlValue* found = meta ? meta->find("name") : nullptr;
        if (found != nullptr && found->text == name) return at->path();
    }
    if (failure) return errnoError("cannot read " + store.string(), failure.value());
    // Eighteen digits, as MLflow's own.
    constexpr std::int64_t kLowest = 100'000'000'000'000'000;
    const fs::path folder = store / std::to_string(kLowest + now().time_since_epoch().count());
    SLIPWAY_CHECK(placeFolder(folder, [&](const fs::path& made) {
        return writeFileAtomically(made / "meta.yaml",
                                   experimentMeta(name, folder, folder.filename().string()));
    }));
    return folder;
}

}  // namespace

Result<fs::path> writeMlflowRun(const fs::path& store, const MlflowRun& run, const CurveStore& curves) {
    std::error_code failure;
    const fs::path root = fs::absolute(store, failure).lexically_normal();
    SLIPWAY_TRY(const fs::path experiment, experimentFolder(root, run.experiment));
    const fs::path folder = experiment / run.id;
    if (fs::exists(folder, failure))
        return Error{ErrorCode::Conflict, folder.string() + " has the run already", "",
                     "Remove it there first, or export to another folder"};
    const Timestamp begin = curves.begin().value_or(run.started);
    const auto fill = [&](const fs::path& made) -> Result<void> {
        for (const char* name : {"artifacts", "metrics"}) SLIPWAY_CHECK(makeFolders(made / name));
        SLIPWAY_CHECK(writeTexts(made / "params", run.parameters));
        std::map<std::string, std::string> tags = run.tags;
        tags["mlflow.runName"] = run.name;
        SLIPWAY_CHECK(writeTexts(made / "tags", tags));
        for (const auto& [name, curve] : curves.curves())
            SLIPWAY_CHECK(writeMetric(made / "metrics" / fileNameOf(name), curve, begin));
        return writeFileAtomically(made / "meta.yaml", runMeta(run, folder, experiment.filename().string()));
    };
    SLIPWAY_CHECK(placeFolder(folder, fill));
    return folder;
}

}  // namespace slipway
