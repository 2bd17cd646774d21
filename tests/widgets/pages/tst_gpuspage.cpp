// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/meterrow.h"
#include "widgets/common/statefulview.h"
#include "widgets/pages/gpuspage.h"
#include "widgets/panels/gpupanel.h"

#include <QApplication>
#include <QLabel>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;

class tst_GpusPage : public QObject {
    Q_OBJECT

    static QStringList cells(const GpusPage& page, int row) {
        QStringList texts;
        for (int column = 0; column < 4; ++column)
            texts.append(page.processes()->model()->index(row, column).data().toString());
        return texts;
    }
    static bool says(const GpusPage& page, const QString& text) {
        const auto labels = page.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->isVisible() && label->text() == text; });
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void asksOnlyWhileInSight() {
        FakeServices fakes;
        GpusPage page(fakes.services);
        page.open({});
        QVERIFY(!fakes.devices.isWatching);
        page.show();
        QVERIFY(fakes.devices.isWatching);
        QCOMPARE(page.view()->state(), StatefulView::State::Loading);
        page.hide();
        QVERIFY(!fakes.devices.isWatching);
    }

    void gpusAndTheirProcesses() {
        FakeServices fakes;
        GpusPage page(fakes.services);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        DeviceSnapshot devices = snapshotOfDevices(2);
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(devices));
        QCOMPARE(page.view()->state(), StatefulView::State::Full);
        QCOMPARE(page.gpus().size(), std::size_t{2});
        QVERIFY(says(page, QStringLiteral("2 here · driver 550.54.15 · CUDA up to 12.4")));
        QCOMPARE(page.machine()->meters()[0].value, QStringLiteral("30 %"));
        QCOMPARE(page.machine()->meters()[1].value, QStringLiteral("4.0 / 16.0 GiB"));
        QCOMPARE(page.machine()->meters()[2].value, QStringLiteral("100 GB free"));
        QCOMPARE(page.machine()->meters()[3].value, QStringLiteral("1.5"));
        QCOMPARE(page.processes()->model()->rowCount(), 2);
        QCOMPARE(cells(page, 1), (QStringList{QStringLiteral("4001"), QStringLiteral("1"),
                                              QStringLiteral("2.0 GiB"), QStringLiteral("slipway-runner")}));
        // The process that was chosen is chosen still when another has ended.
        page.processes()->setCurrentIndex(page.processes()->model()->index(1, 2));
        devices.gpus.devices[0].processes->clear();
        GpuDevice& sliced = devices.gpus.devices[1];
        sliced.slices = {{"1g.10gb", "MIG-1", {}, {}}};
        sliced.processes->front().slice = 0;
        sliced.processes->push_back({0, "", {}, true, {}});
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(devices));
        QCOMPARE(page.processes()->currentIndex(), page.processes()->model()->index(0, 2));
        QCOMPARE(cells(page, 0).at(1), QStringLiteral("1 · 1g.10gb"));
        QCOMPARE(cells(page, 1), (QStringList{QStringLiteral("–"), QStringLiteral("1 · MPS"),
                                              QStringLiteral("–"), QStringLiteral("–")}));
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(snapshotOfDevices(1)));
        QVERIFY(page.gpus()[0]->isVisible());
        QVERIFY(!page.gpus()[1]->isVisible());
    }

    void noDriverIsAGoodState() {
        FakeServices fakes;
        GpusPage page(fakes.services);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        DeviceSnapshot devices = snapshotOfDevices(0);
        devices.gpus = {};
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(devices));
        QCOMPARE(page.view()->state(), StatefulView::State::Empty);
        QVERIFY(says(page, QStringLiteral("No NVIDIA driver found")));
        QCOMPARE(page.machine()->meters()[1].value, QStringLiteral("4.0 / 16.0 GiB"));
    }

    void aDriverOutOfOrderIsAnError() {
        FakeServices fakes;
        GpusPage page(fakes.services);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        DeviceSnapshot devices = snapshotOfDevices(0);
        devices.gpuError =
            Error{ErrorCode::Unavailable, "the NVIDIA driver does not answer", "", "Start anew"};
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(devices));
        QCOMPARE(page.view()->state(), StatefulView::State::Error);
        QVERIFY(page.view()->banner()->isVisible());
        QCOMPARE(page.machine()->meters()[3].value, QStringLiteral("1.5"));
    }
};

QTEST_MAIN(tst_GpusPage)
#include "tst_gpuspage.moc"
