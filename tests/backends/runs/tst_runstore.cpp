// SPDX-License-Identifier: Apache-2.0
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
