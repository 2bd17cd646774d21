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

Parameter names(std::string name, std::string label, std::string help) {
    Parameter p = text(std::move(name), "", std::move(label), std::move(help));
    p.isNames = true;
    return p;
}

Parameter flag(std::string name, bool fallback, std::string label, std::string help) {
    Parameter p{std::move(name),  ParameterKind::Bool, std::nullopt, 0, 0, {}, {},
                std::move(label), std::move(help)};
    p.fallback = fallback;
    return p;
}

const Parameter kDropout =
    real("dropout", 0.0, 0, 0.95, "dropout", "Share of activations set to zero while training");
const Parameter kTestShare =
    real("test_share", 0.2, 0, 0.9, "test share", "Share of the data held out for evaluation");
const Parameter kFlip =
    flag("flip", false, "flip", "Mirrors every other picture left to right while training");
const Parameter kShift = integer("shift", 0, 0, 1024, "shift",
                                 "Moves each picture at random by up to this while training", "pixels");
const Parameter kRate = real("lr", 1e-3, 1e-9, 10, "lr", "Learning rate");
const Parameter kBeta1 = real("beta1", 0.9, 0, 0.9999, "beta 1", "Decay of the mean of gradients");
const Parameter kBeta2 = real("beta2", 0.999, 0, 0.99999, "beta 2", "Decay of the mean of squared gradients");
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
        ParameterTable{
            "resnet",
            "Residual network",
            "ResNet with 18, 34 or 50 layers; its tensors have torchvision's names",
            {choice("depth", "18", {"18", "34", "50"}, "depth", "Layers; 50 is made of bottleneck blocks"),
             choice("stem", "auto", {"auto", "small", "large"}, "stem",
                    "First layer: small 3×3, large 7×7 with pooling; auto takes large from 64 pixels on"),
             kDropout}},
        ParameterTable{
            "vit",
            "Vision transformer",
            "Patches of the image as tokens of a transformer; its tensors have torchvision's names",
            {integer("patch", 0, 0, 512, "patch", "Side of a patch; 0: one that fits the images", "pixels"),
             integer("width", 192, 1, 16384, "width", "Size of each token"),
             integer("depth", 6, 1, 256, "depth", "Transformer layers"),
             integer("heads", 3, 1, 256, "heads", "Attention heads of each layer; they share the width"),
             integer("mlp_ratio", 4, 1, 64, "MLP ratio", "Width of the hidden layer, in widths of a token"),
             kDropout}},
        ParameterTable{
            "gpt",
            "Language model",
            "Decoder-only transformer; its tensors have the names and shapes of GPT-2 in transformers",
            {integer("width", 384, 1, 65536, "width", "Size of each token"),
             integer("depth", 6, 1, 256, "depth", "Transformer layers"),
             integer("heads", 6, 1, 256, "heads", "Attention heads of each layer; they share the width"),
             integer("mlp_ratio", 4, 1, 64, "MLP ratio", "Width of the hidden layer, in widths of a token"),
             kDropout}},
        ParameterTable{
            "tabular",
            "Table network",
            "An embedding for each category column beside the numbers, then fully connected layers",
            {integers("hidden", Ints{200, 100}, 1, 65536, "hidden layers", "Width of each hidden layer"),
             integer("embedding", 0, 0, 4096, "embedding",
                     "Numbers that stand for a category; 0: 1.6 × values^0.56, at most 600"),
             kDropout}},
        ParameterTable{
            "torchscript",
            "Exported module",
            "A module that Python exported by torch.jit, trained as it is; it takes and gives what the other networks do",
            {text("input", std::nullopt, "input",
                  "Name of an input: the file of torch.jit.script(module).save(\"net.pt\")")}},
    };
    return tables;
}

