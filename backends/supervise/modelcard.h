// SPDX-License-Identifier: Apache-2.0
// The model card beside a model that `train:` made: what it is, from which data, how good, how to load it. Markdown with the front
// matter that the Hugging Face hub reads (https://huggingface.co/docs/hub/model-cards). Values; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/supervise/secretfilter.h"

#include <filesystem>
#include <map>

namespace slipway {

inline constexpr const char* kModelCardName = "model-card.md";

// What an attempt's events tell that belongs into a card.
struct CardFacts {
    std::map<std::string, InputEvent> inputs;
    std::optional<EnergyEvent> energy;
    std::string device;
    std::string commit;  // of the job's folder; empty: not known

    void take(const EventBody& event);
};

// "<hash>", "<hash>, with changes that are not committed"; empty where the folder is in no repository, or git does not answer soon.
std::string gitCommit(const std::filesystem::path& folder);

// From a result folder's config.json, metrics.json and evaluation.json, without `secrets`; none for a result without a model of
// Slipway's. Corrupt, Io, PermissionDenied.
Result<std::optional<std::string>> modelCard(const std::filesystem::path& resultFolder, const JobSpec& job,
                                             const CardFacts& facts, const SecretFilter& secrets);

// The same as the folder's model-card.md.
Result<void> writeModelCard(const std::filesystem::path& resultFolder, const JobSpec& job,
                            const CardFacts& facts, const SecretFilter& secrets);

}  // namespace slipway
