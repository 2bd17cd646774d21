// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/precision.h"

#include <QTest>

#include <limits>

using namespace slipway::trainer;

class tst_precision : public QObject {
    Q_OBJECT

    static NamedTensors weight(float gradient) {
        auto tensor = torch::ones({2}).set_requires_grad(true);
        tensor.mutable_grad() = torch::full({2}, gradient);
        return {{"weight", tensor}};
    }
    static double scaleOf(const LossScale& scale) { return scale.state()[0].second.item<double>(); }

private Q_SLOTS:
    void castsMatricesAndNothingAfterwards_data() {
        QTest::addColumn<QByteArray>("precision");
        QTest::addColumn<int>("type");
        QTest::newRow("fp32") << QByteArray("fp32") << static_cast<int>(at::kFloat);
        QTest::newRow("bf16") << QByteArray("bf16") << static_cast<int>(at::kBFloat16);
        QTest::newRow("fp16") << QByteArray("fp16") << static_cast<int>(at::kHalf);
    }
    void castsMatricesAndNothingAfterwards() {
        QFETCH(QByteArray, precision);
        QFETCH(int, type);
        const auto a = torch::ones({4, 4});
        {
            const Autocast cast(torch::kCPU, castType(precision.toStdString()));
            QCOMPARE(static_cast<int>(torch::mm(a, a).scalar_type()), type);
            QCOMPARE(
                torch::cross_entropy_loss(torch::mm(a, a), torch::zeros({4}, torch::kLong)).scalar_type(),
                at::kFloat);
        }
        QCOMPARE(torch::mm(a, a).scalar_type(), at::kFloat);
    }

    void theScaleIsTakenOutOfTheGradients() {
        LossScale scale(true, torch::kCPU);
        QCOMPARE(scaleOf(scale), 65536.0);
        QCOMPARE(scale.scaled(torch::tensor(0.5F)).item<double>(), 32768.0);
        const auto parameters = weight(65536.0F * 3);
        QVERIFY(scale.unscale(parameters));
        QCOMPARE(parameters[0].second.grad()[1].item<double>(), 3.0);
    }

    void anOverflowSkipsTheStepAndHalvesTheScale() {
        LossScale scale(true, torch::kCPU);
        QVERIFY(!scale.unscale(weight(std::numeric_limits<float>::infinity())));
        QCOMPARE(scaleOf(scale), 32768.0);
        QVERIFY(scale.unscale(weight(1)));
        QCOMPARE(scaleOf(scale), 32768.0);
    }

    void soundStepsDoubleTheScale() {
        LossScale scale(true, torch::kCPU);
        for (int i = 0; i < 2000; ++i) {
            QCOMPARE(scaleOf(scale), 65536.0);
            QVERIFY(scale.unscale(weight(1)));
        }
        QCOMPARE(scaleOf(scale), 131072.0);
    }

    void unusedItDoesNothing() {
        LossScale scale(false, torch::kCPU);
        QVERIFY(scale.state().empty());
        QCOMPARE(scale.scaled(torch::tensor(0.5F)).item<double>(), 0.5);
        const auto parameters = weight(3);
        QVERIFY(scale.unscale(parameters));
        QCOMPARE(parameters[0].second.grad()[0].item<double>(), 3.0);
    }
};

QTEST_APPLESS_MAIN(tst_precision)
#include "tst_precision.moc"
