// SPDX-License-Identifier: Apache-2.0
// Steps per second of the trainer with events, curves and checkpoints, against a bare libtorch loop: interleaved pairs, one JSON
// line. The value is the lower 95 % bound of the mean ratio.
//   bench_trainer_steps [--pairs N] [--steps N] [--threads N]
#include "backends/core/modeltypes.h"
#include "backends/events/eventcodec.h"
#include "backends/trainer/trainer.h"
#include "tests/bench/baretrainingloop.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

namespace {

using namespace slipway;
namespace fs = std::filesystem;

constexpr double kBar = 0.97;
constexpr std::uint32_t kPictures = 25600;

// Events are encoded and written, as slipway-runner does.
class Sink final : public TrainObserver {
public:
    Sink() : m_descriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {}
    ~Sink() override { ::close(m_descriptor); }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    void onEvent(const EventBody& event) override {
        const std::string line = encodeBody(event) + '\n';
        m_written += ::write(m_descriptor, line.data(), line.size());
    }
    void onMessage(std::string_view) override {}

private:
    int m_descriptor;
    std::int64_t m_written = 0;
};

void writeIdx(const fs::path& file, std::initializer_list<std::uint32_t> shape, const std::uint8_t* values) {
    std::ofstream out(file, std::ios::binary);
    out.put(0).put(0).put(8).put(static_cast<char>(shape.size()));
    std::uint32_t count = 1;
    for (const auto size : shape) {
        count *= size;
        for (int shift = 24; shift >= 0; shift -= 8) out.put(static_cast<char>((size >> shift) & 255));
    }
    out.write(reinterpret_cast<const char*>(values), count);
}

bare::Pictures writePictures(const fs::path& folder) {
    std::mt19937 random(1);
    bare::Pictures pictures;
    std::vector<std::uint8_t> labels;
    for (std::uint32_t i = 0; i < kPictures; ++i) {
        labels.push_back(static_cast<std::uint8_t>(i % 10));
        pictures.labels.push_back(labels.back());
        for (unsigned p = 0; p < 784; ++p)
            pictures.pixels.push_back(static_cast<std::uint8_t>(random() % 128 + labels.back() * 9U));
    }
    writeIdx(folder / "train-images-idx3-ubyte", {kPictures, 28, 28}, pictures.pixels.data());
    writeIdx(folder / "train-labels-idx1-ubyte", {kPictures}, labels.data());
    writeIdx(folder / "t10k-images-idx3-ubyte", {10, 28, 28}, pictures.pixels.data());
    writeIdx(folder / "t10k-labels-idx1-ubyte", {10}, labels.data());
    return pictures;
}

ParameterValues defaults(const ParameterTable& table, ParameterValues given) {
    for (const auto& parameter : table.parameters)
        if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
    return given;
}

double trainOurs(const fs::path& folder, int steps, int threads) {
    JobSpec job;
    job.name = "bench";
    job.work = TrainSpec{{"mlp", defaults(*findTable(networkTables(), "mlp"), {})},
                         {"idx", {{"input", std::string("pictures")}}},
                         {"adam", defaults(*findTable(optimizerTables(), "adam"), {})},
                         defaults(loopTable(), {{"steps", std::int64_t{steps}},
                                                {"eval_every", std::int64_t{1} << 40},
                                                {"device", std::string("cpu")}})};
    job.checkpoint.everySteps = 500;
    TrainContext context;
    context.inputs["pictures"] = folder;
    context.runFolder = folder / "run";
    context.threads = threads;
    Sink sink;
    const auto outcome = train(job, context, sink);
    if (!outcome) {
        std::fprintf(stderr, "%s\n", describe(outcome.error()).c_str());
        std::exit(1);
    }
    return outcome->seconds;
}

int option(int argc, char** argv, const char* name, int fallback) {
    for (int i = 1; i + 1 < argc; ++i)
        if (std::strcmp(argv[i], name) == 0) return std::max(1, std::atoi(argv[i + 1]));
    return fallback;
}

}  // namespace

int main(int argc, char** argv) {
    const int pairs = std::clamp(option(argc, argv, "--pairs", 11), 3, 1000);
    const int steps = option(argc, argv, "--steps", 1000);
    const int threads = option(argc, argv, "--threads", 1);
    std::string name = (fs::temp_directory_path() / "slipway-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return 1;
    const fs::path folder = name;
    const auto pictures = writePictures(folder);
    bare::trainBare(pictures, steps / 5, threads);
    trainOurs(folder, steps / 5, threads);

    std::vector<double> ratios;  // steps per second, ours by theirs
    double bareSeconds = 0;
    for (int pair = 0; pair < pairs; ++pair) {
        const bool isOursFirst = pair % 2 == 1;
        const double early = isOursFirst ? trainOurs(folder, steps, threads) : 0;
        const double theirs = bare::trainBare(pictures, steps, threads);
        const double ours = isOursFirst ? early : trainOurs(folder, steps, threads);
        ratios.push_back(std::log(theirs / ours));
        bareSeconds += theirs;
    }
    fs::remove_all(folder);

    double mean = 0;
    for (const double ratio : ratios) mean += ratio / pairs;
    double squares = 0;
    for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
    const double error = std::sqrt(squares / (pairs - 1) / pairs);
    constexpr double kStudent = 1.812;  // one-sided 95 %, 10 degrees of freedom
    const double lower = std::exp(mean - kStudent * error);
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    std::printf(
        "{\"name\": \"trainer-steps\", \"value\": %.4f, \"unit\": \"ratio of steps/s, lower 95 %% bound\", \"bar\": %.2f, "
        "\"holds\": %s, \"compared_with\": \"bare libtorch loop, %.2f ms a step, %d thread(s)\", \"mean\": %.4f, "
        "\"spread\": [%.4f, %.4f], \"pairs\": %d}\n",
        lower, kBar, lower >= kBar ? "true" : "false", bareSeconds / pairs / steps * 1e3, threads,
        std::exp(mean), std::exp(*low), std::exp(*high), pairs);
    return 0;
}
