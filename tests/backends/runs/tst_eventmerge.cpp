// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventmerge.h"

#include "backends/events/eventcodec.h"
#include "backends/runs/curvestore.h"
#include "backends/runs/lostevents.h"
#include "runfixture.h"

#include <QTest>

#include <numeric>

using namespace slipway;
namespace fs = std::filesystem;

class tst_eventmerge : public QObject {
    Q_OBJECT

    RunFixture m_fixture;

    // As an agent in a pod tells it: always of attempt 1.
    static Event told(const RunFolder& folder, int seq, double seconds = -1) {
        Event event = RunFixture::event(std::uint64_t(seq), MetricEvent{seq, {{"loss", 1.0 / seq}}}, 0, 1,
                                        seconds < 0 ? seq : seconds);
        event.run = folder.record()->id;
        return event;
    }
    static void write(const RunFolder& folder, const QList<int>& seqs, int attempt = 1, double shift = 0) {
        auto writer = EventWriter::open(folder);
        for (const int seq : seqs) {
            Event event = told(folder, seq, seq + shift);
            event.attempt = attempt;
            QVERIFY(*writer->append(event));
        }
    }
    static QList<int> upTo(int last) {
        QList<int> seqs(last);
        std::iota(seqs.begin(), seqs.end(), 1);
        return seqs;
    }
    fs::path sent(const RunFolder& folder, const QList<int>& seqs) const {
        fs::path file = folder.path() / "sent.jsonl";
        fs::remove(file);
        for (const int seq : seqs) RunFixture::append(file, encodeEvent(told(folder, seq)) + "\n");
        return file;
    }
    static QList<int> seqsOf(const RunFolder& folder, int attempt = 1) {
        QList<int> seqs;
        const auto events = *EventReader(folder).next();
        for (const Event& event : events) {
            if (event.attempt == attempt) seqs.push_back(int(event.seq));
        }
        return seqs;
    }

private Q_SLOTS:
    void holesAreFilled_data() {
        QTest::addColumn<QList<int>>("here");
        QTest::addColumn<QList<int>>("sent");
        QTest::addColumn<QList<int>>("after");
        const auto row = [](const char* name, const QList<int>& here, const QList<int>& sent,
                            const QList<int>& after) { QTest::newRow(name) << here << sent << after; };
        row("begin, middle and end", {3, 4, 7}, upTo(9), upTo(9));
        row("nothing is here", {}, upTo(4), upTo(4));
        row("the end came by the log alone", {1, 5, 6}, upTo(5), upTo(6));
        row("nothing is missing", upTo(5), upTo(4), upTo(5));
        row("no common one", {5, 6}, upTo(3), {1, 2, 3, 5, 6});
    }
    void holesAreFilled() {
        QFETCH(QList<int>, here);
        QFETCH(QList<int>, sent);
        QFETCH(QList<int>, after);
        const RunFolder folder = m_fixture.makeRun();
        write(folder, here);
        const auto added = mergeEvents(folder, this->sent(folder, sent), {});
        QVERIFY2(added, added ? "" : describe(added.error()).c_str());
        QCOMPARE(int(*added), int(after.size() - here.size()));
        QCOMPARE(seqsOf(folder), after);
        QCOMPARE(int(*mergeEvents(folder, this->sent(folder, sent), {})), 0);
        // The stream goes on behind it.
        write(folder, {int(after.back()) + 1});
        QCOMPARE(seqsOf(folder).constLast(), after.back() + 1);
    }

    void eachAttemptIsFilledFromItsOwnPod_data() {
        QTest::addColumn<double>("shiftOfFirst");
        QTest::addColumn<QList<int>>("first");
        QTest::addColumn<QList<int>>("second");
        // The times of what is here tell which attempt the pod's events are of.
        QTest::newRow("the first") << 0.0 << QList<int>{1, 2, 3, 4} << QList<int>{1, 4};
        QTest::newRow("the second") << -0.5 << QList<int>{1, 3} << QList<int>{1, 2, 3, 4};
    }
    void eachAttemptIsFilledFromItsOwnPod() {
        QFETCH(double, shiftOfFirst);
        QFETCH(QList<int>, first);
        QFETCH(QList<int>, second);
        const RunFolder folder = m_fixture.makeRun();
        QVERIFY(folder.update([](RunRecord& record) { record.attempt = 2; }));
        write(folder, {1, 3}, 1, shiftOfFirst);
        write(folder, {1, 4}, 2, shiftOfFirst == 0 ? 0.5 : 0);
        QVERIFY(mergeEvents(folder, sent(folder, upTo(4)), {}));
        QCOMPARE(seqsOf(folder, 1), first);
        QCOMPARE(seqsOf(folder, 2), second);
    }

