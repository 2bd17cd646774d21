// SPDX-License-Identifier: Apache-2.0
// Curves of one run with many points; one JSON line.
//   bench_curves append [POINTS]    points told one an event: into the events, and from there into the curve store
//   bench_curves open [POINTS]      the store is opened and a chart's width of the whole curve is read
//   bench_curves zoom [POINTS]      a chart's width of any part of the curve
// The points are made in a temporary folder ($TMPDIR), a minute for ten million. What it is compared with is measured beside it.
#include "backends/events/eventcodec.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/runs/curvestore.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string_view>

using namespace slipway;

namespace {

constexpr std::size_t kChart = 2000;  // points that a chart shows

double millisecondsOf(const auto& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
}

template <typename T>
T orEnd(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "bench_curves failed: %s\n", describe(result.error()).c_str());
    std::exit(1);
}
void orEnd(const Result<void>& result) {
    if (result) return;
    std::fprintf(stderr, "bench_curves failed: %s\n", describe(result.error()).c_str());
    std::exit(1);
}

Event pointAt(std::int64_t step) {
    const double value =
        2 / std::sqrt(1 + static_cast<double>(step)) + std::sin(static_cast<double>(step)) / 50;
    return {RunId("curves-1-aaaaa"),
            1,
            0,
            static_cast<std::uint64_t>(step),
            Timestamp{std::chrono::microseconds{1'790'000'000'000'000 + step * 10'000}},
            MetricEvent{step, {{"loss", value}}}};
}

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void report(const char* name, double value, const char* unit, double bar, bool holds,
            const std::string& comparedWith, double peer) {
    std::printf(
        "{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"bar\": %g, \"holds\": %s, \"compared_with\": \"%s\", "
        "\"ratio\": %.4g}\n",
        name, value, unit, bar, holds ? "true" : "false", comparedWith.c_str(), value / peer);
}

void append(const RunFolder& folder, std::int64_t points) {
    constexpr double kBar = 200'000;
    double milliseconds = millisecondsOf([&] {
        EventWriter writer = orEnd(EventWriter::open(folder));
        for (std::int64_t step = 1; step <= points; ++step)
            static_cast<void>(orEnd(writer.append(pointAt(step))));
        orEnd(writer.flush());
    });
    const double written = static_cast<double>(points) / milliseconds * 1000;
    milliseconds += millisecondsOf([&] { static_cast<void>(orEnd(CurveStore::open(folder))); });
    const double perSecond = static_cast<double>(points) / milliseconds * 1000;
    const double plain = millisecondsOf([&] {
        std::ofstream file(folder.path() / "plain.jsonl");
        for (std::int64_t step = 1; step <= points; ++step) file << encodeEvent(pointAt(step)) << '\n';
    });
    report("curve-append", perSecond, "points/s", kBar, perSecond >= kBar,
           "the same lines written without a store; events alone " + std::to_string(std::llround(written)) +
               " points/s",
           static_cast<double>(points) / plain * 1000);
}

// The same points and their extremes without a pyramid.
double scanAll(const RunFolder& folder) {
    return millisecondsOf([&] {
        std::ifstream file(folder.path() / "curves" / "loss.curve", std::ios::binary);
        std::vector<double> numbers(1 << 17);
        double high = 0;
        while (file.read(reinterpret_cast<char*>(numbers.data()), std::streamsize(numbers.size() * 8)) ||
               file.gcount() > 0)
            for (const double number : numbers) high = std::max(high, number);
        if (high == 42) std::puts("");  // so that the work is done
    });
}

void makePoints(const RunFolder& folder, std::int64_t points) {
    orEnd(makeFolders(folder.path() / "events"));
    {
        std::ofstream file(folder.eventsFile(0));
        for (std::int64_t step = 1; step <= points; ++step) file << encodeEvent(pointAt(step)) << '\n';
    }
    static_cast<void>(orEnd(CurveStore::open(folder)));
}

void open(const RunFolder& folder, std::int64_t points) {
    constexpr double kBar = 200;
    makePoints(folder, points);
    constexpr int kTimes = 11;
    std::vector<double> times;
    times.reserve(kTimes);
    for (int i = 0; i < kTimes; ++i) {
        times.push_back(millisecondsOf([&] {
            const CurveStore store = orEnd(CurveStore::open(folder));
            const CurvePyramid& curve = store.curves().at("loss");
            if (curve.size() != static_cast<std::size_t>(points) ||
                orEnd(curve.points({}, kChart)).size() < kChart / 2)
                std::abort();
        }));
    }
    const double slowest = percentile(times, 1);
    report("curve-open", slowest, "milliseconds, the slowest of 11", kBar, slowest <= kBar,
           "a scan of all " + std::to_string(points) + " points", scanAll(folder));
}

void zoom(const RunFolder& folder, std::int64_t points) {
    constexpr double kBar = 16;
    makePoints(folder, points);
    const CurveStore store = orEnd(CurveStore::open(folder));
    const CurvePyramid& curve = store.curves().at("loss");
    std::mt19937_64 random(17);
    std::vector<double> times;
    for (int i = 0; i < 1000; ++i) {
        const double width =
            static_cast<double>(points) * std::pow(10, -6 * std::uniform_real_distribution(0., 1.)(random));
        const auto from = static_cast<std::int64_t>(
            std::uniform_real_distribution(1., static_cast<double>(points) - width)(random));
        const StepRange range{from, from + static_cast<std::int64_t>(width)};
        times.push_back(millisecondsOf([&] { static_cast<void>(orEnd(curve.points(range, kChart))); }));
    }
    const double p95 = percentile(times, 0.95);
    report("curve-zoom", p95, "milliseconds, p95 of 1000 parts", kBar, p95 <= kBar,
           "a scan of all " + std::to_string(points) + " points; slowest part " +
               std::to_string(percentile(times, 1)) + " ms",
           scanAll(folder));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    const std::int64_t points = argc > 2           ? std::strtoll(argv[2], nullptr, 10)
                                : verb == "append" ? 1'000'000
                                                   : 10'000'000;
    const TemporaryFolder folder = orEnd(TemporaryFolder::create());
    if (verb == "append") append(RunFolder(folder.path()), points);
    if (verb == "open") open(RunFolder(folder.path()), points);
    if (verb == "zoom") zoom(RunFolder(folder.path()), points);
    return 0;
}
