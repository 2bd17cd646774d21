// SPDX-License-Identifier: Apache-2.0
#include "backends/services/localservices.h"
#include "backends/spec/specdocument.h"
#include "testpaths.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_SmokeService : public QObject {
    Q_OBJECT

    static JobSpec job(const std::string& script) {
        return *SpecDocument::parse("name: probe\nprogram:\n  command: [sh, -c, '" + script + "']\n")->spec();
    }

private Q_SLOTS:
    void stepsAreLookedAtAndCancelled() {
        constexpr int kLong = 60000;
        const QTemporaryDir folder;
        TargetSettings settings;
        settings.home = folder.path().toStdString() + "/home";
        settings.agent = std::string(kBinDir) + "/slipway-agent";
        const std::unique_ptr<SmokeService> service(makeSmokeService(settings, nullptr));
        SmokeOutcomePtr outcome;
        std::optional<Error> failure;
        const QSignalSpy progress(service.get(), &SmokeService::progressed);
        connect(service.get(), &SmokeService::finished, this, [&](const SmokeOutcomePtr& o) { outcome = o; });
        connect(service.get(), &SmokeService::failed, this, [&](const Error& error) { failure = error; });
        service->start(
            job("for n in 1 2 3 4; do echo \"{\\\"step\\\": $n, \\\"loss\\\": 1}\"; sleep 0.1; done"),
            folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(outcome || failure, kLong);
        QVERIFY(outcome && outcome->report);
        QCOMPARE(outcome->report->steps, 4);
        QVERIFY(!progress.isEmpty());

        service->start(job("exec sleep 60"), folder.path());
        service->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(failure, kLong);
        QCOMPARE(failure->code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_SmokeService)
#include "tst_smokeservice.moc"
