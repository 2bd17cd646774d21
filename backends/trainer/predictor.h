// SPDX-License-Identifier: Apache-2.0
// What a model says of samples whose answer is not known. Training thread only.
#pragma once

#include "backends/data/predictionfile.h"
#include "backends/trainer/samplesource.h"
#include "backends/trainer/savedmodel.h"

namespace slipway::trainer {

// What predict() tells of each sample: its `top` likeliest classes (as many as there are, at most), or its value.
PredictionForm predictionForm(const SavedModel& model, const SampleSource& source, std::size_t top);

// The classes with their probabilities (softmax), or the values, in the order of the source. The number of samples; errors of source,
// file and `tick`.
Result<std::int64_t> predict(const SavedModel& model, SampleSource& source, const PredictionForm& form,
                             PredictionFile& file, const Tick& tick = {});

}  // namespace slipway::trainer
