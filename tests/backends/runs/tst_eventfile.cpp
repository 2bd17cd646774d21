// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventfile.h"

#include "backends/events/eventcodec.h"
#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_eventfile : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

private Q_SLOTS:
    void goesOnWhereItStopped() {
        const auto file = m_fixture.home() / "a.jsonl";
        for (std::uint64_t seq = 1; seq <= 5; ++seq)
            RunFixture::append(file, encodeEvent(RunFixture::event(seq, HeartbeatEvent{})) + "\n");
        EventFilePosition position;
        std::vector<std::uint64_t> seen;
        const auto sink = [&](const Event& event, const EventFilePosition& after) {
            seen.push_back(event.seq);
            return after.offset > 0 && event.seq % 2 != 0;
        };
        QVERIFY(readEventFile(file, position, sink));
        QCOMPARE(seen, (std::vector<std::uint64_t>{1, 2}));
        QVERIFY(readEventFile(file, position, sink));
        QVERIFY(readEventFile(file, position, sink));
        QCOMPARE(seen, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
        QCOMPARE(position.offset, static_cast<std::uint64_t>(std::filesystem::file_size(file)));
    }

    void linesWithoutThePieceArePassedOver() {
        const auto file = m_fixture.home() / "piece.jsonl";
        for (std::uint64_t seq = 1; seq <= 4; ++seq) {
            const EventBody body = seq % 2 == 0 ? EventBody(MetricEvent{1, {{"loss", 1}}}) : HeartbeatEvent{};
            RunFixture::append(file, encodeEvent(RunFixture::event(seq, body)) + "\n");
        }
        EventFilePosition position;
        std::vector<std::uint64_t> seen;
        const auto sink = [&](const Event& event, const EventFilePosition&) {
            seen.push_back(event.seq);
            return true;
        };
        QVERIFY(readEventFile(file, position, sink, R"("kind":"metric")"));
        QCOMPARE(seen, (std::vector<std::uint64_t>{2, 4}));
        QCOMPARE(position.offset, static_cast<std::uint64_t>(std::filesystem::file_size(file)));
        QCOMPARE(position.damaged, std::size_t{0});
    }

    void rareEventsAreFoundAmongMany() {
        const auto file = m_fixture.home() / "rare.jsonl";
        const std::vector<EventBody> bodies{
            StateEvent{RunState::Running, R"("kind":"metric")"},  // quoted within a text
            MetricEvent{1, {{"loss", 1}}},
            HeartbeatEvent{},
            InputEvent{"images", "sha256:1", {}},
            ProgressEvent{1},
            LogEvent{LogEvent::Stream::Stdout, "x"},
            SummaryEvent{RunState::Succeeded, ""},
        };
        std::uint64_t seq = 0;
        for (const EventBody& body : bodies)
            RunFixture::append(file, encodeEvent(RunFixture::event(++seq, body)) + "\n");
        RunFixture::append(file, "damage\n");
        std::vector<std::uint64_t> seen;
        QVERIFY(readRareEvents(file, [&](const Event& event) { seen.push_back(event.seq); }));
        QCOMPARE(seen, (std::vector<std::uint64_t>{1, 4, 7}));
    }

    void ranksComeInOrder() {
        const auto folder = m_fixture.home() / "run";
        std::filesystem::create_directories(folder / "events");
        for (const char* name :
             {"rank-10.jsonl", "rank-2.jsonl", "rank-x.jsonl", "writer.lock", "rank-0.jsonl.tmp"})
            RunFixture::append(folder / "events" / name, "");
        const auto files = eventFiles(folder);
        QCOMPARE(files.size(), std::size_t{2});
        QCOMPARE(files[0].first, 2);
        QCOMPARE(files[1].first, 10);
        QVERIFY(eventFiles("/no/such").empty());
        EventFilePosition position;
        QVERIFY(
            readEventFile("/no/such", position, [](const Event&, const EventFilePosition&) { return true; }));
        QVERIFY(
            !readEventFile(folder, position, [](const Event&, const EventFilePosition&) { return true; }));
    }
};

QTEST_APPLESS_MAIN(tst_eventfile)
#include "tst_eventfile.moc"
