// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/toldresult.h"

#include "backends/events/eventcodec.h"

#include <QTest>

using namespace slipway;

class tst_toldresult : public QObject {
    Q_OBJECT

    static ResultFile file(const std::string& path) {
        return {path, Digest("sha256:" + std::string(64, 'a')), Bytes{1}};
    }
    static Event event(EventBody body, int rank = 0) {
        Event event;
        event.rank = rank;
        event.body = std::move(body);
        return event;
    }

private Q_SLOTS:
    void allPiecesOfALongResultCount() {
        ResultEvent whole{{}, "registry/x@sha256:1"};
        for (int i = 0; i < 500; ++i) whole.files.push_back(file("shard-" + std::to_string(i)));
        const auto pieces = splitBody(whole);
        QVERIFY(pieces.size() > 2);
        ToldResult told;
        for (const EventBody& piece : pieces) told.note(event(piece));
        QCOMPARE(told.result().reference, whole.reference);
        QCOMPARE(told.result().files.size(), whole.files.size());
        for (std::size_t i = 0; i < whole.files.size(); ++i)
            QCOMPARE(told.result().files[i].path, whole.files[i].path);
    }

    void ofSeveralAttemptsTheLastThatToldOneCounts() {
        ToldResult told;
        told.note(event(StateEvent{}));
        told.note(event(ResultEvent{{file("first")}, "registry/x@sha256:1"}));
        told.note(event(StateEvent{}));
        QCOMPARE(told.result().files.at(0).path, std::string("first"));
        told.note(event(ResultEvent{{file("second")}, "registry/x@sha256:2"}));
        told.note(event(StateEvent{}, 1));  // another pod begins late
        told.note(event(ResultEvent{{file("third")}, "registry/x@sha256:2"}));
        QCOMPARE(told.result().files.size(), std::size_t{2});
        QCOMPARE(told.result().files.at(0).path, std::string("second"));
        QCOMPARE(told.result().reference, std::string("registry/x@sha256:2"));
    }

    void otherRanksSaveNothingForTheRun() {
        ToldResult told;
        QVERIFY(told.result().files.empty() && told.result().reference.empty());
        told.note(event(ResultEvent{{file("model")}, "registry/x@sha256:1"}));
        told.note(event(ResultEvent{{file("left behind")}, ""}, 1));
        QCOMPARE(told.result().files.size(), std::size_t{1});
        QCOMPARE(told.result().reference, std::string("registry/x@sha256:1"));
    }

    void isWholeWhenTheLastAttemptWasHeardToItsEnd_data() {
        QTest::addColumn<QList<int>>("seqs");  // of the last attempt; the last one is its summary
        QTest::addColumn<bool>("isOver");
        QTest::addColumn<bool>("isWhole");
        QTest::newRow("all") << QList<int>{1, 2, 3} << true << true;
        QTest::newRow("no end") << QList<int>{1, 2, 3} << false << false;
        QTest::newRow("a hole") << QList<int>{1, 3} << true << false;
        QTest::newRow("no begin") << QList<int>{2, 3} << true << false;
        QTest::newRow("filled in later") << QList<int>{1, 2, 2, 3} << true << true;
        QTest::newRow("nothing") << QList<int>{} << false << false;
    }
    void isWholeWhenTheLastAttemptWasHeardToItsEnd() {
        QFETCH(QList<int>, seqs);
        QFETCH(bool, isOver);
        QFETCH(bool, isWhole);
        ToldResult told;
        const auto note = [&](int attempt, int seq, EventBody body) {
            Event one = event(std::move(body));
            one.attempt = attempt;
            one.seq = std::uint64_t(seq);
            told.note(one);
        };
        note(1, 7, StateEvent{});  // of the one before nothing is asked
        for (int i = 0; i < seqs.size(); ++i) {
            const bool isEnd = isOver && i == seqs.size() - 1;
            note(2, seqs[i], isEnd ? EventBody(SummaryEvent{}) : EventBody(HeartbeatEvent{}));
        }
        QCOMPARE(told.isWhole(), isWhole);
        QCOMPARE(told.attempt(), seqs.isEmpty() ? 1 : 2);
    }
};

QTEST_APPLESS_MAIN(tst_toldresult)
#include "tst_toldresult.moc"
