// SPDX-License-Identifier: Apache-2.0
#include "backends/services/localservices.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

namespace {

const char* const kJob =
    "# small\nname: fashion\ntrain:\n  network: {type: mlp}\n  data: {type: idx, input: images}\n  optimizer: {type: adam, lr: 0.001}\n  batch: 64\ninputs:\n  images: data\n";

}  // namespace

class tst_JobService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("job.yaml"));
        write(m_file, kJob);
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("data")));
    }

    void loadsEditsAndSaves() {
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        JobSnapshotPtr last;
        connect(service.get(), &JobService::snapshotChanged, this,
                [&](const JobSnapshotPtr& snapshot) { last = snapshot; });
        service->load(m_file);
        QTRY_VERIFY(last && last->spec);
        QCOMPARE(last->spec->name, std::string("fashion"));
        QVERIFY(!last->isModified());
        QCOMPARE(last->field("train.batch")->written, std::string("64"));
        service->setValue(QStringLiteral("train.batch"), QStringLiteral("128"));
        QTRY_VERIFY(last->isModified());
        QVERIFY(last->text.startsWith(QStringLiteral("# small\n")));
        QVERIFY(last->text.contains(QStringLiteral("batch: 128")));
        service->save();
        QTRY_VERIFY(!last->isModified());
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), last->text);
    }

    void onlyTheNewestTextIsTold() {
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy told(service.get(), &JobService::snapshotChanged);
        service->load(m_file);
        QTRY_COMPARE(told.size(), 1);
        for (int number = 0; number < 50; ++number)
            service->setText(QStringLiteral("name: job-%1\n").arg(number));
        QTRY_VERIFY(told.back().front().value<JobSnapshotPtr>()->text == QStringLiteral("name: job-49\n"));
        QVERIFY(told.size() < 50);
        QVERIFY(!told.back().front().value<JobSnapshotPtr>()->problems.empty());
    }

    void aFileThatIsMissingIsAProblemUntilItIsThere() {
        QVERIFY(QDir(m_folder->path()).rmdir(QStringLiteral("data")));
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy told(service.get(), &JobService::snapshotChanged);
        service->load(m_file);
        QTRY_COMPARE(told.size(), 1);
        JobSnapshotPtr last = told.back().front().value<JobSnapshotPtr>();
        QVERIFY(!last->spec);
        QVERIFY(!last->fields.empty());
        QCOMPARE(last->problems.size(), std::size_t{1});
        const SpecProblem& problem = last->problems.front();
        QCOMPARE(problem.path, std::string("inputs.images"));
        QCOMPARE(problem.range.line, 9);
        QCOMPARE(problem.range.column, 11);
        QCOMPARE(problem.message, m_folder->filePath(QStringLiteral("data")).toStdString() +
                                      " is not there; put it there, or name another");
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("data")));
        QTRY_COMPARE(told.size(), 2);
        last = told.back().front().value<JobSnapshotPtr>();
        QVERIFY(last->spec);
        QVERIFY(last->problems.empty());
    }

    void whatAnImageHasIsMissingHereAlone() {
        write(m_file, "name: tool\nprogram: {command: [of-the-image], image: registry/tool}\n");
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy told(service.get(), &JobService::snapshotChanged);
        service->load(m_file);
        QTRY_COMPARE(told.size(), 1);
        const auto last = told.back().front().value<JobSnapshotPtr>();
        QVERIFY(last->spec);
        QVERIFY(last->problems.empty());
        QVERIFY(QString::fromStdString(last->missingHere)
                    .startsWith(QStringLiteral("program.command: of-the-image ")));
    }

    void anEditIsUnderWayUntilItIsMadeOrRefused() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        QSignalSpy replaced(service.get(), &JobService::textReplaced);
        QSignalSpy failures(service.get(), &JobService::failed);
        QVERIFY(!service->isEditing());
        service->setValue(QStringLiteral("train.batch"), QStringLiteral("128"));
        QVERIFY(service->isEditing());
        bool wasEditing = true;
        connect(service.get(), &JobService::textReplaced, this, [&] { wasEditing = service->isEditing(); });
        QTRY_COMPARE(replaced.size(), 1);
        QVERIFY(!wasEditing);
        service->setValue(QStringLiteral("train.batch"), QStringLiteral("["));
        QVERIFY(service->isEditing());
        QTRY_COMPARE(failures.size(), 1);
        QVERIFY(!service->isEditing());
    }

    void aMissingFileIsAnError() {
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy failures(service.get(), &JobService::failed);
        service->load(m_folder->filePath(QStringLiteral("nothing.yaml")));
        QTRY_COMPARE(failures.size(), 1);
        QCOMPARE(failures.front().front().value<Error>().code, ErrorCode::NotFound);
    }

    void noOtherJobsTextIsLeftWhenAFileCannotBeRead() {
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy told(service.get(), &JobService::snapshotChanged);
        QSignalSpy failures(service.get(), &JobService::failed);
        QSignalSpy saved(service.get(), &JobService::saved);
        service->load(m_file);
        QTRY_COMPARE(told.size(), 1);
        const QString other = m_folder->filePath(QStringLiteral("moved.yaml"));
        service->load(other);
        service->save();  // nothing is open yet
        QTRY_COMPARE(failures.size(), 1);
        service->setText(QStringLiteral("name: other\n"));
        service->setValue(QStringLiteral("seed"), QStringLiteral("1"));
        service->save();
        service->load(m_file);  // the worker takes one after the other
        QTRY_COMPARE(told.size(), 2);
        QCOMPARE(told.back().front().value<JobSnapshotPtr>()->text, QString::fromUtf8(kJob));
        QVERIFY(saved.isEmpty());
        QVERIFY(!QFile::exists(other));
    }

    void whatEndsLateLeavesTheNextJobAlone() {
        const QString other = m_folder->filePath(QStringLiteral("other.yaml"));
        write(other, "name: other\n");
        const std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        QSignalSpy told(service.get(), &JobService::snapshotChanged);
        QSignalSpy saved(service.get(), &JobService::saved);
        service->load(m_file);
        QTRY_COMPARE(told.size(), 1);
        told.clear();
        service->setText(QStringLiteral("name: edited\n"));
        service->save();
        service->setValue(QStringLiteral("seed"), QStringLiteral("1"));
        service->load(other);
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(saved.size(), 1);
        QCOMPARE(saved.front().front().toString(), m_file);
        const auto last = told.front().front().value<JobSnapshotPtr>();
        QCOMPARE(last->file, other);
        QCOMPARE(last->text, QStringLiteral("name: other\n"));
        QVERIFY(!last->isModified());
    }

    void editsOutliveAnotherJobAndTheWindow() {
        const QString other = m_folder->filePath(QStringLiteral("other.yaml"));
        write(other, "name: other\n");
        const QString text = QString::fromUtf8(kJob) + QStringLiteral("seed: 7\n");
        JobSnapshotPtr last;
        {
            const auto service = opened(m_file, last);
            service->setText(text);
            service->load(other);
            QTRY_COMPARE(last->file, other);
            QVERIFY(!last->isModified());
            service->load(m_file);
            QTRY_COMPARE(last->file, m_file);
            QCOMPARE(last->text, text);
            QVERIFY(last->isModified() && last->disk == DiskChange::None);
            QVERIFY(!last->savedFields.empty());
            // A setting that is not in the text yet is not lost either.
            service->setValue(QStringLiteral("train.batch"), QStringLiteral("128"));
        }
        {
            const auto service = opened(m_file, last);
            QString expected = text;
            QCOMPARE(last->text, expected.replace(QStringLiteral("batch: 64"), QStringLiteral("batch: 128")));
            QCOMPARE(drafts(), 1);
            service->save();
            QTRY_VERIFY(!last->isModified());
        }
        QCOMPARE(drafts(), 0);
    }

    void aTextThatIsAsSavedIsNoDraft() {
        JobSnapshotPtr last;
        {
            const auto service = opened(m_file, last);
            service->setText(QStringLiteral("name: a\n"));
        }
        QCOMPARE(drafts(), 1);
        {
            const auto service = opened(m_file, last);
            service->setText(QString::fromUtf8(kJob));
        }
        QCOMPARE(drafts(), 0);
        {
            const auto service = opened(m_file, last);
            service->setText(QStringLiteral("name: a\n"));
        }
        write(m_file, "name: a\n");  // somebody else made the same change
        const auto service = opened(m_file, last);
        QVERIFY(!last->isModified());
        QCOMPARE(drafts(), 0);
    }

    void aDraftWinsOverAFileThatChangedAndSaysSo() {
        JobSnapshotPtr last;
        {
            const auto service = opened(m_file, last);
            service->setText(QStringLiteral("name: mine\n"));
        }
        write(m_file, "name: theirs\n");
        const auto service = opened(m_file, last);
        QCOMPARE(last->text, QStringLiteral("name: mine\n"));
        QCOMPARE(last->savedText, QStringLiteral("name: theirs\n"));
        QVERIFY(last->disk == DiskChange::Newer);
        service->setText(QStringLiteral("name: theirs\n"));
        QTRY_VERIFY(!last->isModified());
        service->setText(QStringLiteral("name: ours\n"));
        QTRY_VERIFY(last->isModified());
        QVERIFY(last->disk == DiskChange::None);
    }

    void aFileThatAnotherProgramChangesIsTakenOver() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        write(m_file, "name: theirs\n");
        QTRY_COMPARE(last->text, QStringLiteral("name: theirs\n"));
        QVERIFY(!last->isModified());
        QVERIFY(last->disk == DiskChange::TakenOver);
        // Replaced, as editors and sed -i do it.
        write(m_file + QStringLiteral(".new"), kJob);
        QVERIFY(QFile::remove(m_file) && QFile::rename(m_file + QStringLiteral(".new"), m_file));
        QTRY_COMPARE(last->text, QString::fromUtf8(kJob));
        QVERIFY(last->spec);
    }

    void editsOfOtherSettingsGoTogether() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        service->setValue(QStringLiteral("train.batch"), QStringLiteral("128"));
        QTRY_VERIFY(last->isModified());
        write(m_file, QByteArray(kJob).replace("name: fashion", "name: theirs") + "# theirs\n");
        QTRY_VERIFY(last->disk == DiskChange::TakenOver);
        QVERIFY(last->text.contains(QStringLiteral("name: theirs")) &&
                last->text.contains(QStringLiteral("batch: 128")));
        QVERIFY(last->text.endsWith(QStringLiteral("# theirs\n")));
        QVERIFY(last->isModified());
        service->save();
        QTRY_VERIFY(!last->isModified());
        QVERIFY(read(m_file).contains("batch: 128") && read(m_file).contains("name: theirs"));
        QVERIFY(last->disk == DiskChange::None);
    }

    void editsThatDoNotGoTogetherAreAskedAbout_data() {
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("the file's") << true;
        QTest::newRow("mine") << false;
    }
    void editsThatDoNotGoTogetherAreAskedAbout() {
        QFETCH(bool, isTaken);
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        const QSignalSpy failures(service.get(), &JobService::failed);
        service->setText(QStringLiteral("# mine\nname: mine\n"));
        QTRY_VERIFY(last->isModified());
        write(m_file, "name: theirs\n");
        QTRY_VERIFY(last->disk == DiskChange::Newer);
        QCOMPARE(last->text, QStringLiteral("# mine\nname: mine\n"));
        service->save();
        QTRY_COMPARE(failures.size(), qsizetype{1});
        QCOMPARE(read(m_file), QByteArray("name: theirs\n"));
        if (isTaken)
            service->takeDisk();
        else
            service->keepEdits();
        QTRY_VERIFY(last->disk == DiskChange::None);
        QCOMPARE(last->isModified(), !isTaken);
        service->save();
        QTRY_COMPARE(read(m_file),
                     isTaken ? QByteArray("name: theirs\n") : QByteArray("# mine\nname: mine\n"));
    }

    // A save in the second before the change is seen.
    void aSaveNeverWritesOverAnothersText() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        const QSignalSpy failures(service.get(), &JobService::failed);
        service->setText(QStringLiteral("# mine\nname: mine\n"));
        QTRY_VERIFY(last->isModified());
        write(m_file, "name: theirs\n");
        service->save();
        QTRY_VERIFY(!failures.isEmpty());
        QTRY_VERIFY(last->disk == DiskChange::Newer);
        QCOMPARE(read(m_file), QByteArray("name: theirs\n"));
    }

    void editsAreKeptWhileTheyAreMade() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        service->setText(QStringLiteral("name: a\n"));
        QTRY_COMPARE(drafts(), 1);
        service->setText(QString::fromUtf8(kJob));
        QTRY_COMPARE(drafts(), 0);
    }

    void aDraftThatCannotBeKeptIsTold() {
        JobSnapshotPtr last;
        const auto service = opened(m_file, last);
        QSignalSpy failures(service.get(), &JobService::failed);
        write(QString::fromStdString((home() / "drafts").string()), "no folder");
        service->setText(QStringLiteral("name: a\n"));
        QTRY_COMPARE(failures.size(), 1);
    }

private:
    std::filesystem::path home() const { return m_folder->filePath(QStringLiteral("home")).toStdString(); }
    qsizetype drafts() const {
        return QDir(m_folder->filePath(QStringLiteral("home/drafts"))).entryList(QDir::Files).size();
    }
    static QByteArray read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void write(const QString& path, const QByteArray& text) {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }
    std::unique_ptr<JobService> opened(const QString& file, JobSnapshotPtr& last) {
        last.reset();
        std::unique_ptr<JobService> service(makeJobService(home(), nullptr));
        connect(service.get(), &JobService::snapshotChanged, service.get(),
                [&last](const JobSnapshotPtr& snapshot) { last = snapshot; });
        service->load(file);
        [&] { QTRY_VERIFY(last); }();
        return service;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(tst_JobService)
#include "tst_jobservice.moc"