    void aPodThatNobodyEverSawIsANewAttempt() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 2}, 1, -0.5);
        QVERIFY(mergeEvents(folder, sent(folder, upTo(3)), {}));
        QCOMPARE(seqsOf(folder, 1), (QList<int>{1, 2}));
        QCOMPARE(seqsOf(folder, 2), upTo(3));
    }

    // A loader's last words were numbered behind a log that ended too soon.
    void linesOfOthersGoBehindTheAgents() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 2});
        Event line = told(folder, 3, 99);
        line.body = LogEvent{LogEvent::Stream::Agent, "terminate called"};
        QVERIFY(*EventWriter::open(folder)->append(line));
        QVERIFY(mergeEvents(folder, sent(folder, upTo(5)), {}));
        QCOMPARE(seqsOf(folder), upTo(6));
        const auto events = *EventReader(folder).next();
        QCOMPARE(std::get<LogEvent>(events.back().body).text, std::string("terminate called"));
    }

    void linesThatAreNoEventsStay() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 3});
        RunFixture::append(folder.eventsFile(0), "{\"v\":1,\"kind\":\"from the future\"}\nhalf a li");
        QVERIFY(mergeEvents(folder, sent(folder, upTo(3)), {}));
        const std::string text = RunFixture::text(folder.eventsFile(0));
        QVERIFY(text.find("from the future") != std::string::npos);
        QVERIFY(text.ends_with("\n"));
        QCOMPARE(seqsOf(folder), upTo(3));
    }

    void otherRunsEventsAreNotTaken() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {2});
        const fs::path file = folder.path() / "sent.jsonl";
        RunFixture::append(file, encodeEvent(RunFixture::event(1, HeartbeatEvent{})) + "\n");
        QCOMPARE(int(*mergeEvents(folder, file, {})), 0);
        QCOMPARE(seqsOf(folder), QList<int>{2});
    }

    void curvesAreMadeAnew() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 5, 6});
        QCOMPARE(CurveStore::open(folder)->curves().at("loss").size(), std::size_t{3});
        QVERIFY(mergeEvents(folder, sent(folder, upTo(6)), {}));
        const auto points = *CurveStore::open(folder)->curves().at("loss").points({}, 100);
        QCOMPARE(points.size(), std::size_t{6});
        for (std::size_t i = 0; i < points.size(); ++i) QCOMPARE(points[i].step, std::int64_t(i + 1));
    }

    void whoReadMeanwhileGetsTheRestOnce() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 5});
        EventReader reader(folder);
        QCOMPARE(reader.next()->size(), std::size_t{2});
        QCOMPARE(reader.rewrites(), std::size_t{0});
        QVERIFY(mergeEvents(folder, sent(folder, upTo(6)), {}));
        QList<int> late;
        for (auto some = reader.next(2); !some->empty(); some = reader.next(2)) {
            for (const Event& event : *some) late.push_back(int(event.seq));
        }
        QCOMPARE(late, (QList<int>{2, 3, 4, 6}));
        QCOMPARE(reader.rewrites(), std::size_t{1});
        QCOMPARE(reader.damagedLines(), std::size_t{0});
        QVERIFY(lostEvents(folder)->empty());
    }

    void whereNothingCanBeWrittenAllStays() {
        const RunFolder folder = m_fixture.makeRun();
        write(folder, {1, 3});
        const fs::path file = sent(folder, upTo(3));
        fs::create_directories(folder.eventsFile(0).string() + ".merged");
        QVERIFY(!mergeEvents(folder, file, {}));
        QCOMPARE(seqsOf(folder), (QList<int>{1, 3}));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(mergeEvents(folder, file, stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_eventmerge)
#include "tst_eventmerge.moc"
