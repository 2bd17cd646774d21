// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/batches.h"

#include <QTest>

using namespace slipway::trainer;
using Rows = std::vector<std::int64_t>;

class tst_batches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsBecomeTensors() {
        Samples samples;
        samples.shape.width = 2;
        samples.mean = {0, 0};
        samples.deviation = {1, 1};
        samples.training.floats = {1, 2, 3, 4, 5, 6};
        samples.training.targets = {0.5F, 1.5F, 2.5F};
        Batch batch = emptyBatch(samples, 2);
        QVERIFY(fillBatch(samples, samples.training, Rows{2, 0}, {}, batch));
        QVERIFY(batch.input.equal(torch::tensor({{5.0F, 6.0F}, {1.0F, 2.0F}}).view({2, 1, 1, 2})));
        QVERIFY(batch.expected.equal(torch::tensor({2.5F, 0.5F})));

        samples.classes = 4;
        samples.training.labels = {3, 2, 1};
        batch = emptyBatch(samples, 3);
        QVERIFY(fillBatch(samples, samples.training, Rows{0, 1, 2}, {}, batch));
        QVERIFY(batch.expected.equal(torch::tensor({3, 2, 1}, torch::kLong)));
    }

    void textsBecomeTokensAndWhatFollows() {
        Samples samples;
        samples.shape.width = 2;
        samples.shape.vocabulary = 10;
        samples.training.tokens = {1, 2, 3, 4, 5};
        Batch batch = emptyBatch(samples, 1);
        QVERIFY(fillBatch(samples, samples.training, Rows{1}, {}, batch));
        QVERIFY(batch.input.equal(torch::tensor({{3, 4}}, torch::kLong)));
        QVERIFY(batch.expected.equal(torch::tensor({{4, 5}}, torch::kLong)));
    }
};

QTEST_APPLESS_MAIN(tst_batches)
#include "tst_batches.moc"
