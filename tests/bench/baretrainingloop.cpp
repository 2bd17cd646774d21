// SPDX-License-Identifier: Apache-2.0
#include "baretrainingloop.h"

#include <torch/torch.h>

#include <chrono>

namespace bare {

double trainBare(const Pictures& pictures, int steps, int threads) {
    at::set_num_threads(threads);
    torch::manual_seed(1);
    const auto count = static_cast<std::int64_t>(pictures.labels.size());
    const auto images =
        torch::from_blob(const_cast<std::uint8_t*>(pictures.pixels.data()), {count, 784}, torch::kByte);
    const auto labels =
        torch::from_blob(const_cast<std::int64_t*>(pictures.labels.data()), {count}, torch::kLong);
    torch::nn::Sequential network(torch::nn::Linear(784, 256), torch::nn::ReLU(), torch::nn::Linear(256, 128),
                                  torch::nn::ReLU(), torch::nn::Linear(128, 10));
    torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(1e-3));
    constexpr std::int64_t kBatch = 128;
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

}  // namespace bare
