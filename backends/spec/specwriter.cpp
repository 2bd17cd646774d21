// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/parameteryaml.h"
#include "backends/spec/specdocument.h"

namespace slipway {
namespace {

std::string typedText(const TypedParameters& typed) {
    std::string text = "{type: " + typed.type;
    for (const auto& [name, value] : typed.values) text += ", " + name + ": " + parameterYaml(value);
    return text + "}";
}

std::string listText(const std::vector<std::string>& words) {
    std::string text = "[";
    for (const std::string& word : words) text += (text.size() > 1 ? ", " : "") + yamlQuoted(word);
    return text + "]";
}

std::string workText(const JobSpec& job) {
    if (const TrainSpec* train = job.train()) {
        std::string text = "train:\n  network: " + typedText(train->network) +
                           "\n  data: " + typedText(train->data) +
                           "\n  optimizer: " + typedText(train->optimizer) + "\n";
        for (const auto& [name, value] : train->loop)
            text += "  " + name + ": " + parameterYaml(value) + "\n";
        return text;
    }
    const ProgramSpec& program = *job.program();
    std::string text = "program:\n  command: " + listText(program.command) +
                       "\n  folder: " + yamlQuoted(program.folder) + "\n";
    if (!program.interpreter.empty()) text += "  interpreter: " + yamlQuoted(program.interpreter) + "\n";
    if (!program.image.empty()) text += "  image: " + yamlQuoted(program.image) + "\n";
    if (!program.parameters.empty()) text += "  parameters:\n";
    for (const ProgramParameter& one : program.parameters)
        text += "    " + one.name + ": " + one.value + "\n";
    return text;
}

std::string resourcesText(const Resources& resources) {
    std::string text =
        "resources: {cpu: " + quantity(resources.cpu) + ", memory: " + quantity(resources.memory) +
        ", gpus: " + std::to_string(resources.gpus) + ", shared_memory: " + quantity(resources.sharedMemory);
    if (resources.gpuMemory) text += ", gpu_memory: " + quantity(*resources.gpuMemory);
    if (!resources.slice.empty()) text += ", slice: " + yamlQuoted(resources.slice);
    return text + "}\n";
}

std::string checkpointText(const CheckpointSpec& checkpoint) {
    std::string text = "checkpoint: {keep: " + std::to_string(checkpoint.keep);
    if (checkpoint.everySteps > 0) text += ", every: " + std::to_string(checkpoint.everySteps);
    if (checkpoint.every.count() > 0) text += ", every: " + std::to_string(checkpoint.every.count()) + "s";
    if (!checkpoint.best.empty()) text += ", best: " + checkpoint.best;
    return text + "}\n";
}

}  // namespace

std::string writeJob(const JobSpec& job) {
    std::string text =
        "version: " + std::to_string(job.version) + "\nname: " + yamlQuoted(job.name) + "\n" + workText(job);
    if (!job.inputs.empty()) text += "inputs:\n";
    for (const InputSpec& input : job.inputs)
        text += "  " + input.name + ": " + yamlQuoted(input.source) + "\n";
    if (!job.env.empty()) text += "env:\n";
    for (const EnvVar& one : job.env) {
        text += "  " + one.name + ": ";
        text += one.secretName.empty()
                    ? yamlQuoted(one.value)
                    : "{secret: " + yamlQuoted(one.secretName) + ", key: " + yamlQuoted(one.secretKey) + "}";
        text += "\n";
    }
    text += resourcesText(job.resources) + "replicas: " + std::to_string(job.replicas) + "\n" +
            checkpointText(job.checkpoint) + "seed: " + std::to_string(job.seed) + "\n";
    if (!job.outputs.empty()) text += "outputs: " + listText(job.outputs) + "\n";
    return text + "grace: " + std::to_string(job.grace.count()) + "s\n";
}

}  // namespace slipway
