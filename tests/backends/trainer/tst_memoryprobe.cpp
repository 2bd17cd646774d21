// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/memoryprobe.h"

#include <QTest>

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

using namespace slipway;
using namespace slipway::trainer;

class tst_memoryprobe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thePeakIsWhatWasThereAtOnce() {
        constexpr std::int64_t kMiB = 1 << 20;
        const auto before = torch::ones({kMiB});
        const Bytes peak = tensorPeak(torch::kCPU, [] {
            for (int i = 0; i < 3; ++i) {
                const auto first = torch::empty({kMiB}, torch::kByte);
                const auto second = torch::empty({2 * kMiB}, torch::kByte);
            }
            const auto third = torch::empty({kMiB}, torch::kByte);
        });
        QCOMPARE(peak.count, 3 * kMiB);
        QCOMPARE(tensorPeak(torch::kCPU, [] {}).count, 0);
    }

    // 1000 values a sample, kept for the backward pass, which makes as many gradients of them.
    void aBackwardPassCounts() {
        const auto weight = torch::ones({1000}).set_requires_grad(true);
        const auto peakOf = [&](std::int64_t samples) {
            return MemoryPoint{samples, tensorPeak(torch::kCPU, [&] {
                                   weight.mutable_grad().reset();
                                   (torch::ones({samples, 1000}) * weight).exp().sum().backward();
                               })};
        };
        const auto line = memoryLine(peakOf(10), peakOf(20));
        QVERIFY(line);
        const double perSample = static_cast<double>(peakOf(1000).peak.count) / 1000;
        QVERIFY(std::abs(line->perSample - perSample) < 0.05 * perSample);
    }

    void aLineSaysHowManyFit() {
        const auto line = memoryLine({10, Bytes{1500}}, {20, Bytes{2500}});
        QVERIFY(line);
        QCOMPARE(line->fixed.count, 500);
        QCOMPARE(line->perSample, 100.0);
        QCOMPARE(line->samplesIn(Bytes{10000}), 85);  // (0.9 × 10000 - 500) / 100
        QCOMPARE(line->samplesIn(Bytes{500}), 0);
        QVERIFY(!memoryLine({10, Bytes{1500}}, {20, Bytes{1500}}));
        QVERIFY(!memoryLine({10, Bytes{1500}}, {10, Bytes{2500}}));
    }

    void theRoomIsSmallerThanTheLimitOfTheAddressSpace() {
        const auto before = memoryRoom(torch::kCPU);
        QVERIFY(before && before->count > 0);
        constexpr std::int64_t kLeft = std::int64_t{200} << 20;
        std::ifstream file("/proc/self/statm");
        rlim_t pages = 0;
        file >> pages;
        rlimit limit{};
        ::getrlimit(RLIMIT_AS, &limit);
        const rlimit small{pages * static_cast<rlim_t>(::getpagesize()) + rlim_t{kLeft}, limit.rlim_max};
        ::setrlimit(RLIMIT_AS, &small);
        const auto room = memoryRoom(torch::kCPU);
        ::setrlimit(RLIMIT_AS, &limit);
        QVERIFY(room);
        QVERIFY2(room->count > kLeft / 2 && room->count <= kLeft, QByteArray::number(qint64(room->count)));
        QVERIFY(memoryPeak(torch::kCPU).count > 1 << 20);
    }

    void knowsWhatOutOfMemoryIs() {
        QVERIFY(isOutOfMemory(std::bad_alloc()));
        QVERIFY(!isOutOfMemory(std::runtime_error("can't allocate memory")));
        try {
            static_cast<void>(torch::empty({std::int64_t{1} << 55}));
            QFAIL("so much memory was there");
        } catch (const std::exception& problem) {
            QVERIFY2(isOutOfMemory(problem), problem.what());
        }
    }
};

QTEST_APPLESS_MAIN(tst_memoryprobe)
#include "tst_memoryprobe.moc"
