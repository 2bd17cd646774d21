// SPDX-License-Identifier: Apache-2.0
#include "agentfixture.h"
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
