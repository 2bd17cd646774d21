// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/rundetailsreader.h"

#include "backends/runs/curvestore.h"
#include "backends/runs/runsettings.h"

#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

using Json = nlohmann::json;

std::string fileStamp(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return "-";
    return std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + ":" +
           std::to_string(info.st_size) + ":" + std::to_string(info.st_ino);
}

void take(const std::vector<CurvePoint>& points, MetricExtent& extent) {
    for (const CurvePoint& point : points) {
        if (!std::isfinite(point.value)) continue;
        extent.lowest = std::min(extent.lowest.value_or(point.value), point.value);
        extent.highest = std::max(extent.highest.value_or(point.value), point.value);
    }
}

MetricExtent extentOf(const CurvePyramid& curve) {
    MetricExtent extent{curve.last()->value, std::nullopt, std::nullopt};
    const auto extremes = curve.points({}, 2);
    if (!extremes) return extent;
    const bool isFinite =
        std::ranges::all_of(*extremes, [](const CurvePoint& point) { return std::isfinite(point.value); });
    if (isFinite) {
        take(*extremes, extent);
        return extent;
    }
    // What is no number stands for the highest there, and hides it.
    constexpr std::size_t kAtOnce = 1 << 16;
    for (std::size_t at = 0; at < curve.size(); at += kAtOnce)
        if (const auto points = curve.slice(at, std::min(at + kAtOnce, curve.size()))) take(*points, extent);
    return extent;
}

// JSON has no number for what is none.
Json numberJson(const std::optional<double>& number) {
    return number && std::isfinite(*number) ? Json(*number) : Json();
}
std::optional<double> numberOf(const Json& json) {
    return json.is_number() ? std::optional(json.get<double>()) : std::nullopt;
}

}  // namespace

RunDetails readRunDetails(const RunFolder& folder) {
    RunDetails details;
    if (auto settings = runSettings(folder)) details.settings = *std::move(settings);
    if (const auto store = CurveStore::open(folder))
        for (const auto& [name, curve] : store->curves()) details.metrics.emplace(name, extentOf(curve));
    return details;
}

std::string runDetailsStamp(const RunFolder& folder) {
    const auto files = eventFiles(folder.path());
    return fileStamp(folder.jobFile()) + " " + (files.empty() ? "-" : fileStamp(files.front().second));
}

std::string encodeDetails(const RunDetails& details) {
    Json metrics = Json::object();
    for (const auto& [name, extent] : details.metrics)
        metrics[name] = {numberJson(extent.last), numberJson(extent.lowest), numberJson(extent.highest)};
    return Json{{"settings", details.settings}, {"metrics", std::move(metrics)}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
}

Result<RunDetails> decodeDetails(std::string_view text) {
    RunDetails details;
    try {
        const Json json = Json::parse(text);
        details.settings = json.at("settings").get<std::map<std::string, std::string>>();
        for (const auto& [name, extent] : json.at("metrics").items())
            details.metrics.emplace(name, MetricExtent{numberOf(extent.at(0)).value_or(std::nan("")),
                                                       numberOf(extent.at(1)), numberOf(extent.at(2))});
        return details;
    } catch (const Json::exception&) {
        return Error{ErrorCode::Corrupt, "what the index keeps of a run is damaged", "", ""};
    }
}

}  // namespace slipway
