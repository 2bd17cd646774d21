// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/mlflowruns.h"

#include "backends/platform/files.h"
#include "backends/spec/yamlvalue.h"

#include <algorithm>
#include <charconv>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTextBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxMetaBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxEntries = 10000;  // of a folder
constexpr std::size_t kMaxMetricBytes = std::size_t{1} << 30;

Error damaged(const fs::path& file, const std::string& what) {
    return {ErrorCode::Corrupt, file.string() + " " + what, "", "Copy the store again"};
}

Result<std::map<std::string, std::string>> readMeta(const fs::path& folder) {
    const fs::path file = folder / "meta.yaml";
    SLIPWAY_TRY(const std::string text, readFile(file, kMaxMetaBytes));
    const auto yaml = parseYaml(text);
    if (!yaml || !yaml->isMap()) return damaged(file, "is no description that MLflow wrote");
    std::map<std::string, std::string> meta;
    for (const YamlEntry& entry : yaml->entries)
        if (entry.value.isScalar()) meta[entry.key] = entry.value.text;
    return meta;
}

// Every file below, by its path from there: MLflow makes folders of a name's slashes. A missing folder has none.
Result<std::map<std::string, fs::path>> filesBelow(const fs::path& folder) {
    std::map<std::string, fs::path> files;
    std::error_code failure;
    if (!fs::exists(folder, failure)) return files;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        std::error_code unreadable;
        if (!at->is_regular_file(unreadable)) continue;
        if (files.size() == kMaxEntries)
            return damaged(folder, "has more than " + std::to_string(kMaxEntries) + " files");
        files.emplace(at->path().lexically_relative(folder).string(), at->path());
    }
    if (failure) return errnoError("cannot read " + folder.string(), failure.value());
    return files;
}

Result<std::map<std::string, std::string>> readTexts(const fs::path& folder) {
    SLIPWAY_TRY(const auto files, filesBelow(folder));
    std::map<std::string, std::string> texts;
    for (const auto& [name, file] : files) {
        SLIPWAY_TRY(texts[name], readFile(file, kMaxTextBytes));
    }
    return texts;
}

template <typename T>
bool takeNumber(std::string_view& line, T& value) {
    while (line.starts_with(' ')) line.remove_prefix(1);
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), value);
    if (parsed.ec != std::errc{} && parsed.ec != std::errc::result_out_of_range) return false;
    line.remove_prefix(static_cast<std::size_t>(parsed.ptr - line.data()));
    return line.empty() || line.starts_with(' ') || line.starts_with('\r');
}

// "1795879359712 2.0 0", perhaps with the digest of a data set behind it; before MLflow 1 without a step.
bool readLine(std::string_view line, TensorboardScalar& scalar) {
    std::int64_t milliseconds = 0;
    if (!takeNumber(line, milliseconds) || !takeNumber(line, scalar.value)) return false;
    scalar.wallTime = static_cast<double>(milliseconds) / 1000;
    scalar.step = 0;
    return line.empty() || takeNumber(line, scalar.step);
}

std::optional<Timestamp> timeOf(const std::map<std::string, std::string>& meta, const char* key) {
    const auto found = meta.find(key);
    std::int64_t milliseconds = 0;
    std::string_view text = found == meta.end() ? std::string_view{} : found->second;
    constexpr std::int64_t kMax = std::int64_t{253'402'300'799'000};  // the year 9999
    if (!takeNumber(text, milliseconds) || milliseconds <= 0 || milliseconds > kMax) return std::nullopt;
    return Timestamp{std::chrono::milliseconds{milliseconds}};
}

// mlflow.entities.RunStatus: RUNNING 1, SCHEDULED 2, FINISHED 3, FAILED 4, KILLED 5; by name in old stores.
RunStatus statusOf(const std::string& told) {
    if (told == "4" || told == "FAILED") return {RunState::Failed, "as MLflow kept it"};
    if (told == "5" || told == "KILLED") return {RunState::Cancelled, "killed, as MLflow kept it"};
    if (told == "1" || told == "RUNNING" || told == "2" || told == "SCHEDULED")
        return {RunState::Lost, "had not ended when it was imported from MLflow"};
    return {RunState::Succeeded, ""};
}

std::string textAt(const std::map<std::string, std::string>& meta, const char* key) {
    const auto found = meta.find(key);
    return found == meta.end() ? "" : found->second;
}

