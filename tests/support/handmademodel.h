// SPDX-License-Identifier: Apache-2.0
// A small model whose numbers are written down here, and what it says, by plain loops without libtorch. Header only.
#pragma once

#include "backends/trainer/safetensors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

// Takes a number `size` (mean 2, deviation 4, missing ones are 3) and a number `age` (mean 10, deviation 5), has two hidden units,
// and knows the classes no, perhaps and yes.
struct HandmadeModel {
    std::array<std::array<float, 2>, 2> hidden{{{0.5F, -1.0F}, {1.5F, 0.25F}}};
    std::array<float, 2> hiddenBias{0.1F, -0.2F};
    std::array<std::array<float, 2>, 3> output{{{1.0F, -0.5F}, {0.25F, 0.75F}, {-1.0F, 2.0F}}};
    std::array<float, 3> outputBias{0.05F, 0.1F, -0.3F};

    std::array<double, 3> probabilities(double size, double age) const {
        const std::array<double, 2> input{(size - 2) / 4, (age - 10) / 5};
        std::array<double, 2> middle{};
        for (std::size_t i = 0; i < 2; ++i)
            middle[i] = std::max(0.0, hiddenBias[i] + hidden[i][0] * input[0] + hidden[i][1] * input[1]);
        std::array<double, 3> shares{};
        double total = 0;
        for (std::size_t i = 0; i < 3; ++i)
            total += shares[i] =
                std::exp(outputBias[i] + output[i][0] * middle[0] + output[i][1] * middle[1]);
        for (double& share : shares) share /= total;
        return shares;
    }

    static std::string config() {
        return R"({"format": "slipway.model/1", "name": "hand", "parameters": 15, "seed": 1,
 "network": {"type": "mlp", "hidden": [2], "dropout": 0.0},
 "data": {"type": "table", "input": "t", "target": "answer", "test_share": 0.25},
 "input": {"shape": [1, 1, 2], "columns": [{"name": "size", "missing": 3.0}, {"name": "age", "missing": 9.0}],
           "mean": [2.0, 10.0], "deviation": [4.0, 5.0]},
 "output": {"classes": ["no", "perhaps", "yes"]},
 "evaluation": {"batch": 4, "precision": "fp32", "channels_last": false}})";
    }

    void write(const std::filesystem::path& folder) const {
        using namespace slipway::trainer;
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "config.json") << config();
        const auto view = [](const char* name, std::vector<std::int64_t> shape, const auto& values) {
            return TensorView{name, "F32", std::move(shape), std::as_bytes(std::span(&values, 1))};
        };
        const std::array views{view("hidden0.weight", {2, 2}, hidden), view("hidden0.bias", {2}, hiddenBias),
                               view("output.weight", {3, 2}, output), view("output.bias", {3}, outputBias)};
        if (!writeSafetensors(folder / "model.safetensors", views, {})) std::abort();
    }
};
