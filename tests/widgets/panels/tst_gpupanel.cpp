// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/meterrow.h"
#include "widgets/panels/gpupanel.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_GpuPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void meters() {
        GpuPanel panel;
        panel.set(gpu(0));
        const std::vector<Meter>& meters = panel.meters()->meters();
        QCOMPARE(meters.size(), std::size_t{4});
        QCOMPARE(meters[0].value, QStringLiteral("2.0 / 8.0 GiB"));
        QCOMPARE(meters[0].share, 0.25);
        QCOMPARE(meters[1].value, QStringLiteral("38 %"));
        QCOMPARE(meters[2].value, QStringLiteral("31 / 70 W"));
        QCOMPARE(meters[3].value, QStringLiteral("52 °C"));
        QCOMPARE(meters[3].hint, QStringLiteral("It slows down at 101 °C"));
        QVERIFY(panel.notes().isEmpty());
        QVERIFY(panel.meters()->accessibleDescription().startsWith(QStringLiteral("RTX A2000 · 1,200 MHz")));
    }

    void whatIsUnknownHasAReason() {
        GpuPanel panel;
        GpuDevice unknown;
        unknown.isMig = true;
        panel.set(unknown);
        for (const Meter& meter : panel.meters()->meters()) {
            QCOMPARE(meter.value, QStringLiteral("–"));
            QVERIFY(!meter.share);
            QVERIFY(!meter.hint.isEmpty());
        }
        QCOMPARE(panel.meters()->meters()[1].hint, QStringLiteral("Not measurable in MIG mode"));
        QCOMPARE(panel.notes(),
                 QStringList{QStringLiteral("MIG mode without a slice: nothing can run on it")});
    }

    void whatSlowsOrStopsItIsSaid() {
        GpuPanel panel;
        GpuDevice device = gpu(1);
        device.throttling = ThrottleReasons{ThrottleReason::SoftwareThermal, ThrottleReason::PowerCap};
        panel.set(device);
        QCOMPARE(panel.notes(), QStringList{QStringLiteral("Throttled: power cap, temperature")});
        QVERIFY(panel.meters()->meters()[2].isWarning);
        QVERIFY(panel.meters()->meters()[3].isWarning);
        device.throttling = ThrottleReasons{};
        device.problem = "is lost";
        device.fault = GpuFault{79, "GPU has fallen off the bus", at(0)};
        panel.set(device);
        QCOMPARE(panel.notes().size(), 2);
        QCOMPARE(panel.notes()[0], QStringLiteral("GPU 1 is lost"));
        QVERIFY(panel.notes()[1].startsWith(QStringLiteral("XID 79 at ")));
        QVERIFY(panel.notes()[1].endsWith(QStringLiteral(": GPU has fallen off the bus")));
        panel.set(gpu(1));
        QVERIFY(panel.notes().isEmpty());
        device = gpu(1);
        device.processes->push_back({7, "trainer", {}, true, {}});
        panel.set(device);
        QCOMPARE(panel.notes(),
                 QStringList{QStringLiteral("Shared by 1 program(s) through MPS: memory is not isolated")});
    }

    void slicesAreDrawnAndNamed() {
        GpuPanel panel;
        GpuDevice device = gpu(0);
        device.isMig = true;
        device.slices = {{"3g.40gb", "MIG-1", Bytes{4LL << 30}, Bytes{1LL << 30}},
                         {"1g.10gb", "MIG-2", Bytes{1LL << 30}, {}}};
        panel.set(device);
        panel.resize(900, panel.sizeHint().height());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QStringList names;
        for (const QWidget* child : panel.findChildren<QWidget*>()) names.append(child->accessibleName());
        QVERIFY(names.contains(QStringLiteral("3g.40gb, 1.0 / 4.0 GiB used; 1g.10gb, 1.0 GiB")));
    }
};

QTEST_MAIN(tst_GpuPanel)
#include "tst_gpupanel.moc"
