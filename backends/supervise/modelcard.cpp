// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/modelcard.h"

#include "backends/core/units.h"
#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "backends/runs/evaluationfile.h"
#include "backends/runs/runenergy.h"
#include "backends/spec/yamlvalue.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
constexpr std::size_t kMaxConfig = std::size_t{256} << 20;
constexpr std::size_t kMaxRows = 50;
constexpr std::size_t kWorstPairs = 5;

std::string shortNumber(double value) {
    std::array<char, 32> text{};
    return {text.data(),
            std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6).ptr};
}

// Names are anybody's: they neither end a table's cell nor begin markup.
std::string plain(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (std::string_view("|`*_[]<>\\").find(c) != std::string_view::npos) safe += '\\';
        safe += c == '\n' || c == '\r' ? ' ' : c;
    }
    return safe;
}

// What the hub calls it: https://huggingface.co/tasks
std::string taskOf(const Json& config) {
    const std::string data = config.at("data").at("type");
    if (data == "text") return "text-generation";
    const bool isClasses = config.contains("output") && config["output"].contains("classes");
    if (config.at("input").contains("scale") || config["input"].value("image", false))
        return "image-classification";
    return isClasses ? "tabular-classification" : "tabular-regression";
}

std::string frontMatter(const JobSpec& job, const Json& config,
                        const std::optional<EvaluationReport>& evaluation) {
    const std::string task = taskOf(config);
    const std::string data = textValue(job.train()->data.values, "input");
    std::string text = "---\nlibrary_name: slipway\npipeline_tag: " + task + "\ntags:\n- slipway\n- " +
                       yamlQuoted(job.train()->network.type) + "\n";
    std::string names;
    std::string values;
    for (const auto& [name, score] : evaluation ? evaluation->scores : Scores{}) {
        if (!score) continue;
        names += "- " + yamlQuoted(name) + "\n";
        values += "    - type: " + yamlQuoted(name) + "\n      value: " + shortNumber(*score) + "\n";
    }
    if (!names.empty())
        text += "metrics:\n" + names + "model-index:\n- name: " + yamlQuoted(job.name) +
                "\n  results:\n  - task:\n      type: " + task +
                "\n    dataset:\n      name: " + yamlQuoted(data) + "\n      type: " + yamlQuoted(data) +
                "\n    metrics:\n" + values;
    return text + "---\n";
}

std::string settingsText(const TypedParameters& choice) {
    Json json = Json::object();
    for (const auto& [name, value] : choice.values)
        std::visit([&, &key = name](const auto& one) { json[key] = one; }, value);
    return "`" + choice.type + "` `" + json.dump() + "`";
}

std::string splitText(const JobSpec& job) {
    const TypedParameters& data = job.train()->data;
    if (data.type == "idx") return "the data's own test part is held out";
    const std::string share = shortNumber(100 * realValue(data.values, "test_share")) + " %";
    if (data.type == "text") return "the last " + share + " are held out";
    return share + " are held out, drawn by the seed " + std::to_string(job.seed) +
           (data.type == "images" ? ", unless the folder has a test part of its own" : "");
}

std::string dataText(const JobSpec& job, const Json& config, const CardFacts& facts) {
    std::string text = "## Data\n\n" + settingsText(job.train()->data) + "\n\n";
    for (const InputSpec& input : job.inputs) {
        const auto found = facts.inputs.find(input.name);
        const bool isKnown = found != facts.inputs.end() && !found->second.digest.empty();
        text += "- input " + plain(input.name) + ": " +
                (isKnown ? found->second.digest + ", " + decimalSize(found->second.size) : "digest unknown") +
                "\n";
    }
    if (const auto samples = config.find("samples"); samples != config.end())
        text += "- " + grouped(samples->at("training").get<std::int64_t>()) + " training and " +
                grouped(samples->at("test").get<std::int64_t>()) + " test samples\n";
    return text + "- split: " + splitText(job) + "\n\n";
}

std::string partsText(const char* title, const std::vector<EvaluationPart>& parts) {
    if (parts.empty()) return {};
    std::string head = std::string("| ") + title + " | samples |";
    std::string line = "| --- | ---: |";
    for (const auto& [name, score] : parts.front().scores) {
        head += " " + name + " |";
        line += " ---: |";
    }
    std::string text = head + "\n" + line + "\n";
    for (std::size_t i = 0; i < std::min(parts.size(), kMaxRows); ++i) {
        text += "| " + plain(parts[i].name) + " | " + grouped(parts[i].samples) + " |";
        for (const auto& [name, score] : parts[i].scores)
            text += " " + (score ? shortNumber(*score) : "–") + " |";
        text += "\n";
    }
    if (parts.size() > kMaxRows)
        text += "\nand " + std::to_string(parts.size() - kMaxRows) + " more in evaluation.json\n";
    return text + "\n";
}

// What is most often taken for something else.
std::string confusionText(const EvaluationReport& report) {
    struct Pair {
        std::int64_t count;
        std::size_t expected;
        std::size_t predicted;
    };
    std::vector<Pair> pairs;
    for (std::size_t row = 0; row < report.confusion.size(); ++row)
        for (std::size_t column = 0; column < report.confusion[row].size(); ++column)
            if (row != column && report.confusion[row][column] > 0)
                pairs.push_back({report.confusion[row][column], row, column});
    if (pairs.empty()) return {};
    std::ranges::stable_sort(pairs, std::greater(), &Pair::count);
    std::string text = "Most often confused:\n\n";
    for (std::size_t i = 0; i < std::min(pairs.size(), kWorstPairs); ++i)
        text += "- " + plain(report.classes[pairs[i].expected].name) + " taken for " +
                plain(report.classes[pairs[i].predicted].name) + ": " + grouped(pairs[i].count) + " of " +
                grouped(report.classes[pairs[i].expected].samples) + "\n";
    return text + "\n";
}

