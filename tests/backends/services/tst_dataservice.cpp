// SPDX-License-Identifier: Apache-2.0
// A shell plays the runner; tests/app/workbench drives the real one.
#include "backends/services/localservices.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_DataService : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::unique_ptr<DataService> service(const QByteArray& script) const {
        QFile file(m_folder.filePath(u"runner"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + script) < 0)
            qFatal("cannot write");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return std::unique_ptr<DataService>(makeDataService(file.fileName().toStdString(), nullptr));
    }

private Q_SLOTS:
    void dataAreDescribedWithProgress() {
        const auto one = service(
            "echo '{\"done\": 3, \"total\": 9}' >&3\n"
            "[ \"$*\" = 'describe --data=/data/x --form=table --target=kind' ] || exit 9\n"
            "echo '{\"form\": \"CSV table\", \"bytes\": 1, \"samples\": 7, \"facts\": [], \"columns\": [], \"firstRows\": [], "
            "\"pictures\": [], \"parts\": [], \"faults\": 0, \"firstFaults\": [], \"hints\": []}'\n");
        DataDescriptionPtr data;
        std::optional<Error> failure;
        const QSignalSpy progress(one.get(), &DataService::progressed);
        connect(one.get(), &DataService::described, this,
                [&](const DataDescriptionPtr& told) { data = told; });
        connect(one.get(), &DataService::failed, this, [&](const Error& error) { failure = error; });
        one->describe({"rows", "/data/x", "table", "kind"});
        QTRY_VERIFY(data || failure);
        QVERIFY2(data, failure ? slipway::describe(*failure).c_str() : "");
        QCOMPARE(data->samples, 7);
        QCOMPARE(progress.size(), qsizetype{1});
        QCOMPARE(progress[0][1].toLongLong(), 9);
    }

    void whatFailsIsTold() {
        const auto one =
            service("echo '{\"error\": {\"code\": \"not-found\", \"message\": \"no x\"}}' >&3; exit 4\n");
        std::optional<Error> failure;
        connect(one.get(), &DataService::failed, this, [&](const Error& error) { failure = error; });
        one->describe({{}, "/data/x", {}, {}});
        QTRY_VERIFY(failure);
        QCOMPARE(failure->code, ErrorCode::NotFound);

        const auto odd = service("echo hello\n");
        failure.reset();
        connect(odd.get(), &DataService::failed, this, [&](const Error& error) { failure = error; });
        odd->describe({{}, "/data/x", {}, {}});
        QTRY_VERIFY(failure);
        QCOMPARE(failure->code, ErrorCode::Corrupt);
    }

    void isCancelledAndAskedAgain() {
        const auto one = service("exec sleep 60\n");
        std::vector<ErrorCode> failures;
        connect(one.get(), &DataService::failed, this,
                [&](const Error& error) { failures.push_back(error.code); });
        one->describe({{}, "/data/x", {}, {}});
        one->describe({{}, "/data/y", {}, {}});  // of the first nothing is heard
        one->cancel();
        QTRY_COMPARE(failures.size(), std::size_t{1});
        QCOMPARE(failures[0], ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_DataService)
#include "tst_dataservice.moc"
