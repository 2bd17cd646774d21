// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"
#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_eventreader : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    static EventBody log(const std::string& text) { return LogEvent{LogEvent::Stream::Stdout, text}; }
    static std::string texts(const std::vector<Event>& events) {
        std::string all;
        for (const Event& event : events) all += std::get<LogEvent>(event.body).text;
        return all;
    }

private Q_SLOTS:
    void ranksAreMergedByTime() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, log("a"), 0, 1, 1)));
        QVERIFY(*writer->append(RunFixture::event(2, log("d"), 0, 1, 4)));
        QVERIFY(*writer->append(RunFixture::event(3, log("e"), 0, 1, 3)));  // its clock went back
        QVERIFY(*writer->append(RunFixture::event(1, log("b"), 1, 1, 2)));
        QVERIFY(*writer->append(RunFixture::event(2, log("c"), 1, 1, 3)));
        EventReader reader(folder);
        QCOMPARE(texts(*reader.next()), std::string("abcde"));
        QVERIFY(reader.next()->empty());
        QVERIFY(*writer->append(RunFixture::event(3, log("f"), 1)));
        QCOMPARE(texts(*reader.next()), std::string("f"));

        EventReader slow(folder);
        std::string all;
        for (auto some = slow.next(2); !some->empty(); some = slow.next(2)) {
            QVERIFY(some->size() <= 2);
            all += texts(*some);
        }
        QCOMPARE(all.size(), std::size_t{6});
        QCOMPARE(all.substr(0, 3), std::string("abc"));
    }

    void halfALineWaits() {
        const RunFolder folder = m_fixture.makeRun();
        const std::string line = encodeEvent(RunFixture::event(1, log("x"))) + "\n";
        std::filesystem::create_directories(folder.eventsFile(0).parent_path());
        EventReader reader(folder);
        RunFixture::append(folder.eventsFile(0), line.substr(0, 30));
        QVERIFY(reader.next()->empty());
        RunFixture::append(folder.eventsFile(0), line.substr(30));
        QCOMPARE(reader.next()->size(), std::size_t{1});
        QCOMPARE(reader.damagedLines(), std::size_t{0});
    }

    void damageIsCountedAndPassed() {
        const RunFolder folder = m_fixture.makeRun();
        std::filesystem::create_directories(folder.eventsFile(0).parent_path());
        const std::string line = encodeEvent(RunFixture::event(1, log("x"))) + "\n";
        RunFixture::append(folder.eventsFile(0), "garbage\n" + line + std::string(100, '\0') + "\n" +
                                                     std::string(3 << 20, 'y') + "\n" + line);
        EventReader reader(folder);
        QCOMPARE(reader.next()->size(), std::size_t{2});
        QVERIFY(reader.damagedLines() >= 3);
        const std::size_t damaged = reader.damagedLines();
        QVERIFY(reader.next()->empty());
        QCOMPARE(reader.damagedLines(), damaged);
    }

    void noEventsYet() {
        EventReader reader(m_fixture.makeRun());
        QVERIFY(reader.next()->empty());
    }
};

QTEST_APPLESS_MAIN(tst_eventreader)
#include "tst_eventreader.moc"
