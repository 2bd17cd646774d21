// SPDX-License-Identifier: Apache-2.0
// What holds with and without a GPU: no machine has as many as the rank asked for here.
#include "backends/trainer/device.h"

#include <QTest>

#include <dlfcn.h>

using namespace slipway;
using namespace slipway::trainer;

class tst_device : public QObject {
    Q_OBJECT
    static constexpr int kNoSuchRank = 100;
    std::string m_messages;

    Result<torch::Device> choose(const char* wanted) {
        return chooseDevice(wanted, kNoSuchRank, [this](std::string_view text) { m_messages += text; });
    }

private Q_SLOTS:
    void init() { m_messages.clear(); }

    void cpuIsTheCpuWithoutAWord() {
        const auto device = choose("cpu");
        QVERIFY(device);
        QVERIFY(device->is_cpu());
        QVERIFY(m_messages.empty());
    }
    void autoFallsBackAndSaysWhyWhereThereIsADriver() {
        const auto device = choose("auto");
        QVERIFY(device);
        QVERIFY(device->is_cpu());
        const bool hasDriver = ::dlopen("libcuda.so.1", RTLD_NOW) != nullptr;
        QCOMPARE(m_messages.starts_with("training on the CPU: "), hasDriver);
        QCOMPARE(m_messages.empty(), !hasDriver);
    }
    void cudaThatIsMissingIsAnErrorWithANextStep() {
        const auto device = choose("cuda");
        QVERIFY(!device);
        QCOMPARE(device.error().code, ErrorCode::Unavailable);
        QVERIFY(!device.error().hint.empty());
        QVERIFY(m_messages.empty());
    }
};

QTEST_APPLESS_MAIN(tst_device)
#include "tst_device.moc"
