// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samples.h"

#include <QTest>

#include <algorithm>

using namespace slipway::trainer;

class tst_samples : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anOrderHoldsEverySampleOnce() {
        auto order = epochOrder(1000, 7, 0);
        QVERIFY(!std::is_sorted(order.begin(), order.end()));
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < order.size(); ++i) QCOMPARE(order[i], std::int64_t(i));
        QVERIFY(epochOrder(0, 7, 0).empty());
    }
    void anOrderFollowsFromSeedAndEpoch() {
        QCOMPARE(epochOrder(100, 7, 3), epochOrder(100, 7, 3));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 7, 4));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 8, 3));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 7 + (std::int64_t{1} << 32), 3));
    }
    void bytesAreScaled() {
        Samples samples;
        samples.shape = {1, 1, 2, true};
        samples.training.bytes = {0, 255, 51, 102};
        samples.mean = {0.2F};
        samples.deviation = {0.5F};
        std::vector<float> out(4);
        samples.fill(samples.training, std::vector<std::int64_t>{1, 0}, out.data());
        const std::vector<float> expected{0, 0.4F, -0.4F, 1.6F};
        for (std::size_t i = 0; i < 4; ++i) QVERIFY(std::abs(out[i] - expected[i]) < 1e-6F);
    }
    void columnsAreNormalisedOneByOne() {
        Samples samples;
        samples.shape = {1, 1, 2, false};
        samples.training.floats = {1, 10, 3, 30};
        samples.mean = {2, 20};
        samples.deviation = {1, 10};
        std::vector<float> out(4);
        samples.fill(samples.training, std::vector<std::int64_t>{0, 1}, out.data());
        QCOMPARE(out, (std::vector<float>{-1, -1, 1, 1}));
    }
    void anInputThatIsNotThereIsNamed() {
        const auto samples = loadSamples({"idx", {{"input", std::string("fashion")}}}, {}, 0);
        QVERIFY(!samples);
        QCOMPARE(samples.error().code, slipway::ErrorCode::NotFound);
        QVERIFY(samples.error().message.find("fashion") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_samples)
#include "tst_samples.moc"
