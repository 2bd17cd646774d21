// SPDX-License-Identifier: Apache-2.0
// The runs of an MLflow file store ("mlruns"): <experiment>/<run>/{meta.yaml, params/<name>, tags/<name>, metrics/<name>}, a line
// "milliseconds value step" a point (mlflow/store/tracking/file_store.py). What was deleted there is left out. Any thread.
#pragma once

#include "backends/exchange/foreignrun.h"

namespace slipway {

// None where there are no experiments. A store, one experiment of it, or one run. NotFound, PermissionDenied, Io; Corrupt with the
// file where it is none of MLflow's.
Result<std::vector<ForeignRun>> mlflowRuns(const std::filesystem::path& folder);

// The points of one of its metrics by step; where none was told a step, by their order. Corrupt with file and line.
Result<void> readMlflowMetric(const std::string& name, const std::filesystem::path& file,
                              const ScalarSink& sink);

}  // namespace slipway
