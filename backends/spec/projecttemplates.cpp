// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/projecttemplates.h"

#include "backends/spec/yamlvalue.h"

#include <array>
#include <random>

namespace slipway {
namespace {

using Files = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 5> kKinds{"mlp", "cnn", "table", "gpt", "program"};

// `work`: the lines of train: and inputs:.
std::string trainJob(const std::string& name, const std::string& work) {
    return "# slipway run trains this here; slipway submit --to TARGET runs the very same job in a cluster.\n"
           "name: " +
           yamlQuoted(name) + "\n" + work +
           "resources: {cpu: 2, memory: 2Gi}\n"
           "checkpoint: {every: 500, keep: 2}\n"
           "seed: 17\n";
}

std::string imagesWork(const std::string& network) {
    return "train:\n"
           "  network: " +
           network +
           "\n"
           "  data: {type: idx, input: images}\n"
           "  optimizer: {type: adam, lr: 1e-3}\n"
           "  batch: 128\n"
           "  epochs: 3\n"
           "inputs:\n"
           "  images: /usr/share/datasets/fashion-mnist  # Debian package dataset-fashion-mnist\n";
}

constexpr const char* kTableWork =
    "train:\n"
    "  network: {type: tabular, hidden: [64, 32]}\n"
    "  # Your own file, CSV, Parquet or Arrow IPC, goes under inputs, and the column to predict here.\n"
    "  data: {type: table, input: rows, target: returned, group: country}\n"
    "  optimizer: {type: adamw, lr: 3e-3}\n"
    "  batch: 32\n"
    "  epochs: 10\n"
    "inputs:\n"
    "  rows: orders.csv\n";

constexpr const char* kTextWork =
    "train:\n"
    "  network: {type: gpt, width: 128, depth: 4, heads: 4}\n"
    "  data: {type: text, input: text, context: 128}  # a file, or a folder of *.txt\n"
    "  optimizer: {type: adamw, lr: 1e-3}\n"
    "  batch: 16\n"
    "  steps: 200\n"
    "inputs:\n"
    "  text: /usr/share/common-licenses/GPL-3\n";

// Orders of a shop that sends shoes: large ones that were ordered late in the day come back more often.
std::string orders() {
    constexpr std::array kCountries{"chile", "kenya", "norway"};
    std::minstd_rand random(3);
    std::string rows = "size,hour,country,price,returned\n";
    for (int i = 0; i < 600; ++i) {
        const auto size = 36 + random() % 12;
        const auto hour = random() % 24;
        const auto country = random() % kCountries.size();
        const auto price = 40 + random() % 90;
        const bool isReturned = random() % 100 < (size > 42 ? 45U : 10U) + (hour > 18 ? 40U : 0U);
        rows += std::to_string(size) + ',' + std::to_string(hour) + ',' + kCountries.at(country) + ',' +
                (random() % 20 == 0 ? "" : std::to_string(price)) + ',' + (isReturned ? "yes" : "no") + '\n';
    }
    return rows;
}

constexpr const char* kProgram =
    "# A plain training program: it runs unchanged without Slipway, too.\n"
    "try:\n"
    "    import slipway\n"
    "except ImportError:\n"
    "    slipway = None\n"
    "\n"
    "slope = 0.0\n"
    "points = [(x / 50, 3.0 * x / 50) for x in range(50)]\n"
    "for step in range(1, 201):\n"
    "    gradient = sum(2 * (slope * x - y) * x for x, y in points) / len(points)\n"
    "    slope -= 0.1 * gradient\n"
    "    loss = sum((slope * x - y) ** 2 for x, y in points) / len(points)\n"
    "    if slipway:\n"
    "        slipway.log(step=step, loss=loss)\n"
    "with open(\"slope.txt\", \"w\") as file:\n"
    "    file.write(f\"{slope}\\n\")\n"
    "print(f\"slope {slope:.4f} after 200 steps\")\n";

}  // namespace

std::span<const std::string_view> projectKinds() { return kKinds; }

Result<Files> projectFiles(const std::string& kind, const std::string& name) {
    if (kind == "mlp")
        return Files{{"job.yaml", trainJob(name, imagesWork("{type: mlp, hidden: [256, 128]}"))}};
    if (kind == "cnn")
        return Files{{"job.yaml", trainJob(name, imagesWork("{type: cnn, channels: [32, 64]}"))}};
    if (kind == "table") return Files{{"job.yaml", trainJob(name, kTableWork)}, {"orders.csv", orders()}};
    if (kind == "gpt") return Files{{"job.yaml", trainJob(name, kTextWork)}};
    if (kind == "program") {
        return Files{
            {"job.yaml",
             "name: " + yamlQuoted(name) +
                 "\n"
                 "program:\n"
                 "  command: [train.py]\n"
                 "  # image: python:3.12-slim  # the base image that slipway submit and package need\n"
                 "resources: {cpu: 1, memory: 1Gi}\n"
                 "outputs: [slope.txt]\n"},
            {"train.py", kProgram}};
    }
    return Error{ErrorCode::InvalidArgument, "there is no kind of job \"" + kind + "\"", "",
                 "Take mlp, cnn, table, gpt or program"};
}

std::filesystem::path examplesFolder(const std::filesystem::path& programs) {
    return (programs / ".." / "share" / "slipway" / "examples").lexically_normal();
}

}  // namespace slipway
