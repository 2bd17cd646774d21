// SPDX-License-Identifier: GPL-3.0-or-later
// This machine's GPUs in the window, from a driver that a stand-in plays: reached by keys and by mouse, with its slices, what slows
// it down, and a driver that does not fit.
#include "nvmlstandin.h"
#include "windowfixture.h"

#include <dlfcn.h>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_gpus : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

private Q_SLOTS:
    void initTestCase() {
        // Loaded first, it is what the name of the driver's library stands for from now on.
        QVERIFY2(::dlopen(nvmlStandin().c_str(), RTLD_NOW | RTLD_GLOBAL), ::dlerror());
        playNvml("one-gpu");
    }
    void init() { failOnWarnings(); }

    void gpusAreReachedByKeys() {
        TRY(m_hands.open());
        TRY(m_hands.shortcut(Qt::Key_3, Qt::ControlModifier));
        SOON(m_hands.says(u"1 here · driver 550.54.15"_s));
        const QString rows = m_hands.copied(u"Processes on GPUs"_s, false).join(u'\n');
        QVERIFY2(rows.contains(QString::number(QCoreApplication::applicationPid())), qPrintable(rows));
    }

    void slicesAreSeenByMouse() {
        playNvml("mig-seven");
        TRY(m_hands.open());
        TRY(m_hands.click(u"GPUs"_s));
        QVERIFY(m_hands.find<QWidget>([](const QWidget* one) {
            return one->accessibleName().count(u"1g."_s) == 7 && one->isVisible();
        }));
    }

    void whatSlowsAGpuDownIsSaid() {
        playNvml("throttled");
        TRY(m_hands.open(u"gpus"_s));
        SOON(m_hands.says(u"Throttled: "_s));
    }

    void aDriverThatDoesNotFitIsAnError() {
        playNvml("mismatch");
        TRY(m_hands.open(u"gpus"_s));
        SOON(m_hands.says(u"driver"_s));
        QVERIFY(!m_hands.says(u"1 here"_s));
    }
};

QTEST_MAIN(tst_window_gpus)
#include "tst_window_gpus.moc"
