// SPDX-License-Identifier: Apache-2.0
// The ranks of a training, each on a thread of its own.
#include "backends/trainer/ranks.h"

#include "freeport.h"

#include <QTest>

#include <array>
#include <future>

using namespace slipway;
using namespace slipway::trainer;

class tst_ranks : public QObject {
    Q_OBJECT

    static TrainContext context(int rank, int port) {
        TrainContext context;
        context.rank = rank;
        context.worldSize = 2;
        context.masterPort = port;
        return context;
    }

    // What act(rank, ranks) gives on each of two ranks.
    template <typename Act>
    static auto together(const Act& act) {
        const int port = freePort();
        const auto one = [&](int rank) {
            const auto ranks = Ranks::join(context(rank, port), torch::kCPU);
            if (!ranks) qFatal("%s", describe(ranks.error()).c_str());
            return act(rank, **ranks);
        };
        auto other = std::async(std::launch::async, one, 1);
        auto first = one(0);
        return std::array{std::move(first), other.get()};
    }

private Q_SLOTS:
    void oneRankOpensNothing() {
        TrainContext alone;
        alone.masterPort = -1;
        const auto ranks = Ranks::join(alone, torch::kCPU);
        QVERIFY(ranks);
        const auto shared = (*ranks)->share({2.5, true});
        QCOMPARE(shared.loss, 2.5);
        QVERIFY(shared.isStopped);
    }

    void sharesLossAndStop() {
        const auto seen = together([](int rank, Ranks& ranks) {
            const auto shared = ranks.share({rank == 0 ? 1.0 : 2.0, rank == 1});
            ranks.wait();
            return shared;
        });
        for (const auto& shared : seen) {
            QCOMPARE(shared.loss, 1.5);
            QVERIFY(shared.isStopped);
        }
    }

    // Two parameters of 8 MB and a small one are more than one bucket. The gradients of a and b are what they are multiplied with.
    void aPassAveragesTheGradientsAlsoOfThoseBeforeIt() {
        constexpr std::int64_t kMany = 2'000'000;
        struct Seen {
            std::array<torch::Tensor, 3> alone, averaged;
        };
        const auto seen = together([](int rank, Ranks& ranks) {
            const NamedTensors parameters{{"a", torch::zeros({kMany}).set_requires_grad(true)},
                                          {"b", torch::zeros({kMany}).set_requires_grad(true)},
                                          {"c", torch::zeros({4, 1}).set_requires_grad(true)}};
            ranks.averageGradients(parameters);
            const auto pass = [&](double factor) {
                auto sum = torch::zeros({});
                for (const auto& [name, parameter] : parameters) sum = sum + (parameter * factor).sum();
                sum.backward();
            };
            const auto gradients = [&] {
                return std::array{parameters[0].second.grad().clone(), parameters[1].second.grad().clone(),
                                  parameters[2].second.grad().clone()};
            };
            Seen one;
            for (int step = 0; step < 3; ++step) {
                for (const auto& [name, parameter] : parameters) parameter.mutable_grad().reset();
                pass(rank == 0 ? 1.0 : 5.0);
                one.alone = gradients();
                ranks.prepareBackward();
                pass(rank == 0 ? 2.0 : -4.0);
                one.averaged = gradients();
            }
            ranks.wait();
            return one;
        });
        for (std::size_t rank = 0; rank < seen.size(); ++rank) {
            for (const auto& gradient : seen[rank].alone)
                QVERIFY(torch::equal(gradient, torch::full_like(gradient, rank == 0 ? 1.0 : 5.0)));
            for (const auto& gradient : seen[rank].averaged)  // (1 + 2 + 5 - 4) / 2
                QVERIFY(torch::equal(gradient, torch::full_like(gradient, 2.0)));
        }
    }

    void broadcastGivesTheFirstRanksValues() {
        const auto seen = together([](int rank, Ranks& ranks) {
            const NamedTensors tensors{{"weight", torch::full({3}, rank == 0 ? 7.0 : 0.0)}};
            ranks.broadcast(tensors);
            ranks.wait();
            return tensors[0].second;
        });
        for (const torch::Tensor& weight : seen) QVERIFY(torch::equal(weight, torch::full({3}, 7.0)));
    }
};

QTEST_APPLESS_MAIN(tst_ranks)
#include "tst_ranks.moc"
