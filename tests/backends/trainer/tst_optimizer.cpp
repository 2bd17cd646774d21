// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/optimizer.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <memory>

using namespace slipway;
using namespace slipway::trainer;

class tst_optimizer : public QObject {
    Q_OBJECT

    static NamedTensors parameters() {
        torch::manual_seed(5);
        return {{"weight", torch::randn({7, 5}).set_requires_grad(true)},
                {"bias", torch::randn({7}).set_requires_grad(true)}};
    }
    static void backward(const NamedTensors& tensors) {
        (torch::tanh(tensors[0].second.sum(1) * tensors[1].second) + tensors[0].second.pow(2).sum(1))
            .sum()
            .backward();
    }
    // Twenty steps of ours and of libtorch's own class end at the same weights.
    static void compare(
        const TypedParameters& settings, double rate,
        const std::function<std::unique_ptr<torch::optim::Optimizer>(std::vector<torch::Tensor>)>& make) {
        const auto ours = parameters();
        const auto theirs = parameters();
        Optimizer optimizer(settings, ours);
        const auto reference = make({theirs[0].second, theirs[1].second});
        for (int step = 1; step <= 20; ++step) {
            backward(ours);
            optimizer.step(rate, step);
            for (const auto& [name, tensor] : ours) QVERIFY(!tensor.grad().defined());
            reference->zero_grad();
            backward(theirs);
            reference->step();
        }
        for (std::size_t i = 0; i < ours.size(); ++i) {
            QVERIFY(torch::allclose(ours[i].second, theirs[i].second, 1e-5, 1e-6));
            QVERIFY(!torch::allclose(ours[i].second, parameters()[i].second));
        }
    }

private Q_SLOTS:
    void adamIsLibtorchsAdam_data() {
        QTest::addColumn<double>("decay");
        QTest::newRow("plain") << 0.0;
        QTest::newRow("weight decay") << 0.1;
    }
    void adamIsLibtorchsAdam() {
        QFETCH(double, decay);
        compare({"adam", {{"lr", 0.01}, {"beta1", 0.8}, {"beta2", 0.95}, {"weight_decay", decay}}}, 0.01,
                [&](auto tensors) {
                    return std::make_unique<torch::optim::Adam>(
                        tensors, torch::optim::AdamOptions(0.01).betas({0.8, 0.95}).weight_decay(decay));
                });
    }

    // Vectors (biases, norms) are left alone: two groups of libtorch's own class say the same.
    void adamwLetsVectorsBe() {
        const auto ours = parameters();
        const auto theirs = parameters();
        Optimizer optimizer(
            {"adamw", {{"lr", 0.01}, {"beta1", 0.9}, {"beta2", 0.999}, {"weight_decay", 0.2}}}, ours);
        using torch::optim::AdamWOptions;
        using torch::optim::OptimizerParamGroup;
        torch::optim::AdamW reference(std::vector{
            OptimizerParamGroup({theirs[0].second},
                                std::make_unique<AdamWOptions>(AdamWOptions(0.01).weight_decay(0.2))),
            OptimizerParamGroup({theirs[1].second},
                                std::make_unique<AdamWOptions>(AdamWOptions(0.01).weight_decay(0)))});
        for (int step = 1; step <= 20; ++step) {
            backward(ours);
            optimizer.step(0.01, step);
            reference.zero_grad();
            backward(theirs);
            reference.step();
        }
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY(torch::allclose(ours[i].second, theirs[i].second, 1e-5, 1e-6));
        QCOMPARE(optimizer.state().size(), 4U);
    }

    void clippingIsLibtorchs() {
        for (const double largest : {0.5, 1e6}) {
            const auto ours = parameters();
            const auto theirs = parameters();
            Optimizer optimizer({"sgd", {{"momentum", 0.0}, {"weight_decay", 0.0}}}, ours);
            backward(ours);
            backward(theirs);
            const double norm = optimizer.clipGradients(largest);
            const double expected = torch::nn::utils::clip_grad_norm_(
                std::vector<torch::Tensor>{theirs[0].second, theirs[1].second}, largest);
            QVERIFY(std::abs(norm - expected) < 1e-5 * expected);
            for (std::size_t i = 0; i < ours.size(); ++i)
                QVERIFY(torch::allclose(ours[i].second.grad(), theirs[i].second.grad(), 1e-4, 1e-7));
            optimizer.releaseGradients();
            for (const auto& [name, tensor] : ours) QVERIFY(!tensor.grad().defined());
        }
    }

    void sgdIsLibtorchsSgd_data() {
        QTest::addColumn<double>("momentum");
        QTest::newRow("plain") << 0.0;
        QTest::newRow("momentum") << 0.9;
    }
    void sgdIsLibtorchsSgd() {
        QFETCH(double, momentum);
        compare({"sgd", {{"lr", 0.01}, {"momentum", momentum}, {"weight_decay", 0.01}}}, 0.01,
                [&](auto tensors) {
                    return std::make_unique<torch::optim::SGD>(
                        tensors, torch::optim::SGDOptions(0.01).momentum(momentum).weight_decay(0.01));
                });
    }

    void theStateIsLiveAndNamed() {
        const auto tensors = parameters();
        Optimizer adam({"adam", {{"beta1", 0.9}, {"beta2", 0.999}, {"weight_decay", 0.0}}}, tensors);
        const auto state = adam.state();
        QCOMPARE(state.size(), 4U);
        QCOMPARE(state[0].first, std::string("exp_avg.weight"));
        QCOMPARE(state[3].first, std::string("exp_avg_sq.bias"));
        QVERIFY(state[0].second.eq(0).all().item<bool>());
        backward(tensors);
        adam.step(0.01, 1);
        QVERIFY(!state[0].second.eq(0).all().item<bool>());
        QVERIFY(Optimizer({"sgd", {{"momentum", 0.0}, {"weight_decay", 0.0}}}, tensors).state().empty());
    }
};

QTEST_APPLESS_MAIN(tst_optimizer)
#include "tst_optimizer.moc"
