// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/runimport.h"

#include "backends/events/eventcodec.h"
#include "backends/exchange/mlflowruns.h"
#include "backends/exchange/tensorboardruns.h"
#include "backends/platform/filelock.h"
#include "backends/runs/importedrun.h"

#include <algorithm>

namespace slipway {
namespace {

constexpr std::size_t kMaxJobName = 40;

// "Sweep/lr=3" -> "sweep-lr-3": the end of a path tells most.
std::string jobNameOf(const std::string& name) {
    std::string job;
    for (const char c : name) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || isUpper)
            job += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!job.empty() && job.back() != '-')
            job += '-';
    }
    if (job.size() > kMaxJobName) job.erase(0, job.size() - kMaxJobName);
    while (job.starts_with('-')) job.erase(0, 1);
    while (job.ends_with('-')) job.pop_back();
    return job.empty() ? "imported" : job;
}

// The metric's name as events keep it; none for a point that does not fit them.
std::optional<std::string> metricOf(const TensorboardScalar& scalar) {
    if (scalar.step < 0 || scalar.tag.empty() || scalar.tag.size() > kMaxMetricName) return std::nullopt;
    std::string name = repairUtf8(scalar.tag);
    return name.size() <= kMaxMetricName ? std::optional(std::move(name)) : std::nullopt;
}

// What a first look at all points tells.
struct Extent {
    std::size_t points = 0;
    std::size_t leftOut = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
};

Result<Extent> extentOf(const ForeignRun& run) {
    Extent extent;
    SLIPWAY_CHECK(run.read([&](const TensorboardScalar& scalar) {
        ++(metricOf(scalar) ? extent.points : extent.leftOut);
        const auto time = writtenTime(scalar);
        if (!time) return;
        extent.first = std::min(extent.first.value_or(*time), *time);
        extent.last = std::max(extent.last.value_or(*time), *time);
    }));
    return extent;
}

Result<void> writeEvents(const RunFolder& folder, const RunRecord& record, const ForeignRun& run,
                         const std::stop_token& stop) {
    SLIPWAY_TRY(EventWriter writer, EventWriter::open(folder));
    std::uint64_t seq = 0;
    Result<void> written;
    const auto tell = [&](EventBody body, Timestamp time) {
        if (!written) return;
        auto appended = writer.append({record.id, 1, 0, ++seq, time, std::move(body)});
        if (!appended) written = std::move(appended).error();
        if (stop.stop_requested()) written = Error{ErrorCode::Cancelled, "the import was cancelled", "", ""};
    };
    tell(StateEvent{RunState::Running, "imported from " + run.tool}, *record.started);
    SLIPWAY_CHECK(run.read([&](const TensorboardScalar& scalar) {
        if (const auto metric = metricOf(scalar))
            tell(MetricEvent{scalar.step, {{*metric, scalar.value}}},
                 writtenTime(scalar).value_or(*record.started));
    }));
    const double seconds = std::chrono::duration<double>(*record.ended - *record.started).count();
    tell(SummaryEvent{record.status.state, record.status.reason, 0, seconds}, *record.ended);
    SLIPWAY_CHECK(written);
    return writer.flush();
}

}  // namespace

Result<std::vector<ForeignRun>> foreignRuns(const std::filesystem::path& folder) {
    std::error_code failure;
    const bool isAbove = std::filesystem::is_directory(folder / "mlruns", failure);
    SLIPWAY_TRY(std::vector<ForeignRun> runs, mlflowRuns(isAbove ? folder / "mlruns" : folder));
    if (!runs.empty()) return runs;
    SLIPWAY_TRY(runs, tensorboardRuns(folder));
    if (!runs.empty()) return runs;
    return Error{ErrorCode::NotFound, folder.string() + " holds no runs", "",
                 "Name a log folder of TensorBoard, or MLflow's mlruns"};
}

Result<ImportedRecord> importRun(const RunStore& store, const ForeignRun& run, std::stop_token stop) {
    // Two at once would both find that it is not there yet.
    SLIPWAY_TRY(const auto lock, FileLock::tryAcquire(store.home() / "import.lock"));
    if (!lock)
        return Error{ErrorCode::Conflict, "another import is under way", "", "Try again when it is over"};
    SLIPWAY_TRY(const std::vector<RunRecord> records, store.list());
    const std::map<std::string, std::string> remote{{kImportedFrom, run.tool},
                                                    {kImportedIdentity, run.identity}};
    const auto known = std::ranges::find(records, remote, &RunRecord::remote);
    if (known != records.end()) return ImportedRecord{*known, false};
    SLIPWAY_TRY(const Extent extent, extentOf(run));
    if (extent.points == 0)
        return Error{ErrorCode::NotFound, "\"" + run.name + "\" has no scalars", run.folder.string(), ""};
    RunRecord record;
    record.job = jobNameOf(run.name);
    record.jobFolder = run.folder.string();
    record.target = TargetId(kImportedTarget);
    const Timestamp told = extent.first.value_or(now());
    record.started = std::min(run.started.value_or(told), told);
    record.ended = std::max({run.ended.value_or(*record.started), extent.last.value_or(*record.started)});
    record.created = *record.started;
    record.status = run.status;
    record.remote = remote;
    SLIPWAY_TRY(const RunFolder folder, store.add(record, [&](const RunFolder& aside) -> Result<void> {
        SLIPWAY_TRY(const RunRecord numbered, aside.record());
        SLIPWAY_CHECK(keepImported(aside, {run.name, run.folder.string(), run.parameters, run.tags}));
        return writeEvents(aside, numbered, run, stop);
    }));
    SLIPWAY_TRY(record, folder.record());
    return ImportedRecord{record, true, extent.points, extent.leftOut};
}

}  // namespace slipway
