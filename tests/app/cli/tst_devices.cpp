// SPDX-License-Identifier: Apache-2.0
// slipway devices, over the stand-in for the driver's library.
#include <signal.h>

#include <QJsonArray>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_devices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutADriverItIsCalm() {
        CliFolder folder;
        folder.playGpus("");
        const Said said = folder.slipway({u"devices"_s});
        QCOMPARE(said.status, 0);
        QCOMPARE(said.problems, QByteArray());
        SAYS(said.out, "no NVIDIA driver found: jobs train on the CPU here");
        SAYS(said.out, " core");
        SAYS(said.out, "GiB used");
        SAYS(said.out, " free for " + folder.path(u"home"_s).toUtf8());
        const QJsonDocument json = folder.slipway({u"devices"_s, u"--json"_s}).json();
        QCOMPARE(json[u"hasDriver"_s].toBool(true), false);
        QCOMPARE(json[u"gpus"_s].toArray().size(), 0);
        QVERIFY(json[u"machine"_s][u"memory"_s].toDouble() > 0);
        QVERIFY(json[u"machine"_s][u"cpuUse"_s].isNull());  // unknown is not 0
    }

    void gpusAndWhatRunsOnThem_data() {
        QTest::addColumn<QList<QByteArray>>("lines");
        const auto row = [](const char* layout, const QList<QByteArray>& lines) {
            QTest::newRow(layout) << lines;
        };
        row("one-gpu",
            {"1, NVIDIA driver 550.54.15, CUDA up to 12.4",
             "0    NVIDIA RTX A2000  2.1 / 12.0 GiB  38 %  52 °C  31 / 70 W  1,200 MHz", "slipway\n"});
        row("mig-mixed", {"  3g.40gb              30.0 / 39.4 GiB", "  1g.10gb              – / 9.5 GiB",
                          "4200  0 3g.40gb  30 GiB", "–     34 °C"});
        row("mps", {"4401  0 MPS  8.0 GiB", "one process at a time"});
        row("lost",
            {"is lost: it does not answer any more until the machine is restarted; XID 79: GPU has fallen off the bus"});
        row("power-cap", {"250 / 250 W  945 MHz"});
        row("mismatch",
            {"the NVIDIA driver was updated while it runs: its library and kernel module differ. Restart the machine"});
    }
    void gpusAndWhatRunsOnThem() {
        QFETCH(QList<QByteArray>, lines);
        CliFolder folder;
        folder.playGpus(QTest::currentDataTag());
        const Said said = folder.slipway({u"devices"_s});
        QCOMPARE(said.status, 0);
        for (const QByteArray& line : lines) SAYS(said.out, line);
    }

    void whatIsUnknownIsNull() {
        CliFolder folder;
        folder.playGpus("mig-mixed");
        const QJsonValue gpu = folder.slipway({u"devices"_s, u"--json"_s}).json()[u"gpus"_s][0];
        QVERIFY(gpu[u"utilization"_s].isNull());
        QCOMPARE(gpu[u"watts"_s].toDouble(), 61.0);
        QCOMPARE(gpu[u"slices"_s][0][u"profile"_s].toString(), u"3g.40gb"_s);
        QVERIFY(gpu[u"slices"_s][2][u"usedMemory"_s].isNull());
        QCOMPARE(gpu[u"processes"_s][0][u"slice"_s].toInt(-1), 0);
        QCOMPARE(gpu[u"throttling"_s].toArray().size(), 0);
        QVERIFY(gpu[u"throttling"_s].isArray());
    }

    void watchingGoesOnUntilItIsStopped() {
        CliFolder folder;
        folder.playGpus("power-cap");
        QProcess process;
        QProcessEnvironment environment = folder.more;
        environment.insert(u"SLIPWAY_HOME"_s, folder.path(u"home"_s));
        process.setProcessEnvironment(environment);
        process.start(QString::fromUtf8(kBinDir) + u"/slipway"_s, {u"devices"_s, u"--watch"_s, u"--json"_s});
        Said said;
        const auto hasTwo = [&] {
            said.out += process.readAllStandardOutput();
            return said.lines().size() >= 2;
        };
        QTRY_VERIFY(hasTwo());
        QVERIFY(said.lines().at(1)[u"machine"_s][u"cpuUse"_s].isDouble());
        QCOMPARE(said.lines().at(1)[u"gpus"_s][0][u"throttling"_s][0].toString(), u"power cap"_s);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    }
};

QTEST_GUILESS_MAIN(tst_devices)
#include "tst_devices.moc"
