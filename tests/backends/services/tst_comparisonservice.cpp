// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runstore.h"
#include "backends/services/localservices.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_ComparisonService : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path home() const { return m_folder.path().toStdString(); }

    RunId makeRun(double level, RunState state = RunState::Succeeded) const {
        JobSpec job;
        job.name = "compared";
        job.work = ProgramSpec{{"true"}};
        const RunFolder folder = *RunStore::open(home())->create(job, home(), TargetId("here"));
        EventWriter writer = *EventWriter::open(folder);
        for (int step = 1; step <= 20; ++step)
            static_cast<void>(*writer.append({folder.record()->id, 1, 0, static_cast<std::uint64_t>(step),
                                              now(), MetricEvent{step, {{"loss", step < 5 ? 1 : level}}}}));
        return folder.update([&](RunRecord& record) { record.status = {state, ""}; })->id;
    }

private Q_SLOTS:
    void opensReadsAndCompares() {
        QObject owner;
        ComparisonService* service = makeComparisonService(home(), &owner);
        QSignalSpy opened(service, &ComparisonService::opened), read(service, &ComparisonService::curvesRead),
            compared(service, &ComparisonService::compared), saved(service, &ComparisonService::saved);
        service->open({makeRun(2), makeRun(3)});
        service->read({"loss", CurveAxis::Step, {}, 100, 0});
        QTRY_COMPARE(opened.size(), 1);
        QTRY_COMPARE(read.size(), 1);
        QCOMPARE(read.front().front().value<CurveAnswerPtr>()->curves[1].y.back(), 3.0);
        QTRY_COMPARE(compared.size(), 1);
        const auto comparison = compared.front().front().value<RunComparisonPtr>();
        QCOMPARE(comparison->metrics.front().partings.front().exact->step, std::int64_t{5});
        const QString file = m_folder.filePath(QStringLiteral("a.bin"));
        service->save("abc", file);
        QTRY_COMPARE(saved.size(), 1);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray("abc"));
        service->saveCsv("loss", m_folder.filePath(QStringLiteral("a.csv")));
        QTRY_COMPARE(saved.size(), 2);
    }

    void whatWasClosedIsNotTold() {
        QObject owner;
        ComparisonService* service = makeComparisonService(home(), &owner);
        QSignalSpy opened(service, &ComparisonService::opened), failed(service, &ComparisonService::failed);
        service->open({makeRun(2), makeRun(3)});
        const RunId second = makeRun(4);
        service->open({second});
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().value<ComparedRunsPtr>()->runs.front().id, second);
        service->open({RunId("none")});
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(opened.size(), 1);
    }

    void aRunThatGoesOnIsReadAgain() {
        QObject owner;
        ComparisonService* service = makeComparisonService(home(), &owner);
        QSignalSpy opened(service, &ComparisonService::opened);
        service->open({makeRun(2, RunState::Running)});
        QTRY_VERIFY(opened.size() >= 2);
    }
};

QTEST_GUILESS_MAIN(tst_ComparisonService)
#include "tst_comparisonservice.moc"
