// SPDX-License-Identifier: Apache-2.0
#include "backends/diagnosis/steptimes.h"

#include <QTest>

using namespace slipway;

class tst_steptimes : public QObject {
    Q_OBJECT

    // A run that tells its progress once a second, and what is said of its steps.
    class Run {
    public:
        void tell(EventBody body, int rank = 0) {
            const Event event{
                RunId("r-1"),   m_attempt, rank, ++m_seq, Timestamp(std::chrono::seconds(m_second)),
                std::move(body)};
            if (const auto change = m_times.take(event))
                words.append(QString::fromStdString(stepTimeInWords(*change)));
        }
        void steps(int seconds, double stepSeconds, int rank = 0) {
            for (int i = 0; i < seconds; ++i) {
                ++m_second;
                m_step += 10;
                ProgressEvent progress;
                progress.step = m_step;
                progress.stepSeconds = stepSeconds;
                tell(progress, rank);
            }
        }
        void goOnInANewAttempt() { ++m_attempt; }
        const std::optional<StepTimeChange>& newest() const { return m_times.newest(); }
        QStringList words;

    private:
        StepTimes m_times;
        int m_attempt = 1;
        std::uint64_t m_seq = 0;
        int m_second = 0;
        std::int64_t m_step = 0;
    };

private Q_SLOTS:
    void slowerSinceAStep() {
        Run run;
        run.steps(420, 0.1);
        QVERIFY(run.words.isEmpty());
        run.tell(ThrottleEvent{"GPU 0", "power cap", 0});
        run.steps(60, 0.31);
        QCOMPARE(run.words,
                 QStringList{QStringLiteral("3.1× slower since step 4,210; GPU 0 is throttled: power cap")});
        run.steps(60, 0.1);
        QCOMPARE(run.words.size(), 2);
        QVERIFY2(run.words[1].startsWith(QStringLiteral("3.1× slower from step 4,210 to 4,8")),
                 qPrintable(run.words[1]));
        run.steps(60, 0.2);
        QCOMPARE(run.words.size(), 3);
        QVERIFY(run.newest()->factor > 1.9 && run.newest()->factor < 2.1);
    }

    void theReasonMayComeLater() {
        Run run;
        run.steps(60, 0.1);
        run.steps(20, 0.3);
        QCOMPARE(run.words.size(), 1);
        QVERIFY(run.newest()->throttling.empty());
        run.tell(ThrottleEvent{"GPU 0", "temperature", 0});
        QCOMPARE(run.newest()->throttling, std::string("GPU 0 is throttled: temperature"));
    }

    void whatIsNoChange_data() {
        QTest::addColumn<QList<QPair<int, double>>>("stretches");
        using Stretches = QList<QPair<int, double>>;
        QTest::newRow("even") << Stretches{{200, 0.1}};
        QTest::newRow("faster") << Stretches{{60, 0.3}, {60, 0.1}};
        QTest::newRow("a little slower") << Stretches{{60, 0.1}, {60, 0.14}};
        QTest::newRow("for a moment") << Stretches{{60, 0.1}, {6, 2.0}, {60, 0.1}};
        QTest::newRow("soon after the start") << Stretches{{10, 0.1}, {60, 0.3}};
        QTest::newRow("now and then")
            << Stretches{{60, 0.1}, {3, 1.0}, {4, 0.1}, {3, 1.0}, {4, 0.1}, {3, 1.0}, {40, 0.1}};
        QTest::newRow("unknown") << Stretches{{60, 0.1}, {60, 0.0}};
    }
    void whatIsNoChange() {
        using Stretches = QList<QPair<int, double>>;
        QFETCH(Stretches, stretches);
        Run run;
        for (const auto& [seconds, stepSeconds] : stretches) run.steps(seconds, stepSeconds);
        QCOMPARE(run.words, QStringList());
        QVERIFY(!run.newest());
    }

    void otherRanksAndAttemptsAreOthers() {
        Run run;
        run.steps(60, 0.1);
        run.steps(60, 0.5, 1);
        QVERIFY(!run.newest());
        run.goOnInANewAttempt();
        run.steps(60, 0.5);
        QVERIFY(!run.newest());
    }
};

QTEST_APPLESS_MAIN(tst_steptimes)
#include "tst_steptimes.moc"
