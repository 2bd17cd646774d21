// SPDX-License-Identifier: Apache-2.0
// A run for other tools: its curves as CSV or for TensorBoard, and for MLflow its settings, too. Any thread.
#pragma once

#include "backends/core/result.h"
#include "backends/runs/curvestore.h"

#include <functional>
#include <optional>
#include <string_view>

namespace slipway {

enum class ExportFormat : std::uint8_t { Csv, Tensorboard, Mlflow };

// "csv", "tensorboard" or "mlflow"; none for anything else.
std::optional<ExportFormat> parseExportFormat(std::string_view name);

// "metric,step,seconds,value" and a line a point (RFC 4180), in parts; only of `metric`, unless that is empty. The errors of `write`;
// Corrupt, Io.
Result<void> curvesAsCsv(const CurveStore& curves, std::string_view metric,
                         const std::function<Result<void>(std::string_view text)>& write);

// What was written below `to`, which is made where it is not there:
//   csv          <job>-<number>.csv, as curvesAsCsv() writes it
//   tensorboard  <job>-<number>/events.out.tfevents.<second>.slipway
//   mlflow       <experiment>/<run>/, `to` being the store and the job's name the experiment's
// All of it or nothing, and never over what is there: Conflict. NotFound for a run that told no
// metrics; Io, PermissionDenied.
Result<std::filesystem::path> exportRun(const RunFolder& folder, ExportFormat format,
                                        const std::filesystem::path& to);

}  // namespace slipway
