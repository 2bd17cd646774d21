// SPDX-License-Identifier: Apache-2.0
#include "agentfixture.h"
#include "backends/events/eventcodec.h"
#include "backends/supervise/eventsink.h"

#include <sys/resource.h>

using namespace slipway;

class tst_eventsink : public QObject {
    Q_OBJECT

    static AgentPlan planFor(const RunFolder& folder) { return *planHere(folder.path(), {}); }

private Q_SLOTS:
    void stampsAndGoesOn() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true", "replicas: 2\n"));
        for (int round = 0; round < 2; ++round) {
            auto sink = EventSink::open(planFor(folder), {});
            QVERIFY(sink);
            sink->emit(0, HeartbeatEvent{});
            sink->emit(1, HeartbeatEvent{});
            sink->say("words");
        }
        std::map<int, std::uint64_t> last;
        for (const Event& event : fixture.events(folder)) {
            QCOMPARE(event.seq, last[event.rank] + 1);
            last[event.rank] = event.seq;
            QCOMPARE(event.run, folder.record()->id);
        }
        QCOMPARE(last, (std::map<int, std::uint64_t>{{0, 4}, {1, 2}}));
        QVERIFY(!std::filesystem::exists(folder.path() / "events" / "reserve"));
    }

    void secretsAreBlottedOut() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {"hunter22", "hunter2"});
        sink->emit(0, LogEvent{LogEvent::Stream::Stdout, "a hunter2 b hunter22 c"});
        QCOMPARE(fixture.bodies<LogEvent>(folder).at(0).text, std::string("a *** b *** c"));
        // Across the cut between two events, too.
        sink->emit(0, LogEvent{LogEvent::Stream::Stdout, std::string(15869, 'x') + "hunter22y"});
        std::string all;
        for (const LogEvent& log : fixture.bodies<LogEvent>(folder)) all += log.text;
        QVERIFY(all.ends_with("x***y"));
    }

    void secretsAreBlottedOutOfAllTexts() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {"hunter2"});
        const std::string digest = "sha256:" + std::string(64, 'a');
        const std::vector<EventBody> bodies{
            StateEvent{RunState::Running, "a hunter2 b"},
            RankStartedEvent{"host-hunter2", 1, "cuda:hunter2"},
            InputEvent{"input-hunter2", "sha256:hunter2", Bytes{1}},
            ProgressEvent{.step = 1, .device = "gpu hunter2"},
            MetricEvent{1, {{"loss/hunter2", 0.5}}},
            CheckpointEvent{1, "checkpoints/hunter2", Bytes{1}, 0.1},
            RankExitedEvent{1, 0, "ended by hunter2"},
            SummaryEvent{RunState::Failed, "because of hunter2", 1, 0.1},
        };
        for (const EventBody& body : bodies) sink->emit(0, body);
        const auto events = fixture.events(folder);
        QCOMPARE(events.size(), bodies.size());
        for (const Event& event : events) {
            const std::string text = encodeEvent(event);
            QVERIFY2(text.find("hunter2") == std::string::npos && text.find("***") != std::string::npos,
                     text.c_str());
        }
        // These say where a result is found and what it is, and nothing could be found by other names.
        const ResultEvent result{{{"hunter2.txt", Digest(digest), Bytes{1}}}, "registry/hunter2@" + digest};
        sink->emit(0, result);
        const auto told = fixture.bodies<ResultEvent>(folder).at(0);
        QCOMPARE(told.files.at(0).path, result.files.at(0).path);
        QCOMPARE(told.reference, result.reference);
    }

    void aBlottedMetricNameStillFits() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {"x"});
        sink->emit(0, MetricEvent{1, {{std::string(kMaxMetricName, 'x'), 0.5}}});
        QCOMPARE(fixture.bodies<MetricEvent>(folder).at(0).values,
                 (std::map<std::string, double>{{"***", 0.5}}));
    }

    void longOnesAreSplit() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {});
        sink->emit(0, LogEvent{LogEvent::Stream::Stdout, std::string(40000, 'x')});
        QCOMPARE(fixture.bodies<LogEvent>(folder).size(), std::size_t{3});
    }

    void aFullDiskIsToldOfLater() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {});
        sink->say("before");
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit old {};
        ::getrlimit(RLIMIT_FSIZE, &old);
        const struct rlimit tiny { std::filesystem::file_size(folder.eventsFile(0)), old.rlim_max };
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tiny), 0);
        sink->say("lost one");
        sink->say("lost two");
        ::setrlimit(RLIMIT_FSIZE, &old);
        sink->say("after");
        const auto events = fixture.events(folder);
        QCOMPARE(events.size(), std::size_t{3});
        QCOMPARE(events.back().seq, std::uint64_t{3});
        QVERIFY(fixture.hasLine(folder, "2 events could not be saved: cannot write"));
        QVERIFY(!fixture.hasLine(folder, "lost one"));
    }

    void spaceIsKeptBack() {
        AgentFixture fixture;
        const RunFolder folder = fixture.makeRun(fixture.job("true"));
        auto sink = EventSink::open(planFor(folder), {});
        QVERIFY(std::filesystem::file_size(folder.path() / "events" / "reserve") >= 64 * 1024);
        sink->prepareForEnd();
        QVERIFY(!std::filesystem::exists(folder.path() / "events" / "reserve"));
    }
};

QTEST_APPLESS_MAIN(tst_eventsink)
#include "tst_eventsink.moc"
