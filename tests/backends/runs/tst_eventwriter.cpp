// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"
#include "runfixture.h"

#include <QTest>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace slipway;

class tst_eventwriter : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    static EventBody metric(double value) {
        return MetricEvent{static_cast<std::int64_t>(value), {{"loss", value}}};
    }
    static std::size_t lines(const RunFolder& folder, int rank = 0) {
        const std::string text = RunFixture::text(folder.eventsFile(rank));
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

private Q_SLOTS:
    void dropsWhatItHas() {
        const RunFolder folder = m_fixture.makeRun();
        {
            auto writer = EventWriter::open(folder);
            QVERIFY(writer);
            QVERIFY(*writer->append(RunFixture::event(1, metric(1))));
            QVERIFY(*writer->append(RunFixture::event(2, metric(2))));
            QVERIFY(!*writer->append(RunFixture::event(2, metric(2))));
            QVERIFY(*writer->append(RunFixture::event(1, metric(1), 1)));
            QCOMPARE(writer->lastSeq(1, 0), std::uint64_t{2});
        }
        auto again = EventWriter::open(folder);
        QVERIFY(again);
        QCOMPARE(again->lastSeq(1, 0), std::uint64_t{2});
        QCOMPARE(again->lastSeq(1, 1), std::uint64_t{1});
        QCOMPARE(again->lastSeq(2, 0), std::uint64_t{0});
        QVERIFY(!*again->append(RunFixture::event(1, metric(1))));
        QVERIFY(*again->append(RunFixture::event(3, metric(3))));
        QVERIFY(*again->append(RunFixture::event(1, metric(4), 0, 2)));
        QCOMPARE(lines(folder), std::size_t{4});
    }

    void earlierAttemptsAreRemembered() {
        const RunFolder folder = m_fixture.makeRun();
        {
            auto writer = EventWriter::open(folder);
            // More than the tail that is read for a single attempt.
            for (std::uint64_t seq = 1; seq <= 3000; ++seq)
                QVERIFY(*writer->append(RunFixture::event(seq, metric(1))));
            for (std::uint64_t seq = 1; seq <= 3000; ++seq)
                QVERIFY(*writer->append(RunFixture::event(seq, metric(1), 0, 2)));
        }
        auto writer = EventWriter::open(folder);
        QCOMPARE(writer->lastSeq(1, 0), std::uint64_t{3000});
        QCOMPARE(writer->lastSeq(2, 0), std::uint64_t{3000});
    }

    void halfALineIsCut_data() {
        QTest::addColumn<QByteArray>("rest");
        QTest::newRow("half") << QByteArray("{\"v\":1,\"run\":\"fash");
        QTest::newRow("zeros") << QByteArray(5000, '\0');
        QTest::newRow("long") << QByteArray(200000, 'x');
    }
    void halfALineIsCut() {
        QFETCH(QByteArray, rest);
        const RunFolder folder = m_fixture.makeRun();
        {
            auto writer = EventWriter::open(folder);
            QVERIFY(*writer->append(RunFixture::event(1, metric(1))));
        }
        const std::string whole = RunFixture::text(folder.eventsFile(0));
        RunFixture::append(folder.eventsFile(0), rest.toStdString());
        auto writer = EventWriter::open(folder);
        QVERIFY(writer);
        QCOMPARE(RunFixture::text(folder.eventsFile(0)), whole);
        QCOMPARE(writer->lastSeq(1, 0), std::uint64_t{1});
        QVERIFY(*writer->append(RunFixture::event(2, metric(2))));
        EventReader reader(folder);
        QCOMPARE(reader.next()->size(), std::size_t{2});
        QCOMPARE(reader.damagedLines(), std::size_t{0});
    }

    void aFullDiskDamagesNothing() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, metric(1))));
        const std::string before = RunFixture::text(folder.eventsFile(0));
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit old {};
        ::getrlimit(RLIMIT_FSIZE, &old);
        const struct rlimit tiny { before.size() + 20, old.rlim_max };
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tiny), 0);
        const auto failed = writer->append(RunFixture::event(2, metric(2)));
        const std::string during = RunFixture::text(folder.eventsFile(0));
        ::setrlimit(RLIMIT_FSIZE, &old);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Io);
        QCOMPARE(during, before);
        QCOMPARE(writer->lastSeq(1, 0), std::uint64_t{1});
        QVERIFY(*writer->append(RunFixture::event(2, metric(2))));
        QCOMPARE(lines(folder), std::size_t{2});
    }

    void oneWriterAtATime() {
        const RunFolder folder = m_fixture.makeRun();
        {
            auto writer = EventWriter::open(folder);
            QVERIFY(writer);
            QCOMPARE(EventWriter::open(folder).error().code, ErrorCode::Conflict);
        }
        QVERIFY(EventWriter::open(folder));
    }

    void killedWritersLoseNothingTheyReported() {
        const RunFolder folder = m_fixture.makeRun();
        std::array<int, 2> ends{};
        QCOMPARE(::pipe(ends.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto writer = EventWriter::open(folder);
            for (std::uint64_t seq = 1;; ++seq) {
                if (!writer || !writer->append(RunFixture::event(seq, metric(1)))) ::_exit(1);
                if (::write(ends[1], &seq, sizeof seq) < 0) ::_exit(1);
            }
        }
        ::close(ends[1]);
        std::uint64_t reported = 0;
        while (reported < 500)
            QCOMPARE(::read(ends[0], &reported, sizeof reported), ssize_t{sizeof reported});
        ::kill(child, SIGKILL);
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        while (::read(ends[0], &reported, sizeof reported) == ssize_t{sizeof reported}) {
        }
        ::close(ends[0]);
        auto writer = EventWriter::open(folder);
        QVERIFY(writer);
        QVERIFY(writer->lastSeq(1, 0) >= reported);
        EventReader reader(folder);
        const auto events = reader.next(1000000);
        QCOMPARE(events->size(), static_cast<std::size_t>(writer->lastSeq(1, 0)));
        for (std::size_t i = 0; i < events->size(); ++i)
            QCOMPARE((*events)[i].seq, static_cast<std::uint64_t>(i + 1));
    }

    void tooLongIsRefused() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        LogEvent log{LogEvent::Stream::Stdout, std::string(kMaxEventBytes, 'x')};
        QCOMPARE(writer->append(RunFixture::event(1, log)).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(writer->lastSeq(1, 0), std::uint64_t{0});
    }
};

QTEST_APPLESS_MAIN(tst_eventwriter)
#include "tst_eventwriter.moc"
