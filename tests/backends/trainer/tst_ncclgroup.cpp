// SPDX-License-Identifier: Apache-2.0
// Ranks on GPUs, on a machine without one: the CUDA part, where it is built, loads and says what is missing.
#include "backends/trainer/ranks.h"

#include "freeport.h"

#include <QTest>

#include <future>

using namespace slipway;
using namespace slipway::trainer;

class tst_ncclgroup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ranksOnGpusNeedTheCudaPartAndAGpu() {
        if (torch::cuda::is_available()) QSKIP("this machine has a GPU");
        const int port = freePort();
        const auto join = [port](int rank) {
            TrainContext context;
            context.rank = rank;
            context.worldSize = 2;
            context.masterPort = port;
            return Ranks::join(context, torch::Device(torch::kCUDA, 0));
        };
        auto other = std::async(std::launch::async, join, 1);
        const auto first = join(0);
        const auto second = other.get();
        QVERIFY(!first && !second);
        QCOMPARE(first.error().code, ErrorCode::Unavailable);
#ifdef SLIPWAY_HAS_CUDA_PART
        const char* const missing = "no GPUs found";
#else
        const char* const missing = "libslipway_cuda.so";
#endif
        QVERIFY2(first.error().detail.find(missing) != std::string::npos, describe(first.error()).c_str());
    }
};

QTEST_APPLESS_MAIN(tst_ncclgroup)
#include "tst_ncclgroup.moc"
