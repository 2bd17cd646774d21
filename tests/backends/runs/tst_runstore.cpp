// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/filelock.h"
#include "backends/spec/specdocument.h"
#include "runfixture.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>
#include <set>

using namespace slipway;
namespace fs = std::filesystem;

class tst_runstore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void createsTheFolder() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun("digits");
        QCOMPARE(folder.path(), fixture.home() / "runs" / "1");
        const auto record = folder.record();
        QVERIFY(record);
        QCOMPARE(record->number, std::int64_t{1});
        QVERIFY(record->id.str().starts_with("digits-1-"));
        QCOMPARE(record->id.str().size(), std::string("digits-1-xxxxx").size());
        QCOMPARE(record->status.state, RunState::Preparing);
        QCOMPARE(record->jobFolder, fixture.home().string());
        const auto job = loadJob(folder.jobFile(), {});
        QVERIFY2(job, job ? "" : describe(job.error()).c_str());
        QCOMPARE(job->name, std::string("digits"));
        QCOMPARE(std::distance(fs::directory_iterator(fixture.home() / "runs"), fs::directory_iterator()), 1);
    }

    void numbersAreTakenOnce() {
        const RunFixture fixture;
        std::vector<pid_t> children;
        for (int i = 0; i < 5; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                for (int n = 0; n < 5; ++n) fixture.makeRun();
                ::_exit(0);
            }
            children.push_back(pid);
        }
        for (const pid_t pid : children) {
            int status = -1;
            QCOMPARE(::waitpid(pid, &status, 0), pid);
            QCOMPARE(status, 0);
        }
        const auto records = fixture.store().list();
        QCOMPARE(records->size(), std::size_t{25});
        std::set<std::string> ids;
        for (const RunRecord& record : *records) ids.insert(record.id.str());
        QCOMPARE(ids.size(), std::size_t{25});
    }

    void removesARunThatEnded() {
        const RunFixture fixture;
        fixture.makeRun("kept");
        const RunFolder folder = fixture.makeRun("over");
        QVERIFY(folder.update([](RunRecord& r) { r.status = {RunState::Succeeded, ""}; }));
        QCOMPARE(fixture.store().list()->size(), std::size_t{2});
        const auto removed = fixture.store().remove(folder);
        QVERIFY2(removed, removed ? "" : describe(removed.error()).c_str());
        const auto left = fixture.store().list();
        QCOMPARE(left->size(), std::size_t{1});
        QCOMPARE(left->at(0).job, std::string("kept"));
        QCOMPARE(std::distance(fs::directory_iterator(fixture.home() / "runs"), fs::directory_iterator()), 1);
        QCOMPARE(fixture.store().remove(folder).error().code, ErrorCode::NotFound);
    }
    void aDamagedRunCanBeRemoved() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        RunFixture::overwrite(folder.path() / "run.json", "{");
        QVERIFY(fixture.store().remove(folder));
        QVERIFY(fixture.store().list()->empty());
    }
    void whatIsLeftOfARemovalThatWasKilledIsNoRunAndGoesWithTheNext() {
        const RunFixture fixture;
        const fs::path half = fixture.home() / "runs" / ".removed-1-abcde";
        fs::rename(fixture.makeRun().path(), half);
        QVERIFY(fixture.store().list()->empty());
        const RunFolder folder = fixture.makeRun();
        QVERIFY(folder.update([](RunRecord& r) { r.status = {RunState::Failed, ""}; }));
        QVERIFY(fixture.store().remove(folder));
        QVERIFY(!fs::exists(half));
    }
    void aRunThatIsNeededStays_data() {
        QTest::addColumn<QByteArray>("why");
        QTest::newRow("live") << QByteArray("run #1 is still preparing");
        QTest::newRow("written") << QByteArray("run #1 is still being written");
        QTest::newRow("resumed") << QByteArray("run #3 goes on from its checkpoint");
    }
    void aRunThatIsNeededStays() {
        QFETCH(QByteArray, why);
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        std::optional<Result<FileLock>> lock;
        if (why != "run #1 is still preparing")
            QVERIFY(folder.update([](RunRecord& r) { r.status = {RunState::Interrupted, ""}; }));
        if (why == "run #1 is still being written")
            lock = FileLock::acquire(folder.path() / "agent.lock", std::chrono::seconds(1));
        if (why.startsWith("run #3")) {  // through one that ended before it saved a checkpoint of its own
            RunId before = folder.record()->id;
            for (const RunState state : {RunState::Failed, RunState::Running}) {
                const auto next = fixture.makeRun().update([&](RunRecord& r) {
                    r.resumedFrom = before;
                    r.status = {state, ""};
                });
                before = next->id;
            }
        }
        const auto removed = fixture.store().remove(folder);
        QVERIFY(!removed);
        QCOMPARE(removed.error().code, ErrorCode::Conflict);
        QCOMPARE(QByteArray::fromStdString(removed.error().message), why);
        QVERIFY(folder.record());
    }

    void finds_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("number");
        QTest::newRow("number") << QByteArray("2") << 2;
        QTest::newRow("hash") << QByteArray("#1") << 1;
        QTest::newRow("name") << QByteArray("digits") << 2;
        QTest::newRow("other name") << QByteArray("words") << 3;
        QTest::newRow("last") << QByteArray("last") << 3;
        QTest::newRow("unknown") << QByteArray("digit") << 0;
        QTest::newRow("too high") << QByteArray("9") << 0;
        QTest::newRow("outside") << QByteArray("../1") << 0;
    }
    void finds() {
        QFETCH(QByteArray, name);
        QFETCH(int, number);
        const RunFixture fixture;
        QCOMPARE(fixture.store().find("last").error().code, ErrorCode::NotFound);
        fixture.makeRun("digits");
        fixture.makeRun("digits");
        fixture.makeRun("words");
        const auto folder = fixture.store().find(name.toStdString());
        QCOMPARE(folder.hasValue(), number != 0);
        if (number == 0) {
            QCOMPARE(folder.error().code, ErrorCode::NotFound);
            if (name == "digit") QVERIFY(folder.error().detail.find("digits") != std::string::npos);
            return;
        }
        QCOMPARE(folder->record()->number, std::int64_t{number});
        const RunId id = folder->record()->id;
        QCOMPARE(fixture.store().find(id.str())->path(), folder->path());
        QCOMPARE(fixture.store().folder(id)->path(), folder->path());
        QVERIFY(!fixture.store().folder(RunId("nobody")));
    }

    void homesThatCannotBe() { QVERIFY(!RunStore::open("/proc/no")); }
};

QTEST_APPLESS_MAIN(tst_runstore)
#include "tst_runstore.moc"
