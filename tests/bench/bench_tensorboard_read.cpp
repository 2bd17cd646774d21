// SPDX-License-Identifier: Apache-2.0
// An event file of TensorBoard, written or read; the other half is bench_tensorboard_read.py.
//   bench_tensorboard_read write FILE SCALARS
//   bench_tensorboard_read read FILE        prints the seconds, the scalars, and the sum of the values of "loss"
#include "backends/exchange/tensorboardwriter.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace slipway;

namespace {

Result<void> write(const char* file, long scalars) {
    SLIPWAY_TRY(TensorboardWriter writer, TensorboardWriter::create(file, 1.7e9));
    for (long i = 0; i < scalars; ++i) {
        const long step = i / 2;
        const double seconds = 1.7e9 + static_cast<double>(step) / 64;
        SLIPWAY_CHECK(writer.add(
            {seconds, step, i % 2 == 0 ? "train/loss" : "test/accuracy", static_cast<double>(step % 1024)}));
    }
    return writer.finish();
}

Result<void> read(const char* file) {
    const auto begun = std::chrono::steady_clock::now();
    long scalars = 0;
    double sum = 0;
    TensorboardReader reader(file);
    SLIPWAY_CHECK(reader.next([&](const TensorboardScalar& scalar) {
        ++scalars;
        if (scalar.tag == "train/loss") sum += scalar.value;
    }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::printf("%.6f %ld %.0f\n", took.count(), scalars, sum);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 2 ? argv[1] : "";
    Result<void> end = Error{ErrorCode::InvalidArgument, "write FILE SCALARS, or read FILE", "", ""};
    if (verb == "write" && argc == 4) end = write(argv[2], std::strtol(argv[3], nullptr, 10));
    if (verb == "read" && argc == 3) end = read(argv[2]);
    if (end) return 0;
    std::fprintf(stderr, "bench_tensorboard_read: %s\n", describe(end.error()).c_str());
    return 1;
}
