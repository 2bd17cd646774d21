// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/projecttemplates.h"

#include "backends/spec/yamlvalue.h"

namespace slipway {
namespace {

std::string trainJob(const std::string& name, const std::string& network) {
    return "# slipway run trains this here; slipway submit --to TARGET runs the very same job in a cluster.\n"
           "name: " +
           yamlQuoted(name) +
           "\n"
           "train:\n"
           "  network: " +
           network +
           "\n"
           "  data: {type: idx, input: images}\n"
           "  optimizer: {type: adam, lr: 1e-3}\n"
           "  batch: 128\n"
           "  epochs: 3\n"
           "inputs:\n"
           "  images: /usr/share/datasets/fashion-mnist  # Debian package dataset-fashion-mnist\n"
           "resources: {cpu: 2, memory: 2Gi}\n"
           "checkpoint: {every: 500, keep: 2}\n"
           "seed: 17\n";
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

Result<std::map<std::string, std::string>> projectFiles(const std::string& kind, const std::string& name) {
    if (kind == "mlp")
        return std::map<std::string, std::string>{
            {"job.yaml", trainJob(name, "{type: mlp, hidden: [256, 128]}")}};
    if (kind == "cnn")
        return std::map<std::string, std::string>{
            {"job.yaml", trainJob(name, "{type: cnn, channels: [32, 64]}")}};
    if (kind == "program") {
        return std::map<std::string, std::string>{
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
                 "Take mlp, cnn or program"};
}

}  // namespace slipway
