// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"
#include "backends/platform/files.h"
#include "backends/runs/verifiedfiles.h"
#include "backends/services/localservices.h"
#include "backends/spec/preferencefile.h"
#include "tests/backends/runs/runfixture.h"

#include <QSignalSpy>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace slipway;

namespace {

// One run's events, and the feed that follows it.
class LiveRun {
public:
    LiveRun() {
        QObject::connect(feed.get(), &RunFeed::snapshotChanged, feed.get(),
                         [this](const RunSnapshotPtr& run) { last = run; });
    }
    void write(EventBody body) { writeAt(now(), std::move(body)); }
    void writeAt(Timestamp time, EventBody body) {
        QVERIFY(m_writer.append({id, m_attempt, 0, ++m_seq, time, std::move(body)}).hasValue());
    }
    void skip(std::uint64_t count) { m_seq += count; }
    void beginAttempt() {
        ++m_attempt;
        m_seq = 0;
    }
    void flush() { QVERIFY(m_writer.flush().hasValue()); }

private:
    const RunFixture m_fixture;

public:
    const RunFolder folder = m_fixture.makeRun();
    const RunId id = folder.record()->id;
    const std::filesystem::path home = m_fixture.home();
    const std::unique_ptr<RunFeed> feed{makeRunFeed(home, nullptr)};
    RunSnapshotPtr last;

private:
    EventWriter m_writer = *EventWriter::open(folder);
    int m_attempt = 1;
    std::uint64_t m_seq = 0;
};

}  // namespace

