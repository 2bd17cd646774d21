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
        const auto shared = (*ranks)->average({}, {2.5, true});
        QCOMPARE(shared.loss, 2.5);
        QVERIFY(shared.isStopped);
    }

    void averagesGradientsLossAndStop() {
        struct Seen {
            torch::Tensor first, second;
            Ranks::Shared shared;
        };
        const auto seen = together([](int rank, Ranks& ranks) {
            NamedTensors parameters{{"a", torch::zeros({2, 3}).set_requires_grad(true)},
                                    {"b", torch::zeros({4}).set_requires_grad(true)}};
            parameters[0].second.mutable_grad() = torch::full({2, 3}, rank == 0 ? 1.0 : 3.0);
            parameters[1].second.mutable_grad() = torch::full({4}, rank == 0 ? -1.0 : 0.0);
            const auto shared = ranks.average(parameters, {rank == 0 ? 1.0 : 2.0, rank == 1});
            ranks.wait();
            return Seen{parameters[0].second.grad(), parameters[1].second.grad(), shared};
        });
        for (const Seen& rank : seen) {
            QVERIFY(torch::equal(rank.first, torch::full({2, 3}, 2.0)));
            QVERIFY(torch::equal(rank.second, torch::full({4}, -0.5)));
            QCOMPARE(rank.shared.loss, 1.5);
            QVERIFY(rank.shared.isStopped);
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
