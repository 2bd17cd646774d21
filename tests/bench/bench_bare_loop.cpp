// SPDX-License-Identifier: Apache-2.0
// A training loop as libtorch's own examples write it: shuffled batches by index_select, torch::optim::Adam, the loss read every ten
// steps. Nothing of Slipway is in it. Prints steps per second, after a tenth of the steps to warm up.
//   bench_bare_loop IMAGES LABELS STEPS THREADS    (idx files of 28 × 28 bytes and of labels below 10)
#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

// Trains 784-256-128-10 with batches of 128; the seconds the steps took.
double train(const torch::Tensor& images, const torch::Tensor& labels, int steps) {
    torch::manual_seed(1);
    torch::nn::Sequential network(torch::nn::Linear(784, 256), torch::nn::ReLU(), torch::nn::Linear(256, 128),
                                  torch::nn::ReLU(), torch::nn::Linear(128, 10));
    torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(1e-3));
    constexpr std::int64_t kBatch = 128;
    const std::int64_t count = labels.size(0);
    torch::Tensor order;
    double loss = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int step = 0; step < steps; ++step) {
        const std::int64_t at = step % (count / kBatch);
        if (at == 0) order = torch::randperm(count);
        const auto rows = order.narrow(0, at * kBatch, kBatch);
        const auto input = images.index_select(0, rows).to(torch::kFloat).sub_(73.0).div_(90.0);
        const auto error = torch::cross_entropy_loss(network->forward(input), labels.index_select(0, rows));
        optimizer.zero_grad();
        error.backward();
        optimizer.step();
        if (step % 10 == 0) loss += error.item<double>();
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    return loss > 0 ? passed.count() : -1;
}

std::vector<char> contentAfter(const char* file, std::streamoff header) {
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(header);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    std::vector<char> pixels = contentAfter(argv[1], 16), classes = contentAfter(argv[2], 8);
    const int steps = std::atoi(argv[3]);
    const auto count = static_cast<std::int64_t>(classes.size());
    if (steps < 10 || count < 128 || pixels.size() != classes.size() * 784) return 1;
    at::set_num_threads(std::atoi(argv[4]));
    const auto images = torch::from_blob(pixels.data(), {count, 784}, torch::kByte);
    const auto labels = torch::from_blob(classes.data(), {count}, torch::kByte).to(torch::kLong);
    train(images, labels, steps / 10);
    std::printf("%.6g\n", steps / train(images, labels, steps));
}