class tst_RunFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsWhatAnAgentWrites() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        LogBatch lines;
        connect(live.feed.get(), &RunFeed::linesAppended, this,
                [&](const LogBatch& more) { lines.insert(lines.end(), more.begin(), more.end()); });
        live.feed->follow(live.id);
        QTRY_VERIFY(last);
        QVERIFY(last->curves.empty());

        live.write(RankStartedEvent{"ws-14", 1, "cpu"});
        for (int step = 1; step <= 20; ++step) live.write(MetricEvent{step, {{"loss", 2.0 / step}}});
        live.write(LogEvent{LogEvent::Stream::Stderr, "WARNING: slow disk", false});
        ProgressEvent progress;
        progress.step = 20;
        progress.steps = 100;
        live.write(progress);
        live.flush();
        QTRY_VERIFY(last->progress && last->progress->step == 20);
        QCOMPARE(last->curves.at("loss")->values.size(), std::size_t{20});
        QCOMPARE(last->ranks.front().host, std::string("ws-14"));
        QTRY_COMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines.front().level, LogLevel::Warning);

        // A second attempt goes on from step 10: what the first told after it is replaced.
        live.beginAttempt();
        live.write(MetricEvent{11, {{"loss", 9.0}}});
        live.flush();
        QTRY_COMPARE(last->curves.at("loss")->values.size(), std::size_t{11});
        QCOMPARE(last->curves.at("loss")->values.back(), 9.0);
    }

    void whatIsKeptOfARunIsBounded() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        for (int step = 1; step <= 30000; ++step) live.write(MetricEvent{step, {{"loss", 2.0 / step}}});
        InputEvent input;
        for (int number = 1; number <= 5010; ++number) {
            input.name = std::to_string(number);
            live.write(input);
        }
        live.flush();
        live.feed->follow(live.id);
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

    void anInputIsToldInTheStateTheRunIsIn() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        InputEvent input;
        input.name = "train";
        live.write(StateEvent{RunState::Preparing, ""});
        live.write(input);
        live.write(StateEvent{RunState::Running, ""});
        live.write(input);
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->timeline.size() == 4);
        QCOMPARE(last->timeline[1].state, RunState::Preparing);
        QCOMPARE(last->timeline[3].state, RunState::Running);
    }

    void throttlingAndEnergyAreToldInTheTimeline() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        live.write(StateEvent{RunState::Running, ""});
        live.write(ThrottleEvent{"GPU 0", "power cap", 0});
        live.write(EnergyEvent{3600, {}, "CPU: closed"});
        live.write(EnergyEvent{36000, {}, "CPU: closed"});
        live.write(SummaryEvent{RunState::Succeeded, "", 0, 1});
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->timeline.size() == 4);
        QCOMPARE(last->timeline[1].what, std::string("GPU 0 is throttled: power cap"));
        QCOMPARE(last->timeline[2].what, std::string("energy: GPUs 10.0 Wh; unknown: CPU: closed"));
        QCOMPARE(last->timeline[3].state, RunState::Succeeded);
    }

    void whatEnergyCostsIsToldWherePricesAreSet() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        QVERIFY(setPreference(live.home, "energy_price", "0.3"));
        QVERIFY(setPreference(live.home, "carbon_intensity", "400"));
        live.write(StateEvent{RunState::Running, ""});
        live.write(EnergyEvent{3.6e6, {}, ""});
        live.write(SummaryEvent{RunState::Succeeded, "", 0, 1});
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->timeline.size() == 4);
        QCOMPARE(last->timeline[2].what, std::string("cost: energy 0.30 EUR, 400 g CO₂"));
    }

    void slowerStepsAreToldInTheTimeline() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        const auto begin = now();
        for (int second = 0; second < 120; ++second) {
            ProgressEvent progress;
            progress.step = second * 10;
            progress.stepSeconds = second < 90 ? 0.1 : 0.25;
            live.writeAt(begin + std::chrono::seconds(second), progress);
        }
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->timeline.size() == 1);
        QCOMPARE(last->timeline[0].what, std::string("2.5× slower since step 900"));
    }

    void aRankThatACancelEndedIsCancelled() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        live.write(RankStartedEvent{"ws-14", 1, "cpu"});
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->ranks.size() == 1);
        QCOMPARE(last->ranks.front().state, RunState::Running);
        QVERIFY(live.folder.update([](RunRecord& r) { r.isCancelRequested = true; }));
        live.write(RankExitedEvent{0, 15, "ended by signal 15"});
        live.flush();
        QTRY_VERIFY(last->ranks.front().exit);
        QCOMPARE(last->ranks.front().state, RunState::Cancelled);
        QCOMPARE(last->timeline.back().state, RunState::Cancelled);
    }

    void aRankThatFailedBeforeItsRunWasCancelledStaysFailed() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        live.write(RankExitedEvent{1, 0, "exit code 1"});
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->ranks.size() == 1 && last->ranks.front().exit);
        QVERIFY(live.folder.update([](RunRecord& r) { r.isCancelRequested = true; }));
        QTRY_VERIFY(last->record.isCancelRequested);
        QCOMPARE(last->ranks.front().state, RunState::Failed);
    }

    void whatItsLogLostIsSaidUntilItComesHome() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        LogBatch lines;
        connect(live.feed.get(), &RunFeed::linesAppended, this,
                [&](const LogBatch& more) { lines.insert(lines.end(), more.begin(), more.end()); });
        connect(live.feed.get(), &RunFeed::logRestarted, this, [&] { lines.clear(); });
        QVERIFY(live.folder.update([](RunRecord& r) {
            r.target = TargetId("lab/vision");
            r.resultReference = "registry/models:1";
            r.status = {RunState::Succeeded, ""};
        }));
        live.write(MetricEvent{1, {{"loss", 1.0}}});
        live.skip(2);
        live.write(MetricEvent{4, {{"loss", 4.0}}});
        live.flush();
        live.feed->follow(live.id);
        QTRY_COMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines.front().level, LogLevel::Warning);
        QCOMPARE(lines.front().text,
                 std::string("events 2–3 of rank 0 were lost: the cluster dropped them from its log"));
        QTRY_VERIFY(last && last->mayHaveResult);  // nobody heard the end
        QCOMPARE(last->curves.at("loss")->values, (std::vector<double>{1, 4}));

        // As mergeEvents() does it: the file is another one.
        const std::filesystem::path file = live.folder.eventsFile(0);
        std::string text;
        for (int step = 1; step <= 4; ++step)
            text += encodeEvent({live.id, 1, 0, std::uint64_t(step), now(),
                                 MetricEvent{step, {{"loss", double(step)}}}}) +
                    "\n";
        text += encodeEvent({live.id, 1, 0, 5, now(), SummaryEvent{RunState::Succeeded, "", 0, 1}}) + "\n";
        QVERIFY(writeFileAtomically(file, text));
        QTRY_COMPARE(last->curves.at("loss")->values, (std::vector<double>{1, 2, 3, 4}));
        QTRY_VERIFY(lines.empty());
        QVERIFY(!last->mayHaveResult);
    }

    void aFailedRunComesWithItsCause() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        live.feed->follow(live.id);
        live.write(LogEvent{LogEvent::Stream::Stderr, "CUDA out of memory", false});
        live.write(RankExitedEvent{1, 0, "exit code 1"});
        live.flush();
        QTRY_VERIFY(last && !last->ranks.empty() && last->ranks.front().exit);
        QVERIFY(last->findings.empty());  // it has not ended
        QVERIFY(live.folder.update([](RunRecord& r) { r.status = {RunState::Failed, "exit code 1"}; }));
        QTRY_COMPARE(last->findings.size(), std::size_t{1});
        QCOMPARE(last->findings.front().rule, std::string("gpu-memory"));
    }

    void whetherTheResultIsHomeIsSeenInTheRunFolder() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        live.write(ResultEvent{{{"model.safetensors", Digest("sha256:ab"), Bytes{5}}}, "lab/mlp:1"});
        live.flush();
        live.feed->follow(live.id);
        QTRY_VERIFY(last && !last->results.empty());
        QVERIFY(live.folder.update([](RunRecord& r) { r.status = {RunState::Succeeded, ""}; }));
        QTRY_VERIFY(isFinal(last->record.status.state));
        QVERIFY(!last->isHome);
        const std::filesystem::path model = live.folder.resultFolder() / "model.safetensors";
        std::filesystem::create_directories(model.parent_path());
        RunFixture::overwrite(model, "half");
        RunFixture::overwrite(model, "whole");
        QTRY_VERIFY(last->isHome);
        std::filesystem::remove(model);
        QTRY_VERIFY(!last->isHome);
    }

    void aResultIsRightOnlyAsLongAsNobodyTouchesIt() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        const std::filesystem::path result = live.folder.resultFolder(), model = result / "model.safetensors";
        const ResultFile told{"model.safetensors", Digest("sha256:ab"), Bytes{5}};
        live.write(ResultEvent{{told}, "lab/mlp:1"});
        live.flush();
        std::filesystem::create_directories(result);
        RunFixture::overwrite(model, "whole");
        QVERIFY(live.folder.update([](RunRecord& r) { r.status = {RunState::Succeeded, ""}; }));
        live.feed->follow(live.id);
        QTRY_VERIFY(last && last->isHome);
        QVERIFY(last->verification == Verification::None);  // nobody compared
        const StampedFile compared{told, *fileStamp(model)};
        QVERIFY(keepVerified(result, std::span(&compared, 1)));
        QTRY_VERIFY(last->verification == Verification::Right);
        // One byte, the same size, a nanosecond later.
        const auto time = std::filesystem::last_write_time(model);
        RunFixture::overwrite(model, "whale");
        std::filesystem::last_write_time(model, time + std::chrono::nanoseconds(1));
        QTRY_VERIFY(last->verification == Verification::Changed);
        QVERIFY(last->isHome);
        RunFixture::overwrite(model, "shorter or longer");
        std::filesystem::last_write_time(model, time);
        live.feed->follow(live.id);  // as at the next start of the window
        QTRY_VERIFY(last->isHome && last->verification == Verification::Changed);
        RunFixture::overwrite(verifiedFile(result), "damaged");
        QTRY_VERIFY(!last->isHome && last->verification == Verification::None);
    }

    void aCheckpointIsHomeWhenThereIsNoResult() {
        LiveRun live;
        const RunSnapshotPtr& last = live.last;
        QVERIFY(live.folder.update([](RunRecord& r) { r.status = {RunState::Cancelled, ""}; }));
        live.feed->follow(live.id);
        QTRY_VERIFY(last);
        QVERIFY(!last->isHome);
        std::filesystem::create_directories(live.folder.checkpointFolder());
        RunFixture::overwrite(live.folder.checkpointFolder() / "step-3.safetensors", "state");
        QTRY_VERIFY(last->isHome);
    }

    void anotherRunIsFollowedWhileTheOneBeforeIsHeldUp() {
        const RunFixture fixture;
        const RunFolder held = fixture.makeRun();
        const RunId otherId = fixture.makeRun().record()->id;
        // A pipe: who reads it waits for what never comes.
        const std::filesystem::path pipe = held.path() / "run.json";
        std::filesystem::remove(pipe);
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const std::unique_ptr<RunFeed> feed(makeRunFeed(fixture.home(), nullptr));
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
        const RunFixture fixture;
        const std::unique_ptr<RunFeed> feed(makeRunFeed(fixture.home(), nullptr));
        QSignalSpy failures(feed.get(), &RunFeed::failed);
        feed->follow(RunId("no-such-run"));
        QTRY_COMPARE(failures.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_RunFeed)
#include "tst_runfeed.moc"
