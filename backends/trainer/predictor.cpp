// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/predictor.h"

#include "backends/trainer/batches.h"
#include "backends/trainer/precision.h"

#include <algorithm>
#include <numeric>

namespace slipway::trainer {
namespace {

void takeClasses(const torch::Tensor& output, const Samples& form, std::size_t top, PredictionRows& rows) {
    const auto likely = output.to(torch::kFloat).softmax(1).topk(static_cast<std::int64_t>(top), 1);
    const auto shares = std::get<0>(likely).cpu().contiguous();
    const auto places = std::get<1>(likely).cpu().contiguous();
    for (std::int64_t i = 0; i < places.numel(); ++i) {
        rows.classes.push_back(
            form.classNames[static_cast<std::size_t>(places.const_data_ptr<std::int64_t>()[i])]);
        rows.probabilities.push_back(shares.const_data_ptr<float>()[i]);
    }
}

void takeValues(const torch::Tensor& output, PredictionRows& rows) {
    const auto values = output.squeeze(1).to(torch::kFloat).cpu().contiguous();
    rows.values.assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
}

PredictionRows namesOf(const SamplePiece& piece, bool hasRows, std::int64_t begin, std::int64_t count) {
    PredictionRows rows;
    for (std::int64_t i = begin; i < begin + count; ++i) {
        const bool isFileEach = piece.firstRow == 0;
        rows.files.push_back(piece.files[isFileEach ? static_cast<std::size_t>(i) : 0].string());
        if (hasRows) rows.rows.push_back(isFileEach ? 1 : piece.firstRow + i);
    }
    return rows;
}

}  // namespace

PredictionForm predictionForm(const SavedModel& model, const SampleSource& source, std::size_t top) {
    return {source.hasRows(),
            std::min(std::max<std::size_t>(1, top), static_cast<std::size_t>(model.config.form.classes))};
}

Result<std::int64_t> predict(const SavedModel& model, SampleSource& source, const PredictionForm& form,
                             PredictionFile& file, const Tick& tick) {
    const torch::NoGradGuard noGradients;
    const Autocast cast(model.placement.device, model.placement.castType);
    const Samples& samples = model.config.form;
    const std::int64_t step = samplesAtOnce(samples.shape, model.config.batch);
    std::int64_t total = 0;
    for (;;) {
        SLIPWAY_TRY(const SamplePiece piece, source.next());
        if (piece.set.count == 0) break;
        for (std::int64_t begin = 0; begin < piece.set.count; begin += step) {
            const std::int64_t count = std::min(step, piece.set.count - begin);
            std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
            std::iota(numbers.begin(), numbers.end(), begin);
            const Batch batch = emptyBatch(samples, count);
            SLIPWAY_CHECK(samples.fill(piece.set, numbers, batch.input.data_ptr<float>()));
            const auto output = model.network->forward(model.placement.place(batch.input));
            PredictionRows rows = namesOf(piece, form.hasRows, begin, count);
            form.top > 0 ? takeClasses(output, samples, form.top, rows) : takeValues(output, rows);
            SLIPWAY_CHECK(file.add(rows));
            if (tick) SLIPWAY_CHECK(tick(count));
        }
        total += piece.set.count;
    }
    return total;
}

}  // namespace slipway::trainer
