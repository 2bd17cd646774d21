// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runindex.h"

#include "runfixture.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace slipway;
namespace fs = std::filesystem;

class tst_runindex : public QObject {
    Q_OBJECT

    static std::vector<std::int64_t> numbers(const RunFixture& fixture) {
        std::vector<std::int64_t> all;
        const auto records = listRuns(fixture.home());
        if (!records) return all;
        for (const RunRecord& record : *records) all.push_back(record.number);
        return all;
    }

private Q_SLOTS:
    void followsTheFolders() {
        const RunFixture fixture;
        QVERIFY(numbers(fixture).empty());
        const RunFolder first = fixture.makeRun();
        fixture.makeRun();
        QCOMPARE(numbers(fixture), (std::vector<std::int64_t>{2, 1}));
        QVERIFY(first.update([](RunRecord& record) { record.status = {RunState::Failed, "exit code 3"}; }));
        QCOMPARE(listRuns(fixture.home())->back().status, (RunStatus{RunState::Failed, "exit code 3"}));
        QCOMPARE(listRuns(fixture.home())->back().status, (RunStatus{RunState::Failed, "exit code 3"}));
        fs::remove_all(first.path());
        QCOMPARE(numbers(fixture), (std::vector<std::int64_t>{2}));
    }

    void isMadeAnewWhenDamaged_data() {
        QTest::addColumn<int>("where");
        QTest::newRow("all of it") << 0;
        QTest::newRow("behind the header") << 100;
        QTest::newRow("the second page") << 4096;
    }
    void isMadeAnewWhenDamaged() {
        QFETCH(int, where);
        const RunFixture fixture;
        for (int i = 0; i < 5; ++i) fixture.makeRun();
        QCOMPARE(numbers(fixture).size(), std::size_t{5});
        const fs::path file = fixture.home() / "index.sqlite";
        std::string content = RunFixture::text(file);
        for (auto i = static_cast<std::size_t>(where); i < content.size(); ++i)
            content[i] = static_cast<char>(i * 7 + 13);
        RunFixture::overwrite(file, content);
        fs::remove(file.string() + "-wal");
        fs::remove(file.string() + "-shm");
        QCOMPARE(numbers(fixture), (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
        QVERIFY(RunFixture::text(file).starts_with("SQLite format 3"));
        QCOMPARE(numbers(fixture).size(), std::size_t{5});
    }

    void theFoldersAloneSuffice() {
        const RunFixture fixture;
        fixture.makeRun();
        fs::create_directory(fixture.home() / "index.sqlite");
        RunFixture::overwrite(fixture.home() / "index.sqlite" / "x", "");
        QCOMPARE(numbers(fixture), (std::vector<std::int64_t>{1}));
    }

    void damagedRunsAreLost() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        fixture.makeRun();
        QCOMPARE(numbers(fixture).size(), std::size_t{2});
        RunFixture::overwrite(folder.path() / "run.json", "{}");
        auto records = listRuns(fixture.home());
        QCOMPARE(records->back().number, std::int64_t{1});
        QCOMPARE(records->back().status.state, RunState::Lost);
        QVERIFY(records->back().status.reason.find("run.json") != std::string::npos);
        fs::remove(folder.path() / "run.json");
        records = listRuns(fixture.home());
        QCOMPARE(records->back().status.state, RunState::Lost);
        // A number taken this moment is no run yet.
        fs::create_directory(fixture.home() / "runs" / "77");
        QCOMPARE(numbers(fixture), (std::vector<std::int64_t>{2, 1}));
    }

    void severalProcessesAtOnce() {
        const RunFixture fixture;
        for (int i = 0; i < 20; ++i) fixture.makeRun();
        std::vector<pid_t> children;
        for (int i = 0; i < 6; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) ::_exit(numbers(fixture).size() == 20 ? 0 : 1);
            children.push_back(pid);
        }
        for (const pid_t pid : children) {
            int status = -1;
            QCOMPARE(::waitpid(pid, &status, 0), pid);
            QCOMPARE(status, 0);
        }
    }

    void marksOutliveTheIndex() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        QCOMPARE(numbers(fixture).size(), std::size_t{1});
        QVERIFY(folder.mark({{"baseline"}, {}, "a note", "sweep"}));
        const RunMarks marks{{"baseline"}, "a note", "sweep"};
        QCOMPARE(listRuns(fixture.home())->front().marks, marks);
        QCOMPARE(listRuns(fixture.home())->front().marks, marks);
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::remove(fixture.home() / (std::string("index.sqlite") + suffix));
        QCOMPARE(listRuns(fixture.home())->front().marks, marks);
        const auto refused = folder.mark({{"two words"}, {}, std::nullopt, std::nullopt});
        QVERIFY(!refused && refused.error().code == ErrorCode::InvalidArgument);
        QCOMPARE(folder.record()->marks, marks);
    }

    void detailsAreKeptUntilTheirFilesChange() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        const std::vector<std::int64_t> runs{1};
        QVERIFY(knownDetails(fixture.home(), runs).empty());
        auto details = allDetails(fixture.home(), runs);
        QCOMPARE(details.at(1).settings.at("name"), std::string("fashion-mlp"));
        QVERIFY(details.at(1).metrics.empty());
        QCOMPARE(knownDetails(fixture.home(), runs), details);
        {
            EventWriter writer = *EventWriter::open(folder);
            for (int step = 1; step <= 200; ++step)
                QVERIFY(writer.append(
                    RunFixture::event(static_cast<std::uint64_t>(step),
                                      MetricEvent{step, {{"loss", step == 77 ? 9.0 : 1.0 / step}}})));
        }
        QVERIFY(knownDetails(fixture.home(), runs).empty());
        details = allDetails(fixture.home(), runs);
        QCOMPARE(details.at(1).metrics.at("loss"), (MetricExtent{1.0 / 200, 1.0 / 200, 9.0}));
        QCOMPARE(knownDetails(fixture.home(), runs), details);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(allDetails(fixture.home(), runs, stop.get_token()), details);
        fs::remove_all(folder.path());
        QVERIFY(numbers(fixture).empty());
        fixture.makeRun();  // of the same number
        QVERIFY(knownDetails(fixture.home(), runs).empty());
    }

    void migrationsAreThere() {
        QVERIFY(!indexMigrations().empty() &&
                indexMigrations()[0].find("CREATE TABLE runs") != std::string_view::npos);
    }
};

QTEST_APPLESS_MAIN(tst_runindex)
#include "tst_runindex.moc"
