// SPDX-License-Identifier: Apache-2.0
// What a model says of samples whose answer is not known. Training thread only.
#pragma once

#include "backends/data/predictionfile.h"
#include "backends/trainer/samplesource.h"
#include "backends/trainer/savedmodel.h"

namespace slipway::trainer {

// Each sample's `top` likeliest classes (as many as there are, at most) with their probabilities (softmax), or its value, in the order
// of the source. The number of samples; errors of source, file and `tick`.
Result<std::int64_t> predict(const SavedModel& model, SampleSource& source, std::size_t top,
                             PredictionFile& file, const Tick& tick = {});

}  // namespace slipway::trainer
