// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/services/localservices.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_PreferenceService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsSetIsKept() {
        const QTemporaryDir folder;
        const std::filesystem::path home = folder.path().toStdString();
        const std::unique_ptr<PreferenceService> service(makePreferenceService(home, nullptr));
        std::vector<ParameterValues> told;
        const QSignalSpy refusals(service.get(), &PreferenceService::refused);
        connect(service.get(), &PreferenceService::loaded, this,
                [&](const ParameterValues& values) { told.push_back(values); });
        service->load();
        service->set(u"disk_budget"_s, u"12"_s);
        service->set(u"disk_budget"_s, u"much"_s);
        QTRY_COMPARE(refusals.size(), qsizetype{1});
        QCOMPARE(refusals[0][0].toString(), u"disk_budget"_s);
        QCOMPARE(told.size(), std::size_t{2});
        QCOMPARE(realValue(told[0], "disk_budget"), 0.0);
        QCOMPARE(realValue(told[1], "disk_budget"), 12.0);

        const std::unique_ptr<PreferenceService> next(makePreferenceService(home, nullptr));
        connect(next.get(), &PreferenceService::loaded, this,
                [&](const ParameterValues& values) { told.push_back(values); });
        next->load();
        QTRY_COMPARE(told.size(), std::size_t{3});
        QCOMPARE(realValue(told[2], "disk_budget"), 12.0);
    }

    void whatRunsTakeIsMeasured() {
        const QTemporaryDir folder;
        const std::filesystem::path home = folder.path().toStdString();
        QVERIFY(makeFolders(home / "runs" / "1" / "result"));
        QVERIFY(writeFileAtomically(home / "runs" / "1" / "result" / "model", std::string(300000, 'x')));
        const std::unique_ptr<PreferenceService> service(makePreferenceService(home, nullptr));
        std::optional<Bytes> taken;
        connect(service.get(), &PreferenceService::measured, this, [&](Bytes runs) { taken = runs; });
        service->measure();
        QTRY_VERIFY(taken);
        QVERIFY(taken->count >= 300000 && taken->count < 400000);
    }

    void aBrokenFileIsTold() {
        const QTemporaryDir folder;
        const std::filesystem::path home = folder.path().toStdString();
        QVERIFY(writeFileAtomically(home / "settings.yaml", "["));
        const std::unique_ptr<PreferenceService> service(makePreferenceService(home, nullptr));
        std::optional<Error> failure;
        connect(service.get(), &PreferenceService::failed, this,
                [&](const Error& error) { failure = error; });
        service->load();
        QTRY_VERIFY(failure);
        QCOMPARE(failure->code, ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(tst_PreferenceService)
#include "tst_preferenceservice.moc"
