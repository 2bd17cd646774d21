// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/runexport.h"

#include "backends/exchange/curvepoints.h"
#include "backends/exchange/mlflowwriter.h"
#include "backends/exchange/tensorboardwriter.h"
#include "backends/platform/folders.h"
#include "backends/runs/runsettings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{1} << 20;

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

Result<void> writeCsv(const fs::path& file, const CurveStore& curves) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_WRONLY | O_CREAT | O_EXCL));
    SLIPWAY_CHECK(
        curvesAsCsv(curves, "", [&](std::string_view text) { return writeAll(fd.get(), text, file); }));
    return ::fsync(fd.get()) == 0 ? Result<void>{} : errnoError("cannot sync " + file.string(), errno);
}

double secondsOf(Timestamp time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

Result<void> writeTensorboard(const fs::path& folder, const CurveStore& curves) {
    const double begin = secondsOf(*curves.begin());
    const std::string name = "events.out.tfevents." + std::to_string(static_cast<std::int64_t>(begin));
    SLIPWAY_TRY(TensorboardWriter writer, TensorboardWriter::create(folder / (name + ".slipway"), begin));
    for (const auto& entry : curves.curves()) {
        SLIPWAY_CHECK(eachPoint(entry.second, [&](const CurvePoint& point) {
            return writer.add({begin + point.seconds, point.step, entry.first, point.value});
        }));
    }
    return writer.finish();
}

// The same for the same run, so that a second export finds the first.
std::string mlflowId(const RunRecord& record) {
    std::string id;
    for (const std::uint64_t seed : {std::uint64_t{0xcbf29ce484222325}, std::uint64_t{0x84222325cbf29ce4}}) {
        std::uint64_t hash = seed;  // FNV-1a
        for (const char c : record.id.str() + formatTimestamp(record.created))
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        std::array<char, 20> digits{};
        std::snprintf(digits.data(), digits.size(), "%016" PRIx64, hash);
        id += digits.data();
    }
    return id;
}

Result<fs::path> exportMlflow(const RunFolder& folder, const RunRecord& record, const CurveStore& curves,
                              const fs::path& to) {
    MlflowRun run;
    run.experiment = record.job;
    run.name = record.job + "-" + std::to_string(record.number);
    run.id = mlflowId(record);
    run.started = record.started.value_or(record.created);
    run.ended = record.ended;
    run.state = record.status.state;
    SLIPWAY_TRY(run.parameters, runSettings(folder));
    run.tags = {{"slipway.run", record.id.str()}, {"slipway.target", record.target.str()}};
    if (!record.image.empty()) run.tags["slipway.image"] = record.image;
    return writeMlflowRun(to, run, curves);
}

}  // namespace

std::optional<ExportFormat> parseExportFormat(std::string_view name) {
    if (name == "csv") return ExportFormat::Csv;
    if (name == "tensorboard") return ExportFormat::Tensorboard;
    if (name == "mlflow") return ExportFormat::Mlflow;
    return std::nullopt;
}

Result<void> curvesAsCsv(const CurveStore& curves, std::string_view metric,
                         const std::function<Result<void>(std::string_view)>& write) {
    std::string lines = "metric,step,seconds,value\n";
    for (const auto& [name, curve] : curves.curves()) {
        if (!metric.empty() && name != metric) continue;
        const std::string field = csvField(name);
        const auto take = [&](const CurvePoint& point) -> Result<void> {
            std::array<char, 120> rest{};
            const int length = std::snprintf(rest.data(), rest.size(), ",%" PRId64 ",%.6f,%.17g\n",
                                             point.step, point.seconds, point.value);
            lines += field;
            lines.append(rest.data(), static_cast<std::size_t>(length));
            if (lines.size() < kBlock) return {};
            SLIPWAY_CHECK(write(lines));
            lines.clear();
            return {};
        };
        SLIPWAY_CHECK(eachPoint(curve, take));
    }
    return write(lines);
}

Result<fs::path> exportRun(const RunFolder& folder, ExportFormat format, const fs::path& to) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SLIPWAY_TRY(const CurveStore curves, CurveStore::open(folder));
    const std::string name = record.job + "-" + std::to_string(record.number);
    if (curves.curves().empty())
        return Error{ErrorCode::NotFound, "run #" + std::to_string(record.number) + " told no metrics", "",
                     ""};
    if (format == ExportFormat::Mlflow) return exportMlflow(folder, record, curves, to);
    const bool isCsv = format == ExportFormat::Csv;
    SLIPWAY_CHECK(makeFolders(to));
    const fs::path place = to / (isCsv ? name + ".csv" : name);
    std::error_code failure;
    if (fs::exists(place, failure))
        return Error{ErrorCode::Conflict, place.string() + " is there already", "",
                     "Remove it first, or export to another folder"};
    // Written aside and renamed.
    SLIPWAY_TRY(TemporaryFolder aside, TemporaryFolder::create(to));
    const fs::path made = isCsv ? aside.path() / "csv" : aside.path();
    SLIPWAY_CHECK(isCsv ? writeCsv(made, curves) : writeTensorboard(made, curves));
    if (!isCsv) ::chmod(made.c_str(), 0755);
    if (::rename(made.c_str(), place.c_str()) != 0)
        return errnoError("cannot create " + place.string(), errno);
    if (!isCsv) aside.release();
    SLIPWAY_CHECK(syncFolder(to));
    return place;
}

}  // namespace slipway
