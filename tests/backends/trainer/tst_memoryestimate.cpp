// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryestimate.h"

#include <QTest>

using namespace slipway;
using namespace slipway::trainer;

namespace {

using Live = std::vector<std::int64_t>;

// Rows of 1024 numbers.
Samples rowsOf(std::int64_t count) {
    Samples samples;
    samples.shape = {1, 1, 1024, false, {}, 0};
    for (SampleSet* set : {&samples.training, &samples.test}) {
        set->count = count;
        set->floats.assign(static_cast<std::size_t>(count) * 1024, 0.5F);
        set->targets.assign(static_cast<std::size_t>(count), 1.0F);
    }
    samples.mean.assign(1024, 0.0F);
    samples.deviation.assign(1024, 1.0F);
    return samples;
}

std::int64_t estimated(Network& network, const Samples& samples, std::int64_t batch) {
    return estimateMemory(network, samples, {}, {batch, batch, 1, 0})->count;
}

}  // namespace

class tst_memoryestimate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // By hand: at its second moment a pass holds 50 and 10 a sample, at its third 100 and 1 a sample.
    void eachMomentGrowsInAStraightLine() {
        const Live two{0, 70, 102}, four{0, 90, 104};
        QCOMPARE(mostLive(two, 2, four, 4, 4), 104);
        QCOMPARE(mostLive(two, 2, four, 4, 5), 105);
        QCOMPARE(mostLive(two, 2, four, 4, 100), 1050);
        QCOMPARE(mostLive(two, 2, {0, 90, 104, 3}, 4, 6), 106);  // moments differ: 102 and 104
        QCOMPARE(mostLive(two, 2, two, 2, 2), 102);
        QCOMPARE(mostLive({}, 2, {}, 4, 100), 0);
    }

    // A sample is 4 KiB, as are its activations of a hidden layer of 1024 (relu works in place) and their gradients; ten thousand
    // samples more add 40 MiB for each of the batch, the activations and, at one moment of the way back, a gradient or two.
    void aLargerBatchTakesMore() {
        const auto network =
            makeNetwork({"mlp", {{"hidden", Live{1024}}, {"dropout", 0.0}}}, rowsOf(1).shape, 1);
        QVERIFY(network);
        Samples samples = rowsOf(8);
        samples.training.count = 20000;  // only the first are looked at
        const std::int64_t few = estimated(**network, samples, 10);
        const std::int64_t many = estimated(**network, samples, 10010);
        const double growth = static_cast<double>(many - few) / (1 << 20);
        QVERIFY2(growth > 2.8 * 39.06 && growth < 4.3 * 39.06, qPrintable(QString::number(growth)));
    }

    void theNetworkIsLeftAsItWas() {
        Samples samples = rowsOf(8);
        samples.shape = {1, 32, 32, true, {}, 0};
        samples.classes = 3;
        for (SampleSet* set : {&samples.training, &samples.test}) {
            set->bytes.assign(8 * 1024, 7);
            set->floats.clear();
            set->labels.assign(8, 2);
        }
        samples.mean = samples.deviation = {1};
        const auto network =
            *makeNetwork({"cnn", {{"channels", Live{4}}, {"dropout", 0.0}}}, samples.shape, 3);
        std::vector<torch::Tensor> before;
        for (const auto& tensor : network->buffers()) before.push_back(tensor.clone());
        QVERIFY(!before.empty());
        QVERIFY(estimated(*network, samples, 8) > 0);
        const auto after = network->buffers();
        for (std::size_t i = 0; i < before.size(); ++i) QVERIFY(torch::equal(before[i], after[i]));
        for (const auto& parameter : network->parameters()) QVERIFY(!parameter.grad().defined());
        QVERIFY(network->is_training());
    }
};

QTEST_APPLESS_MAIN(tst_memoryestimate)
#include "tst_memoryestimate.moc"
