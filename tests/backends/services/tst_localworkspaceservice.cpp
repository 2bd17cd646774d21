// SPDX-License-Identifier: Apache-2.0
#include "backends/services/localservices.h"
#include "failonwarnings.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

namespace {

void writeFile(const QString& path, const QByteArray& text) {
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QByteArray programJob(const QByteArray& name) {
    return "name: " + name + "\nprogram: {interpreter: python3, command: [train.py]}\n";
}

Result<std::map<std::string, std::string>> projectFiles(const std::string& kind, const std::string& name) {
    if (kind != "program") return Error{ErrorCode::NotFound, "no kind " + kind, {}, {}};
    return std::map<std::string, std::string>{
        {"job.yaml", programJob(QByteArray::fromStdString(name)).toStdString()},
        {"src/train.py", "print(1)\n"}};
}

}  // namespace

class tst_LocalWorkspaceService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { slipway::test::failOnWarnings(); }

    void findsJobsInFoldersAndThenTheExamplesThatWereNotCopied() {
        const QTemporaryDir place;
        writeFile(place.filePath(QStringLiteral("examples/one/job.yaml")), programJob("example-one"));
        writeFile(place.filePath(QStringLiteral("examples/two/job.yaml")), programJob("example-two"));
        writeFile(place.filePath(QStringLiteral("work/deep/er/one/job.yaml")), programJob("mine"));
        writeFile(place.filePath(QStringLiteral("work/broken/job.yaml")), "name: [\n");
        writeFile(place.filePath(QStringLiteral("work/.hidden/job.yaml")), programJob("hidden"));
        writeFile(place.filePath(QStringLiteral("work/a/b/c/d/e/job.yaml")), programJob("too-deep"));
        const auto* jobs = scan(place, QStringLiteral("work"));
        QStringList names;
        for (const JobFile& job : *jobs)
            names += (job.root.isEmpty() ? QStringLiteral("example:") : QString()) + job.name;
        QCOMPARE(names, QStringList({QStringLiteral("broken"), QStringLiteral("mine"),
                                     QStringLiteral("example:example-two")}));
        QVERIFY(jobs->front().problems > 0);
        QCOMPARE(jobs->at(1).kind, QStringLiteral("program"));
    }

    void aCopyOfAnExampleGetsANameOfItsOwn() {
        const QTemporaryDir place;
        writeFile(place.filePath(QStringLiteral("examples/one/job.yaml")), programJob("example-one"));
        writeFile(place.filePath(QStringLiteral("examples/one/train.py")), "print(1)\n");
        writeFile(place.filePath(QStringLiteral("work/one/note")), "mine\n");
        const auto* jobs = scan(place, QStringLiteral("work"));
        QCOMPARE(jobs->size(), 1U);
        QSignalSpy created(m_service.get(), &WorkspaceService::created);
        m_service->copyExample(jobs->front(), place.filePath(QStringLiteral("work")));
        QTRY_COMPARE(created.size(), 1);
        QCOMPARE(created.front().front().toString(), place.filePath(QStringLiteral("work/one-2/job.yaml")));
        QVERIFY(QFile::exists(place.filePath(QStringLiteral("work/one-2/train.py"))));
        QCOMPARE(QDir(place.filePath(QStringLiteral("work/one"))).entryList(QDir::Files),
                 {QStringLiteral("note")});
        // A folder of jobs that is not there yet is made.
        m_service->copyExample(jobs->front(), place.filePath(QStringLiteral("new/jobs")));
        QTRY_COMPARE(created.size(), 2);
        QVERIFY(QFile::exists(place.filePath(QStringLiteral("new/jobs/one/job.yaml"))));
    }

    void aNewJobHasItsTemplatesFiles() {
        const QTemporaryDir place;
        const auto service = make(place);
        QSignalSpy created(service.get(), &WorkspaceService::created);
        QSignalSpy failed(service.get(), &WorkspaceService::failed);
        service->create(QStringLiteral("program"), place.path());
        QTRY_COMPARE(created.size(), 1);
        QCOMPARE(created.front().front().toString(), place.filePath(QStringLiteral("my-program/job.yaml")));
        QVERIFY(QFile::exists(place.filePath(QStringLiteral("my-program/src/train.py"))));
        service->create(QStringLiteral("opera"), place.path());
        QTRY_COMPARE(failed.size(), 1);
    }

private:
    static std::unique_ptr<WorkspaceService> make(const QTemporaryDir& place) {
        return std::unique_ptr<WorkspaceService>(makeWorkspaceService(
            place.filePath(QStringLiteral("examples")).toStdString(), &projectFiles, nullptr));
    }

    // The jobs found; they live until the next scan.
    const JobFiles* scan(const QTemporaryDir& place, const QString& folder) {
        m_service = make(place);
        m_found.reset();
        connect(m_service.get(), &WorkspaceService::scanned, this,
                [this](const JobFilesPtr& found) { m_found = found; });
        m_service->scan({place.filePath(folder)});
        return QTest::qWaitFor([this] { return m_found != nullptr; }) ? m_found.get() : nullptr;
    }

    std::unique_ptr<WorkspaceService> m_service;
    JobFilesPtr m_found;
};

QTEST_GUILESS_MAIN(tst_LocalWorkspaceService)
#include "tst_localworkspaceservice.moc"
