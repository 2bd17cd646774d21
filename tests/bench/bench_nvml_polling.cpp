// SPDX-License-Identifier: Apache-2.0
// The share of a core that the GPUs page's look at the machine and eight GPUs takes, once a second; one JSON line. The driver's library
// is the stand-in, so that the time of the real one and of its driver is not in it, and the stand-in's own is.
//   bench_nvml_polling [LOOKS]
#include "backends/devices/devicewatch.h"
#include "nvmlstandin.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace slipway;

namespace {

constexpr double kBar = 0.5;
constexpr int kRounds = 9;
constexpr std::size_t kGpus = 8;

double cpuSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
    const int looks = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    playNvml("eight-gpus");
    DeviceWatch watch("/", nvmlStandin());
    if (watch.sample().gpus.devices.size() != kGpus) {
        std::fprintf(stderr, "the stand-in does not play %zu GPUs\n", kGpus);
        return 1;
    }
    std::vector<double> shares;
    for (int round = 0; round < kRounds; ++round) {
        const double begin = cpuSeconds();
        for (int i = 0; i < looks; ++i) static_cast<void>(watch.sample());
        shares.push_back((cpuSeconds() - begin) / looks * 100);
    }
    std::sort(shares.begin(), shares.end());
    const double median = shares[kRounds / 2];
    std::printf(
        "{\"name\": \"nvml-polling\", \"value\": %.4f, \"unit\": \"%% of a core at one look a second, median\", \"bar\": %g, "
        "\"holds\": %s, \"compared_with\": \"the bar alone; %zu GPUs of the stand-in\", \"spread\": [%.4f, %.4f]}\n",
        median, kBar, median <= kBar ? "true" : "false", kGpus, shares.front(), shares.back());
    return 0;
}
