// SPDX-License-Identifier: Apache-2.0
// The evaluation.json of a result, as the trainer writes it; a program may write one, too. Any thread.
#pragma once

#include "backends/core/evaluationreport.h"
#include "backends/core/result.h"

#include <filesystem>

namespace slipway {

inline constexpr std::size_t kMaxEvaluationBytes = std::size_t{32} << 20;

// Corrupt, with the file's name: a confusion matrix that is no square of the classes, counts below 0.
Result<EvaluationReport> evaluationOf(std::string_view text, const std::filesystem::path& file);

// Of a result folder; none where it has no such file. Corrupt, Io, PermissionDenied; InvalidArgument above the limit.
Result<std::optional<EvaluationReport>> readEvaluation(const std::filesystem::path& resultFolder);

}  // namespace slipway
