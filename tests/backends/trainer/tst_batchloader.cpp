// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/batchloader.h"

#include <QTest>

#include <set>

using namespace slipway::trainer;

class tst_batchloader : public QObject {
    Q_OBJECT
    Samples m_samples;

    // What the steps see, sample i being the value i.
    std::vector<std::vector<float>> seen(BatchPlan plan) const {
        BatchLoader loader(m_samples, plan);
        std::vector<std::vector<float>> all;
        for (std::int64_t step = plan.firstStep; step < plan.steps; ++step) {
            const auto batch = loader.next();
            if (!batch) return {};
            const auto& input = (*batch)->input;
            all.emplace_back(input.const_data_ptr<float>(), input.const_data_ptr<float>() + input.numel());
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase() {
        m_samples.shape = {1, 1, 1, false, {}, 0};
        m_samples.mean = {0};
        m_samples.deviation = {1};
        m_samples.training.count = 100;
        for (int i = 0; i < 100; ++i) {
            m_samples.training.floats.push_back(static_cast<float>(i));
            m_samples.training.targets.push_back(0);
        }
    }

    // Three epochs and a half.
    void threadsGiveTheSameBatchesInTheSameOrder() {
        BatchPlan plan{.seed = 4, .batch = 9, .stepsPerEpoch = 11, .steps = 38};
        const auto alone = seen(plan);
        QCOMPARE(alone.size(), std::size_t{38});
        for (const int threads : {1, 3, 8}) {
            plan.threads = threads;
            QCOMPARE(seen(plan), alone);
        }
        QVERIFY(alone[0] != alone[11]);
    }

    void aResumedOneGoesOn() {
        BatchPlan plan{.seed = 4, .batch = 9, .stepsPerEpoch = 11, .steps = 38, .threads = 2};
        const auto all = seen(plan);
        plan.firstStep = 20;
        const auto rest = seen(plan);
        QCOMPARE(rest, std::vector(all.begin() + 20, all.end()));
    }

    void ranksShareAnEpoch() {
        std::set<float> together;
        for (const int rank : {0, 1})
            for (const auto& batch :
                 seen({.batch = 10, .stepsPerEpoch = 5, .steps = 5, .rank = rank, .worldSize = 2}))
                together.insert(batch.begin(), batch.end());
        QCOMPARE(together.size(), std::size_t{100});
    }

    void anErrorIsOfItsStep() {
        Samples broken;
        broken.shape = {3, 4, 4, true, {}, 0};
        broken.classes = 2;
        broken.training.count = 4;
        broken.training.files.assign(4, "/nowhere/a.png");
        broken.training.labels.assign(4, 0);
        BatchLoader loader(broken, {.batch = 2, .stepsPerEpoch = 2, .steps = 2, .threads = 2});
        const auto batch = loader.next();
        QVERIFY(!batch);
        QCOMPARE(batch.error().code, slipway::ErrorCode::NotFound);
    }

    void aLoaderThatIsNotUsedUpEnds() {
        BatchLoader loader(m_samples, {.batch = 10, .stepsPerEpoch = 10, .steps = 1'000'000, .threads = 4});
        QVERIFY(loader.next());
    }
};

QTEST_APPLESS_MAIN(tst_batchloader)
#include "tst_batchloader.moc"
