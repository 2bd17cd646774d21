// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvestore.h"

#include "backends/platform/filelock.h"
#include "backends/runs/eventfile.h"
#include "backends/runs/thincurve.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace slipway {
namespace {

using Json = nlohmann::json;

static_assert(sizeof(CurvePoint) == 24 && std::endian::native == std::endian::little,
              "records are read and written as they lie in memory");

constexpr int kVersion = 2;
constexpr std::size_t kMaxStateBytes = std::size_t{8} << 20;
constexpr std::chrono::seconds kLockPatience{20};

struct Curve {
    ThinCurve points;
    std::size_t kept = 0;       // how many of the records on disk still hold
    std::size_t keptEvery = 1;  // and in which file they are
    bool isChanged = false;     // since they were read
};
struct Curves {
    std::string file;  // of the events
    EventFilePosition position;
    std::optional<Timestamp> first;
    std::map<std::string, Curve> byName;
};

Error damaged(const std::string& what) { return {ErrorCode::Corrupt, what, "", ""}; }

Result<std::vector<CurvePoint>> readRecords(const std::filesystem::path& file, std::size_t count) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_RDONLY));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return errnoError("cannot read " + file.string(), errno);
    if (static_cast<std::size_t>(info.st_size) / sizeof(CurvePoint) < count)
        return damaged("a curve is shorter than told");
    std::vector<CurvePoint> points(count);
    std::size_t done = 0;
    while (done < count * sizeof(CurvePoint)) {
        const ssize_t got = ::pread(fd.get(), reinterpret_cast<char*>(points.data()) + done,
                                    count * sizeof(CurvePoint) - done, static_cast<off_t>(done));
        if (got <= 0) return errnoError("cannot read " + file.string(), got == 0 ? EIO : errno);
        done += static_cast<std::size_t>(got);
    }
    return points;
}

// Throws Json::exception on a wrong type: caught by load.
Result<Curves> parseState(const std::filesystem::path& folder, const Json& json) {
    Curves curves;
    if (json.at("version") != kVersion) return damaged("another version");
    curves.file = json.at("file").get<std::string>();
    curves.position.offset = json.at("offset").get<std::uint64_t>();
    if (json.contains("first"))
        curves.first = Timestamp{std::chrono::microseconds{json.at("first").get<std::int64_t>()}};
    for (const auto& [name, entry] : json.at("curves").items()) {
        Curve curve;
        curve.kept = entry.at("settled").get<std::size_t>();
        curve.keptEvery = entry.at("every").get<std::size_t>();
        const auto records = entry.at("records").get<std::size_t>();
        if (curve.kept > records || records > ThinCurve::kMaxPoints || curve.keptEvery == 0)
            return damaged("a curve that cannot be");
        SLIPWAY_TRY(std::vector<CurvePoint> points,
                    readRecords(folder / curveFileName(name, curve.keptEvery), records));
        curve.points = ThinCurve(std::move(points), curve.kept, curve.keptEvery,
                                 entry.at("in_bucket").get<std::size_t>());
        curves.byName.emplace(name, std::move(curve));
    }
    return curves;
}

Result<Curves> load(const std::filesystem::path& folder) {
    SLIPWAY_TRY(const std::string text, readFile(folder / "state.json", kMaxStateBytes));
    try {
        return parseState(folder, Json::parse(text));
    } catch (const Json::exception&) {
        return damaged("state.json is damaged");
    }
}

void take(Curves& curves, const Event& event) {
    if (!curves.first) curves.first = event.time;
    const auto* metric = std::get_if<MetricEvent>(&event.body);
    if (!metric) return;
    const double seconds = std::chrono::duration<double>(event.time - *curves.first).count();
    for (const auto& [name, value] : metric->values) {
        Curve& curve = curves.byName[name];
        curve.points.add({metric->step, seconds, value});
        curve.kept = std::min(curve.kept, curve.points.settled());
        curve.isChanged = true;
    }
}

// From the first record that does not hold on; what is settled already stays as it lies.
Result<void> saveCurve(const std::filesystem::path& file, const Curve& curve) {
    const std::vector<CurvePoint>& points = curve.points.points();
    const std::size_t kept = curve.points.every() == curve.keptEvery ? curve.kept : 0;
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_WRONLY | O_CREAT));
    const off_t begin = static_cast<off_t>(kept * sizeof(CurvePoint));
    if (::ftruncate(fd.get(), begin) != 0 || ::lseek(fd.get(), begin, SEEK_SET) < 0)
        return errnoError("cannot write " + file.string(), errno);
    const std::string_view records(reinterpret_cast<const char*>(points.data() + kept),
                                   (points.size() - kept) * sizeof(CurvePoint));
    return writeAll(fd.get(), records, file);
}

Result<void> save(const std::filesystem::path& folder, const Curves& curves) {
    Json json{{"version", kVersion},
              {"file", curves.file},
              {"offset", curves.position.offset},
              {"curves", Json::object()}};
    if (curves.first) json["first"] = curves.first->time_since_epoch().count();
    for (const auto& [name, curve] : curves.byName) {
        const ThinCurve& points = curve.points;
        if (curve.isChanged) SLIPWAY_CHECK(saveCurve(folder / curveFileName(name, points.every()), curve));
        json["curves"][name] = {{"records", points.points().size()},
                                {"settled", points.settled()},
                                {"every", points.every()},
                                {"in_bucket", points.inBucket()}};
    }
    SLIPWAY_CHECK(writeFileAtomically(folder / "state.json", json.dump()));
    for (const auto& [name, curve] : curves.byName) {
        std::error_code failure;  // a file too many is no harm
        if (curve.points.every() != curve.keptEvery)
            std::filesystem::remove(folder / curveFileName(name, curve.keptEvery), failure);
    }
    return {};
}

}  // namespace

std::string curveFileName(const std::string& metric, std::size_t every) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string name;
    for (const char c : metric) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                             c == '-' || c == '_' || (c == '.' && !name.empty());
        if (isPlain) {
            name += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            name += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return name + (every > 1 ? "~" + std::to_string(every) : "") + ".curve";
}

Result<std::map<std::string, std::vector<CurvePoint>>> updatedCurves(const RunFolder& folder) {
    const auto files = eventFiles(folder.path());
    if (files.empty()) return std::map<std::string, std::vector<CurvePoint>>{};
    const std::filesystem::path& eventsFile = files.front().second;
    const std::filesystem::path store = folder.path() / "curves";
    std::optional<FileLock> lock;
    if (makeFolders(store)) {
        if (auto taken = FileLock::acquire(store / "curves.lock", kLockPatience)) lock = *std::move(taken);
    }

    Curves curves;
    if (auto known = load(store); known && known->file == eventsFile.filename()) curves = *std::move(known);
    std::error_code failure;
    const auto size = std::filesystem::file_size(eventsFile, failure);
    if (!failure && size < curves.position.offset) curves = {};
    curves.file = eventsFile.filename().string();
    const std::uint64_t before = curves.position.offset;
    SLIPWAY_CHECK(
        readEventFile(eventsFile, curves.position, [&](const Event& event, const EventFilePosition&) {
            take(curves, event);
            return true;
        }));
    // Not saved (a full disk, a folder of another user) only means that the next reader does this again.
    if (lock && curves.position.offset != before) static_cast<void>(save(store, curves));

    std::map<std::string, std::vector<CurvePoint>> points;
    for (auto& [name, curve] : curves.byName) points.emplace(name, curve.points.points());
    return points;
}

}  // namespace slipway