Result<std::optional<ForeignRun>> readRun(const fs::path& folder, const std::string& experiment) {
    SLIPWAY_TRY(const auto meta, readMeta(folder));
    std::string identity = textAt(meta, "run_id");
    if (identity.empty()) identity = textAt(meta, "run_uuid");
    if (identity.empty()) return damaged(folder / "meta.yaml", "tells no run_id");
    if (textAt(meta, "lifecycle_stage") == "deleted") return std::optional<ForeignRun>();
    ForeignRun run;
    run.tool = "mlflow";
    run.folder = folder;
    run.identity = identity;
    SLIPWAY_TRY(run.parameters, readTexts(folder / "params"));
    SLIPWAY_TRY(run.tags, readTexts(folder / "tags"));
    std::string name = textAt(meta, "run_name");
    if (name.empty()) name = textAt(run.tags, "mlflow.runName");
    if (name.empty()) name = identity;
    run.name = experiment.empty() ? name : experiment + "/" + name;
    run.started = timeOf(meta, "start_time");
    run.ended = timeOf(meta, "end_time");
    run.status = statusOf(textAt(meta, "status"));
    run.read = [folder](const ScalarSink& sink) -> Result<void> {
        SLIPWAY_TRY(const auto files, filesBelow(folder / "metrics"));
        for (const auto& [metric, file] : files) SLIPWAY_CHECK(readMlflowMetric(metric, file, sink));
        return {};
    };
    return std::optional(std::move(run));
}

// The folders that have a meta.yaml, by name.
Result<std::vector<fs::path>> describedFolders(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code failure, unreadable;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        const bool isHidden = at->path().filename().string().starts_with('.');  // ".trash"
        if (!isHidden && fs::is_regular_file(at->path() / "meta.yaml", unreadable))
            found.push_back(at->path());
        if (found.size() > kMaxEntries)
            return damaged(folder, "has more than " + std::to_string(kMaxEntries) + " runs");
    }
    if (failure) return errnoError("cannot read " + folder.string(), failure.value());
    std::ranges::sort(found);
    return found;
}

}  // namespace

Result<void> readMlflowMetric(const std::string& name, const fs::path& file, const ScalarSink& sink) {
    SLIPWAY_TRY(const std::string text, readFile(file, kMaxMetricBytes));
    std::vector<TensorboardScalar> points;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (!readLine(std::string_view(text).substr(begin, end - begin), points.emplace_back())) {
            points.pop_back();
            if (end == text.size()) break;  // being written
            return damaged(file, "has no point in line " + std::to_string(points.size() + 1));
        }
        points.back().tag = name;
        begin = end + 1;
    }
    if (std::ranges::all_of(points, [](const TensorboardScalar& point) { return point.step == 0; })) {
        for (std::size_t i = 0; i < points.size(); ++i) points[i].step = static_cast<std::int64_t>(i);
    }
    std::ranges::stable_sort(points, {}, &TensorboardScalar::step);
    for (const TensorboardScalar& point : points) sink(point);
    return {};
}

Result<std::vector<ForeignRun>> mlflowRuns(const fs::path& folder) {
    std::vector<ForeignRun> runs;
    const auto add = [&](const fs::path& place, const std::string& experiment) -> Result<void> {
        SLIPWAY_TRY(auto run, readRun(place, experiment));
        if (run) runs.push_back(*std::move(run));
        return {};
    };
    const auto addExperiment = [&](const fs::path& place) -> Result<void> {
        SLIPWAY_TRY(const auto meta, readMeta(place));
        if (textAt(meta, "lifecycle_stage") == "deleted") return {};
        SLIPWAY_TRY(const std::vector<fs::path> its, describedFolders(place));
        for (const fs::path& run : its) SLIPWAY_CHECK(add(run, textAt(meta, "name")));
        return {};
    };
    std::error_code failure;
    const fs::path canonical = fs::canonical(folder, failure);
    if (failure) return errnoError("cannot read " + folder.string(), failure.value());
    if (fs::exists(canonical / "meta.yaml", failure)) {
        SLIPWAY_TRY(const auto meta, readMeta(canonical));
        SLIPWAY_CHECK(meta.contains("run_id") || meta.contains("run_uuid") ? add(canonical, "")
                                                                           : addExperiment(canonical));
        return runs;
    }
    SLIPWAY_TRY(const std::vector<fs::path> experiments, describedFolders(canonical));
    for (const fs::path& experiment : experiments) SLIPWAY_CHECK(addExperiment(experiment));
    return runs;
}

}  // namespace slipway
