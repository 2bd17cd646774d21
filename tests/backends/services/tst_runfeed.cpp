// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runstore.h"
#include "backends/services/localservices.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace slipway;

namespace {

JobSpec job() {
    JobSpec result;
    result.name = "fashion";
    result.work = ProgramSpec{{"python3", "train.py"}, ".", "", ""};
    return result;
}

}  // namespace

class tst_RunFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsWhatAnAgentWrites() {
        QTemporaryDir home;
        const auto store = RunStore::open(home.path().toStdString());
        QVERIFY(store.hasValue());
        const auto folder = store->create(job(), home.path().toStdString(), TargetId("here"));
        QVERIFY(folder.hasValue());
        const RunId id = folder->record()->id;
        auto writer = EventWriter::open(*folder);
        QVERIFY(writer.hasValue());
        std::uint64_t seq = 0;
        const auto write = [&](EventBody body) {
            Event event;
            event.run = id;
            event.seq = ++seq;
            event.time = now();
            event.body = std::move(body);
            QVERIFY(writer->append(event).hasValue());
        };

        const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path().toStdString(), nullptr));
        RunSnapshotPtr last;
        LogBatch lines;
        connect(feed.get(), &RunFeed::snapshotChanged, this, [&](const RunSnapshotPtr& run) { last = run; });
        connect(feed.get(), &RunFeed::linesAppended, this,
                [&](const LogBatch& more) { lines.insert(lines.end(), more.begin(), more.end()); });
        feed->follow(id);
        QTRY_VERIFY(last);
        QVERIFY(last->curves.empty());

        write(RankStartedEvent{"ws-14", 1, "cpu"});
        for (int step = 1; step <= 20; ++step) write(MetricEvent{step, {{"loss", 2.0 / step}}});
        write(LogEvent{LogEvent::Stream::Stderr, "WARNING: slow disk", false});
        ProgressEvent progress;
        progress.step = 20;
        progress.steps = 100;
        write(progress);
        QVERIFY(writer->flush().hasValue());
        QTRY_VERIFY(last->progress && last->progress->step == 20);
        QCOMPARE(last->curves.at("loss")->values.size(), std::size_t{20});
        QCOMPARE(last->ranks.front().host, std::string("ws-14"));
        QTRY_COMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines.front().level, LogLevel::Warning);

        // A second attempt goes on from step 10: what the first told after it is replaced.
        write(MetricEvent{11, {{"loss", 9.0}}});
        QVERIFY(writer->flush().hasValue());
        QTRY_COMPARE(last->curves.at("loss")->values.size(), std::size_t{11});
        QCOMPARE(last->curves.at("loss")->values.back(), 9.0);
    }

    void whatIsKeptOfARunIsBounded() {
        QTemporaryDir home;
        const auto store = RunStore::open(home.path().toStdString());
        const auto folder = store->create(job(), home.path().toStdString(), TargetId("here"));
        QVERIFY(folder.hasValue());
        const RunId id = folder->record()->id;
        auto writer = EventWriter::open(*folder);
        std::uint64_t seq = 0;
        const auto write = [&](EventBody body) {
            QVERIFY(writer->append({id, 1, 0, ++seq, now(), std::move(body)}).hasValue());
        };
        for (int step = 1; step <= 30000; ++step) write(MetricEvent{step, {{"loss", 2.0 / step}}});
        InputEvent input;
        for (int number = 1; number <= 5010; ++number) {
            input.name = std::to_string(number);
            write(input);
        }
        QVERIFY(writer->flush().hasValue());
        const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path().toStdString(), nullptr));
        RunSnapshotPtr last;
        connect(feed.get(), &RunFeed::snapshotChanged, this, [&](const RunSnapshotPtr& run) { last = run; });
        feed->follow(id);
        QTRY_VERIFY(last);
        const Curve& loss = *last->curves.at("loss");
        QVERIFY(loss.values.size() <= 20000);
        QCOMPARE(loss.steps.front(), 1.0);
        QCOMPARE(loss.steps.back(), 30000.0);
        QCOMPARE(loss.values.size(), loss.seconds.size());
        QCOMPARE(last->timeline.size(), std::size_t{5000});
        QCOMPARE(last->earlierEntries, std::size_t{10});
        QVERIFY(last->timeline.back().what.starts_with("input 5010"));
        QVERIFY(last->timelineBegin <= last->timeline.front().time);
    }

    void aFailedRunComesWithItsCause() {
        QTemporaryDir home;
        const auto store = RunStore::open(home.path().toStdString());
        const auto folder = store->create(job(), home.path().toStdString(), TargetId("here"));
        QVERIFY(folder.hasValue());
        const RunId id = folder->record()->id;
        auto writer = EventWriter::open(*folder);
        const auto write = [&](std::uint64_t seq, EventBody body) {
            QVERIFY(writer->append({id, 1, 0, seq, now(), std::move(body)}).hasValue());
        };
        const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path().toStdString(), nullptr));
        RunSnapshotPtr last;
        connect(feed.get(), &RunFeed::snapshotChanged, this, [&](const RunSnapshotPtr& run) { last = run; });
        feed->follow(id);
        write(1, LogEvent{LogEvent::Stream::Stderr, "CUDA out of memory", false});
        write(2, RankExitedEvent{1, 0, "exit code 1"});
        QVERIFY(writer->flush().hasValue());
        QTRY_VERIFY(last && !last->ranks.empty() && last->ranks.front().exit);
        QVERIFY(last->findings.empty());  // it has not ended
        QVERIFY(folder->update([](RunRecord& r) { r.status = {RunState::Failed, "exit code 1"}; }));
        QTRY_COMPARE(last->findings.size(), std::size_t{1});
        QCOMPARE(last->findings.front().rule, std::string("gpu-memory"));
    }

    void anotherRunIsFollowedWhileTheOneBeforeIsHeldUp() {
        QTemporaryDir home;
        const auto store = RunStore::open(home.path().toStdString());
        const auto held = store->create(job(), home.path().toStdString(), TargetId("here"));
        const auto other = store->create(job(), home.path().toStdString(), TargetId("here"));
        QVERIFY(held && other);
        const RunId otherId = other->record()->id;
        // A pipe: who reads it waits for what never comes.
        const std::filesystem::path pipe = held->path() / "run.json";
        std::filesystem::remove(pipe);
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path().toStdString(), nullptr));
        QSignalSpy failures(feed.get(), &RunFeed::failed);
        RunSnapshotPtr last;
        connect(feed.get(), &RunFeed::snapshotChanged, this, [&](const RunSnapshotPtr& run) { last = run; });
        feed->follow(RunId("1"));
        int writer = -1;
        QTRY_VERIFY(writer >= 0 || (writer = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0);
        feed->follow(RunId("2"));
        QTRY_VERIFY(last);
        QCOMPARE(last->record.id, otherId);
        feed->stop();
        ::close(writer);  // now the first one's work ends, with an error that is nobody's any more
        feed->follow(RunId("2"));
        last.reset();
        QTRY_VERIFY(last);
        QVERIFY(failures.isEmpty());
    }

    void anUnknownRunIsAnError() {
        QTemporaryDir home;
        const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path().toStdString(), nullptr));
        QSignalSpy failures(feed.get(), &RunFeed::failed);
        feed->follow(RunId("no-such-run"));
        QTRY_COMPARE(failures.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_RunFeed)
#include "tst_runfeed.moc"
