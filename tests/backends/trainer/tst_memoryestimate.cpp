// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryestimate.h"

#include <QTest>

using namespace slipway;
using namespace slipway::trainer;

namespace {

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
    // By hand: a block of 10 a sample, one of 50 and 5 a sample, and the first given back.
    void blocksGrowInAStraightLine() {
        const Blocks two{20, 60, -20}, four{40, 70, -40};
        QCOMPARE(blocksOf(two, 2, four, 4, 100), (Blocks{1000, 550, -1000}));
        QCOMPARE(blocksOf(two, 2, two, 2, 2), two);
        QCOMPARE(blocksOf({20, 60}, 2, four, 4, 8), (Blocks{80, 140, -80}));  // passes differ
        QCOMPARE(mostHeld({1000, 550, -1000, 100}, 0), 1550);
        QCOMPARE(mostHeld({}, 7), 0);
    }

    // Blocks from 32 MiB on go back to the kernel; of the others up to 64 MiB stay.
    void smallBlocksAreKept() {
        constexpr std::int64_t kMiB = 1 << 20;
        const Blocks training{30 * kMiB, 20 * kMiB, -30 * kMiB, 40 * kMiB, -40 * kMiB, -20 * kMiB};
        QCOMPARE(mostHeld(training, 0), 60 * kMiB);
        QCOMPARE(keptOf(training), 50 * kMiB);
        QCOMPARE(keptOf(Blocks(100, kMiB)), 64 * kMiB);
        QCOMPARE(mostHeld({10 * kMiB, 100 * kMiB}, 50 * kMiB), 150 * kMiB);
        QCOMPARE(mostHeld({60 * kMiB, 10 * kMiB}, 50 * kMiB), 110 * kMiB);
    }

    // A sample is 4 KiB, as are its activations of a hidden layer of 1024 (relu works in place) and their gradients; ten thousand
    // samples more add 40 MiB for each of the batch, the activations and, at one moment of the way back, a gradient or two.
    void aLargerBatchTakesMore() {
        const auto network =
            makeNetwork({"mlp", {{"hidden", Blocks{1024}}, {"dropout", 0.0}}}, rowsOf(1).shape, 1);
        QVERIFY(network);
        Samples samples = rowsOf(64);
        samples.training.count = 20000;  // only the first are looked at
        const std::int64_t few = estimated(**network, samples, 10);
        const std::int64_t many = estimated(**network, samples, 10010);
        const double growth = static_cast<double>(many - few) / (1 << 20);
        QVERIFY2(growth > 2.8 * 39.06 && growth < 4.5 * 39.06, qPrintable(QString::number(growth)));
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
            *makeNetwork({"cnn", {{"channels", Blocks{4}}, {"dropout", 0.0}}}, samples.shape, 3);
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