std::span<const ParameterTable> dataTables() {
    static const std::array tables{
        ParameterTable{"idx",
                       "IDX images",
                       "Images and labels in the idx format of MNIST, plain or gzip",
                       {text("input", std::nullopt, "input",
                             "Name of the input under inputs: a folder with train-* and t10k-* files"),
                        kFlip, kShift}},
        ParameterTable{"images",
                       "Image folder",
                       "PNG and JPEG files in a folder for each class, or such folders below train and test",
                       {text("input", std::nullopt, "input", "Name of the input under inputs: the folder"),
                        integer("size", 224, 1, 4096, "size",
                                "Side of the square that each picture is scaled to", "pixels"),
                        kTestShare, kFlip, kShift}},
        ParameterTable{
            "table",
            "Table",
            "Rows and columns of a CSV file with a header row, a Parquet file or an Arrow IPC file",
            {text("input", std::nullopt, "input", "Name of the input under inputs: the file"),
             text("target", std::nullopt, "target", "Column to predict; whole numbers or words are classes"),
             choice("task", "auto", {"auto", "classes", "value"}, "task",
                    "Whether the target names classes or is a number; auto goes by its type"),
             names(
                 "categories", "categories",
                 "Number columns that are names in truth, as codes are, by commas; words are categories anyway"),
             names("ignore", "ignore", "Columns to leave out, by commas"),
             text("group", "", "group", "Column by whose values evaluations are split as well"), kTestShare,
             flag("normalize", true, "normalize",
                  "Scale each column to mean 0 and deviation 1 of the training rows")}},
        ParameterTable{
            "npy",
            "NumPy arrays",
            "Two .npy files in a folder, of features (a row, or an image, each sample) and of labels",
            {text("input", std::nullopt, "input", "Name of the input under inputs: the folder"),
             text("features", "features.npy", "features",
                  "File of samples × values, × height × width, or × channels × height × width"),
             text("labels", "labels.npy", "labels", "File of what to predict, one each sample"),
             choice("task", "auto", {"auto", "classes", "value"}, "task",
                    "Whether labels are classes or numbers; auto takes whole numbers for classes"),
             kTestShare,
             flag("normalize", true, "normalize",
                  "Scale each value, or channel, to mean 0 and deviation 1 of the training samples")}},
        ParameterTable{
            "text",
            "Text",
            "A text file, or all *.txt files of a folder, by bytes or a tokenizer's tokens; to be gone on with",
            {text("input", std::nullopt, "input", "Name of the input under inputs: a file or a folder"),
             integer("context", 256, 1, 1 << 20, "context", "Tokens that are seen at once", "tokens"),
             text(
                 "tokenizer", "", "tokenizer",
                 "Name of an input: a tokenizer.json, byte-level BPE as GPT-2's; empty: each byte is a token"),
             kTestShare}},
    };
    return tables;
}

std::span<const ParameterTable> optimizerTables() {
    static const std::array tables{
        ParameterTable{
            "adam", "Adam", "Adaptive moments (Kingma and Ba 2015)", {kRate, kBeta1, kBeta2, kWeightDecay}},
        ParameterTable{
            "sgd",
            "SGD",
            "Stochastic gradient descent with momentum",
            {real("lr", 0.1, 1e-9, 100, "lr", "Learning rate"),
             real("momentum", 0.9, 0, 0.9999, "momentum", "Share of the last step kept"), kWeightDecay}},
        ParameterTable{"adamw",
                       "AdamW",
                       "Adam with the decay of weights apart from the gradient (Loshchilov and Hutter 2019)",
                       {kRate, kBeta1, kBeta2,
                        real("weight_decay", 0.01, 0, 10, "weight decay",
                             "Pull of the weights towards zero per step; biases and norms are left alone")}},
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
         choice(
             "schedule", "constant", {"constant", "cosine", "step", "onecycle"}, "schedule",
             "Learning rate over the steps: cosine falls to 0 at the last, step falls by a factor now and then, onecycle rises and falls"),
         integer("warmup", 0, 0, 1e9, "warm-up", "Steps over which the learning rate rises from 0", "steps"),
         integer("decay_every", 0, 0, 1e12, "decay every",
                 "Steps from one fall of schedule step to the next; 0: a third of all", "steps"),
         real("decay_factor", 0.1, 1e-6, 1, "decay factor", "What schedule step multiplies the rate by"),
         integer("micro_batch", 0, 0, 1 << 20, "micro-batch",
                 "Samples that go through the network at once, gradients added up; 0: the whole batch",
                 "samples"),
         real("clip", 0.0, 0, 1e9, "clip", "Largest norm of all gradients together; 0: as they are"),
         real("label_smoothing", 0.0, 0, 0.99, "label smoothing",
              "Share of each label spread over all classes"),
         integer("early_stop", 0, 0, 1e6, "early stop",
                 "Evaluations without a better test loss after which it ends; 0: never", "evaluations"),
         real("average", 0.0, 0, 0.99999, "average",
              "Decay of a running mean of the weights, which is evaluated and saved; 0: none"),
         choice("precision", "fp32", {"fp32", "bf16", "fp16"}, "precision",
                "Numbers of the forward pass; fp16 scales the loss so that small gradients live"),
         integer("loaders", -1, -1, 256, "loaders",
                 "Threads that read data ahead of use; -1: one a core where data stay in files, else none",
                 "threads"),
         flag("channels_last", false, "channels last",
              "Keeps images with their channels together, faster on many devices"),
         choice("device", "auto", {"auto", "cpu", "cuda"}, "device", "auto takes a GPU where there is one"),
         flag("deterministic", true, "deterministic",
              "Same numbers each time on the same device and thread count")}};
    return table;
}

}  // namespace slipway
