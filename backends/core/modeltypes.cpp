// SPDX-License-Identifier: Apache-2.0
#include "backends/core/modeltypes.h"

#include <array>

namespace slipway {
namespace {

using Ints = std::vector<std::int64_t>;

Parameter integer(std::string name, std::optional<std::int64_t> fallback, double minimum, double maximum,
                  std::string label, std::string help, std::string unit = {}) {
    Parameter p{std::move(name), ParameterKind::Integer, std::nullopt,   minimum, maximum, {},
                std::move(unit), std::move(label),       std::move(help)};
    if (fallback) p.fallback = *fallback;
    return p;
}

Parameter real(std::string name, std::optional<double> fallback, double minimum, double maximum,
               std::string label, std::string help) {
    Parameter p{std::move(name),  ParameterKind::Real, std::nullopt, minimum, maximum, {}, {},
                std::move(label), std::move(help)};
    if (fallback) p.fallback = *fallback;
    return p;
}

Parameter integers(std::string name, Ints fallback, double minimum, double maximum, std::string label,
                   std::string help) {
    return {std::move(name),
            ParameterKind::IntegerList,
            ParameterValue{std::move(fallback)},
            minimum,
            maximum,
            {},
            {},
            std::move(label),
            std::move(help)};
}

Parameter choice(std::string name, std::string fallback, std::vector<std::string> choices, std::string label,
                 std::string help) {
    return {std::move(name),
            ParameterKind::Choice,
            ParameterValue{std::move(fallback)},
            0,
            0,
            std::move(choices),
            {},
            std::move(label),
            std::move(help)};
}

Parameter text(std::string name, std::optional<std::string> fallback, std::string label, std::string help) {
    Parameter p{std::move(name),  ParameterKind::Text, std::nullopt, 0, 0, {}, {},
                std::move(label), std::move(help)};
    if (fallback) p.fallback = *fallback;
    return p;
}

Parameter flag(std::string name, bool fallback, std::string label, std::string help) {
    return {std::move(name),  ParameterKind::Bool, ParameterValue{fallback}, 0, 0, {}, {},
            std::move(label), std::move(help)};
}

const Parameter kDropout =
    real("dropout", 0.0, 0, 0.95, "dropout", "Share of activations set to zero while training");
const Parameter kWeightDecay =
    real("weight_decay", 0.0, 0, 10, "weight decay", "Pull of the weights towards zero per step");

}  // namespace

std::span<const ParameterTable> networkTables() {
    static const std::array tables{
        ParameterTable{
            "mlp",
            "Multilayer perceptron",
            "Fully connected layers with ReLU between them",
            {integers("hidden", Ints{256, 128}, 1, 65536, "hidden layers", "Width of each hidden layer"),
             kDropout}},
        ParameterTable{
            "cnn",
            "Convolutional network",
            "3×3 convolutions with batch norm and pooling, then one linear layer",
            {integers("channels", Ints{32, 64}, 1, 4096, "channels", "Channels of each convolution block"),
             kDropout}},
    };
    return tables;
}

std::span<const ParameterTable> dataTables() {
    static const std::array tables{
        ParameterTable{"idx",
                       "IDX images",
                       "Images and labels in the idx format of MNIST, plain or gzip",
                       {text("input", std::nullopt, "input",
                             "Name of the input under inputs: a folder with train-* and t10k-* files")}},
        ParameterTable{
            "csv",
            "CSV table",
            "A table with a header row; every column but the target is a number",
            {text("input", std::nullopt, "input", "Name of the input under inputs: a CSV file"),
             text("target", std::nullopt, "target", "Column to predict; whole numbers or words are classes"),
             real("test_share", 0.2, 0, 0.9, "test share", "Share of rows held out for evaluation"),
             flag("normalize", true, "normalize",
                  "Scale each column to mean 0 and deviation 1 of the training rows")}},
    };
    return tables;
}

std::span<const ParameterTable> optimizerTables() {
    static const std::array tables{
        ParameterTable{"adam",
                       "Adam",
                       "Adaptive moments (Kingma and Ba 2015)",
                       {real("lr", 1e-3, 1e-9, 10, "lr", "Learning rate"),
                        real("beta1", 0.9, 0, 0.9999, "beta 1", "Decay of the mean of gradients"),
                        real("beta2", 0.999, 0, 0.99999, "beta 2", "Decay of the mean of squared gradients"),
                        kWeightDecay}},
        ParameterTable{
            "sgd",
            "SGD",
            "Stochastic gradient descent with momentum",
            {real("lr", 0.1, 1e-9, 100, "lr", "Learning rate"),
             real("momentum", 0.9, 0, 0.9999, "momentum", "Share of the last step kept"), kWeightDecay}},
    };
    return tables;
}

const ParameterTable& loopTable() {
    static const ParameterTable table{
        "train",
        "Training",
        "The training loop",
        {integer("batch", 128, 1, 1 << 20, "batch", "Samples per step and rank", "samples"),
         integer("epochs", 1, 0, 1e6, "epochs",
                 "Passes over the training data; steps wins where both are given", "epochs"),
         integer("steps", 0, 0, 1e12, "steps", "Optimizer steps; 0: as many as epochs says", "steps"),
         integer("eval_every", 0, 0, 1e12, "evaluate every",
                 "Steps between evaluations on the test data; 0: at each epoch's end", "steps"),
         integer("log_every", 10, 1, 1e9, "log every", "Steps between points of the curves", "steps"),
         choice("schedule", "constant", {"constant", "cosine"}, "schedule",
                "Learning rate over the steps; cosine falls to 0 at the last step"),
         integer("warmup", 0, 0, 1e9, "warm-up", "Steps over which the learning rate rises from 0", "steps"),
         choice("device", "auto", {"auto", "cpu", "cuda"}, "device", "auto takes a GPU where there is one"),
         flag("deterministic", true, "deterministic",
              "Same numbers each time on the same device and thread count")}};
    return table;
}

}  // namespace slipway
