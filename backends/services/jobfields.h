// SPDX-License-Identifier: Apache-2.0
// The settings of a job file's text, and two people's edits of them put together. Pure; any thread.
#pragma once

#include "backends/services/jobservice.h"

#include <optional>
#include <string>
#include <vector>

namespace slipway {

// Those that a form shows, with the place of each value.
std::vector<JobSnapshot::Field> fieldsOf(const SpecDocument& document);

// `theirs` with the settings that `mine` changed of `base`. None where a text is no YAML, `mine` changed more than settings (a comment),
// or both changed one setting.
std::optional<std::string> mergedJob(const std::string& base, const std::string& mine,
                                     const std::string& theirs);

}  // namespace slipway
