// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runenergy.h"

#include <QTest>

using namespace slipway;

class tst_runenergy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agentsAndAttemptsAddUp() {
        EnergySum sum;
        QVERIFY(!sum.total());
        auto tell = [&sum, seq = std::uint64_t{0}](int attempt, int rank, const EnergyEvent& energy) mutable {
            sum.take({RunId("r-1"), attempt, rank, ++seq, Timestamp{}, energy});
        };
        tell(1, 0, {10, {}, "CPU: closed"});
        tell(1, 0, {100, {}, "CPU: closed"});  // so far: takes the place of the one before
        tell(1, 4, {50, {}, "CPU: closed"});
        tell(2, 0, {1, 7, ""});
        const auto energy = sum.total();
        QCOMPARE(energy->gpuJoules, 151.0);
        QCOMPARE(energy->cpuJoules, 7.0);
        QCOMPARE(energy->unknown, std::string("CPU: closed"));
    }

    void words_data() {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<double>("gpu");
        QTest::addColumn<double>("cpu");
        QTest::addColumn<QByteArray>("unknown");
        const auto row = [](const char* words, double gpu, double cpu, const char* unknown) {
            QTest::newRow(words) << QByteArray(words) << gpu << cpu << QByteArray(unknown);
        };
        row("GPUs 0.42 kWh, CPUs of the whole machine 31.0 Wh", 1.512e6, 111600, "");
        row("GPUs 0.42 kWh; unknown: CPU: closed", 1.512e6, -1, "CPU: closed");
        row("CPUs of the whole machine 0.07 Wh", -1, 252, "");
        row("unknown: CPU: closed", -1, -1, "CPU: closed");
    }
    void words() {
        QFETCH(QByteArray, words);
        QFETCH(double, gpu);
        QFETCH(double, cpu);
        QFETCH(QByteArray, unknown);
        const auto known = [](double joules) { return joules < 0 ? std::nullopt : std::optional(joules); };
        QCOMPARE(energyInWords({known(gpu), known(cpu), unknown.toStdString()}), words.toStdString());
    }

    void throttlingInWords() {
        QCOMPARE(throttleInWords({"GPU 0", "power cap", 0}), std::string("GPU 0 is throttled: power cap"));
        QCOMPARE(throttleInWords({"GPU 0", "", 12}),
                 std::string("GPU 0 is not throttled any more, after 12 s"));
    }
};

QTEST_APPLESS_MAIN(tst_runenergy)
#include "tst_runenergy.moc"
