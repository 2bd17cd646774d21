// SPDX-License-Identifier: Apache-2.0
// Reads data as training does and takes the batches of one epoch: from nothing to the last batch. Prints samples/s.
//   bench_loading images|table PLACE SIDE|TARGET BATCH THREADS
#include "backends/trainer/batchloader.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace slipway;
using namespace slipway::trainer;

namespace {

TypedParameters dataOf(const std::string& kind, const std::string& more) {
    if (kind == "images")
        return {"images",
                {{"input", std::string("data")},
                 {"size", std::int64_t{std::atoi(more.c_str())}},
                 {"flip", false},
                 {"shift", std::int64_t{0}},
                 {"test_share", 0.0}}};
    return {"table",
            {{"input", std::string("data")},
             {"target", more},
             {"task", std::string("auto")},
             {"categories", std::string()},
             {"ignore", std::string()},
             {"group", std::string()},
             {"test_share", 0.0},
             {"normalize", true}}};
}

int fail(const Error& error) {
    std::fprintf(stderr, "%s\n", describe(error).c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return 2;
    at::set_num_threads(1);
    const auto begin = std::chrono::steady_clock::now();
    const auto samples = loadSamples(dataOf(argv[1], argv[3]), {{"data", argv[2]}}, 1);
    if (!samples) return fail(samples.error());
    BatchPlan plan;
    plan.batch = std::atoi(argv[4]);
    plan.stepsPerEpoch = plan.steps = samples->training.count / plan.batch;
    plan.threads = std::atoi(argv[5]);
    BatchLoader loader(*samples, plan);
    double sum = 0;  // every batch is looked at
    for (std::int64_t step = 0; step < plan.steps; ++step) {
        const auto batch = loader.next();
        if (!batch) return fail(batch.error());
        sum += (*batch)->input.view(-1)[0].item<double>();
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    std::fprintf(stderr, "%g\n", sum);
    std::printf("%.1f\n", static_cast<double>(plan.steps * plan.batch) / spent.count());
    return 0;
}
