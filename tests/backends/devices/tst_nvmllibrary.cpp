// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/nvmllibrary.h"

#include <QTest>

#include "nvmlstandin.h"

using namespace slipway;

class tst_nvmllibrary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatADriverLacksIsNull() {
        QVERIFY(!nvml::loadLibrary("libthere-is-none.so.1"));
        const auto library = nvml::loadLibrary(nvmlStandin().c_str());
        QVERIFY(library->energy && library->mps && library->compute && !library->computeV1);
        const auto older = nvml::loadLibrary(nvmlStandin("old").c_str());
        QVERIFY(older->handle && !older->energy && !older->compute && older->computeV1);
        std::uint64_t energy = 0;
        QCOMPARE(nvml::call(older->energy, nullptr, &energy), nvml::kFunctionNotFound);
    }
};

QTEST_APPLESS_MAIN(tst_nvmllibrary)
#include "tst_nvmllibrary.moc"
