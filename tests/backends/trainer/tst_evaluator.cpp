// SPDX-License-Identifier: Apache-2.0
// A network that gives back what it is fed, so that the losses can be said beforehand.
#include "backends/trainer/evaluator.h"

#include <QTest>

#include <cmath>

using namespace slipway::trainer;

namespace {

class Echo final : public Network {
public:
    torch::Tensor forward(const torch::Tensor& input) override {
        largest = std::max(largest, input.size(0));
        wasTraining = wasTraining || is_training();
        if (input.scalar_type() == torch::kLong) return torch::one_hot(input, 256).to(torch::kFloat) * 50;
        return input.flatten(1);
    }
    std::int64_t largest = 0;
    bool wasTraining = false;
};

}  // namespace

class tst_evaluator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySampleCountsOnce() {
        Samples samples;
        samples.shape = {1, 1, 1, false, {}, 0};
        samples.mean = {0};
        samples.deviation = {1};
        samples.groupNames = {"even", "odd"};
        samples.test.count = 2500;
        for (int i = 0; i < 2500; ++i) {
            samples.test.floats.push_back(static_cast<float>(i));
            samples.test.targets.push_back(static_cast<float>(i + 1 + i % 2));
            samples.test.groups.push_back(i % 2);
        }
        Echo network;
        const auto evaluation = evaluate(network, samples, samples.test, {}, 8);
        QCOMPARE(evaluation->count(), 2500);
        QCOMPARE(evaluation->loss(), 2.5);  // errors of 1 and 2
        QCOMPARE(evaluation->metrics().at("test/mae"), 1.5);
        QVERIFY(!network.wasTraining && network.is_training());
        QCOMPARE(network.largest, 1000);
        const auto worst = evaluation->worst().worst();
        QCOMPARE(worst.size(), WorstPredictions::kMost);
        QCOMPARE(worst[0].row, 1);
        QCOMPARE(worst[0].expected, 3.0);
        QCOMPARE(worst[0].predicted, 1.0);
        QCOMPARE(worst[1].row, 3);  // in the order they stand where they are as wrong
    }

    void whatIsTakenForAnotherClassIsKept() {
        Samples samples;
        samples.shape = {1, 1, 2, false, {}, 0};
        samples.mean = {0, 0};
        samples.deviation = {1, 1};
        samples.classes = 2;
        samples.classNames = {"a", "b"};
        samples.test.count = 3;
        samples.test.floats = {2, 0, 0, 5, 0, 1};  // the two scores of each
        samples.test.labels = {0, 0, 0};
        Echo network;
        const auto worst = evaluate(network, samples, samples.test, {}, 8)->worst().worst();
        QCOMPARE(worst.size(), std::size_t{2});
        QCOMPARE(worst[0].row, 1);
        QCOMPARE(worst[0].predicted, 1.0);
        QVERIFY(std::abs(worst[0].wrongness - 1 / (1 + std::exp(-5.0))) < 1e-6);
        QCOMPARE(worst[1].row, 2);
    }

    void largeSamplesComeInBatchesAsInTraining() {
        Samples samples;
        samples.shape = {3, 1024, 1024, true, {}, 0};
        samples.mean = {0};
        samples.deviation = {1};
        samples.classes = 2;
        samples.classNames = {"a", "b"};
        samples.test.count = 5;
        samples.test.bytes.assign(5 * 3 * 1024 * 1024, 0);
        samples.test.labels.assign(5, 0);
        Echo network;
        QVERIFY(evaluate(network, samples, samples.test, {}, 2));
        QCOMPARE(network.largest, 2);
    }

    void tokensAreComparedWithThoseThatFollow() {
        Samples samples;
        samples.shape = {1, 1, 2, false, {}, 256};
        samples.test.count = 2;
        samples.test.tokens = {7, 7, 7, 9, 9};  // three of four follow their like
        Echo network;
        const auto evaluation = evaluate(network, samples, samples.test, {}, 1);
        QCOMPARE(evaluation->count(), 4);
        QVERIFY(std::abs(evaluation->loss() - 50.0 / 4) < 1e-3);
    }

    void smoothingSpreadsALabel() {
        Samples samples;
        samples.classes = 2;
        const auto scores = torch::tensor({{2.0F, 0.0F}});
        const auto label = torch::tensor({0}, torch::kLong);
        const double right = std::log1p(std::exp(-2.0));
        QVERIFY(std::abs(lossOf(samples, scores, label).item<double>() - right) < 1e-6);
        QVERIFY(std::abs(lossOf(samples, scores, label, 0.2).item<double>() - (right + 0.1 * 2)) < 1e-6);
    }
};

QTEST_APPLESS_MAIN(tst_evaluator)
#include "tst_evaluator.moc"