std::string evaluationText(const std::optional<EvaluationReport>& report) {
    std::string text = "## Evaluation\n\n";
    if (!report) return text + "There were no test data.\n\n";
    text += "On " + counted(report->samples, "sample") + " that were held out:\n\n";
    for (const auto& [name, score] : report->scores)
        text += "- " + name + ": " + (score ? shortNumber(*score) : "–") + "\n";
    return text + "\n" + confusionText(*report) + partsText("class", report->classes) +
           partsText("group", report->groups);
}

std::string trainingText(const JobSpec& job, const Json& config, const Json& metrics,
                         const CardFacts& facts) {
    std::string text = "## Training\n\n";
    const auto row = [&](const char* name, const std::string& value) {
        text.append("- ").append(name).append(": ").append(value.empty() ? "unknown" : value).append("\n");
    };
    row("network", settingsText(job.train()->network));
    row("parameters", grouped(config.at("parameters").get<std::int64_t>()));
    row("optimizer", settingsText(job.train()->optimizer));
    Json loop = Json::object();
    for (const auto& [name, value] : job.train()->loop)
        std::visit([&, &key = name](const auto& one) { loop[key] = one; }, value);
    row("loop", "`" + loop.dump() + "`");
    row("steps", grouped(metrics.value("step", std::int64_t{0})) + " in " +
                     durationText(metrics.value("seconds", 0.0)));
    row("seed", std::to_string(job.seed));
    row("ranks", std::to_string(job.replicas));
    row("device", plain(facts.device));
    row("made with", config.value("made_with", ""));
    row("git commit", facts.commit);
    row("energy", facts.energy ? energyInWords(*facts.energy) : "");
    return text + "\n";
}

constexpr const char* kUse = R"(## How to use it

`slipway predict RESULT_FOLDER FILE…` and `slipway eval RESULT_FOLDER --data PATH` read this folder. In Python (`pip install safetensors numpy`):

```python
import json
from safetensors.numpy import load_file

weights = load_file("model.safetensors")  # by name; safetensors.torch has the same for PyTorch
config = json.load(open("config.json"))   # the network, and how data become its input
for name, tensor in weights.items():
    print(name, tensor.shape)
```

## Intended use

*To be written by the author: whom the model is for, what it must not be used for, and its known limits.*
)";

}  // namespace

void CardFacts::take(const EventBody& event) {
    if (const auto* input = std::get_if<InputEvent>(&event)) inputs[input->name] = *input;
    if (const auto* told = std::get_if<EnergyEvent>(&event)) energy = *told;
    if (const auto* progress = std::get_if<ProgressEvent>(&event); progress && !progress->device.empty())
        device = progress->device;
}

std::string gitCommit(const fs::path& folder) {
    const auto git = [&](std::vector<std::string> words) -> std::optional<std::string> {
        // Not its locks: a look that is cut off would leave one behind.
        words.insert(words.begin(), {"git", "--no-optional-locks", "-C", folder.string()});
        const auto said = runCommand({.command = std::move(words), .environment = currentEnvironment()},
                                     std::chrono::seconds(2));
        if (!said || said->status != ExitStatus{}) return std::nullopt;
        return said->out.substr(0, said->out.find_last_not_of('\n') + 1);
    };
    const auto commit = git({"rev-parse", "--verify", "HEAD"});
    if (!commit) return {};
    const auto changes = git({"status", "--porcelain", "--untracked-files=no"});
    return *commit + (!changes           ? ", perhaps with changes"
                      : changes->empty() ? ""
                                         : ", with changes that are not committed");
}

Result<std::optional<std::string>> modelCard(const fs::path& resultFolder, const JobSpec& job,
                                             const CardFacts& facts, const SecretFilter& secrets) {
    if (job.train() == nullptr) return std::optional<std::string>();
    const auto configText = readFile(resultFolder / "config.json", kMaxConfig);
    if (!configText && configText.error().code == ErrorCode::NotFound) return std::optional<std::string>();
    if (!configText) return configText.error();
    SLIPWAY_TRY(const std::string metricsText, readFile(resultFolder / "metrics.json", kMaxEvaluationBytes));
    SLIPWAY_TRY(const auto evaluation, readEvaluation(resultFolder));
    try {
        const Json config = Json::parse(*configText);
        const std::string card = frontMatter(job, config, evaluation) + "\n# " + job.name + "\n\n" +
                                 evaluationText(evaluation) + dataText(job, config, facts) +
                                 trainingText(job, config, Json::parse(metricsText), facts) + kUse;
        return std::optional(secrets.blotted(card));
    } catch (const std::exception& problem) {
        return Error{
            ErrorCode::Corrupt, resultFolder.string() + " has no sound configuration", problem.what(), {}};
    }
}

Result<void> writeModelCard(const fs::path& resultFolder, const JobSpec& job, const CardFacts& facts,
                            const SecretFilter& secrets) {
    SLIPWAY_TRY(const auto card, modelCard(resultFolder, job, facts, secrets));
    return card ? writeFileAtomically(resultFolder / kModelCardName, *card) : Result<void>();
}

}  // namespace slipway
