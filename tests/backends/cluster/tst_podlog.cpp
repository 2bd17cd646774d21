// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/podlog.h"

#include "backends/events/eventcodec.h"
#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;
using Taken = PodLogDecoder::Taken;

namespace {

RunId run() { return RunId("mlp-1-aaaaa"); }

std::string line(std::uint64_t seq, int second, int rank = 0) {
    Event event{run(), 1, rank, seq, Timestamp{}, ProgressEvent{static_cast<std::int64_t>(seq), 0, 0, 0, 0}};
    return "2026-09-01T10:00:0" + std::to_string(second) + ".123456789Z " + encodeEvent(event);
}

PodLogKey key(std::uint64_t lastSeq = 0, int attempt = 1) { return {run(), attempt, 0, lastSeq}; }

constexpr const char* kEnded =
    R"({"status":{"phase":"Succeeded","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":0}}}]}})";
constexpr const char* kRunning =
    R"({"status":{"phase":"Running","containerStatuses":[{"name":"main","state":{"running":{}}}]}})";

}  // namespace

class tst_PodLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesEachEventOnce() {
        PodLogDecoder decoder(key());
        QCOMPARE(decoder.take(line(1, 1)), Taken::New);
        QCOMPARE(decoder.take(line(2, 2)), Taken::New);
        QCOMPARE(decoder.event().seq, std::uint64_t{2});
        QCOMPARE(decoder.take(line(1, 1)), Taken::Nothing);
        QCOMPARE(decoder.take(line(3, 3)), Taken::New);
        QCOMPARE(decoder.since(), std::string("2026-09-01T10:00:03.123456789Z"));
    }
    void goesOnBehindWhatTheFolderHas() {
        PodLogDecoder decoder(key(2));
        QCOMPARE(decoder.take(line(2, 2)), Taken::Nothing);
        QCOMPARE(decoder.take(line(3, 3)), Taken::New);
    }
    void numbersTheAttemptItself() {
        PodLogDecoder decoder(key(0, 3));
        QCOMPARE(decoder.take(line(1, 1)), Taken::New);
        QCOMPARE(decoder.event().attempt, 3);
    }
    void asksForAGapOnce() {
        PodLogDecoder decoder(key());
        QCOMPARE(decoder.take(line(1, 1)), Taken::New);
        QCOMPARE(decoder.take(line(4, 4)), Taken::Gap);
        QCOMPARE(decoder.since(), std::string("2026-09-01T10:00:01.123456789Z"));
        QCOMPARE(decoder.take(line(1, 1)), Taken::Nothing);
        QCOMPARE(decoder.take(line(2, 2)), Taken::New);
        QCOMPARE(decoder.take(line(4, 4)), Taken::New);
    }
    void keepsForeignLinesForTheEnd() {
        PodLogDecoder decoder(key());
        QCOMPARE(decoder.take("2026-09-01T10:00:00.5Z cannot load library"), Taken::Nothing);
        QCOMPARE(decoder.take(line(1, 1)), Taken::New);
        QCOMPARE(decoder.take("2026-09-01T10:00:00.5Z cannot load library"), Taken::Nothing);
        QCOMPARE(decoder.take(line(1, 1, 5)), Taken::Nothing);  // of another rank: no event of this log
        QCOMPARE(decoder.take("unable to retrieve container logs for containerd://1"), Taken::Nothing);
        QCOMPARE(decoder.take(""), Taken::Nothing);
        const auto foreign = decoder.foreignEvents();
        QCOMPARE(foreign.size(), std::size_t{2});
        QCOMPARE(foreign[0].seq, std::uint64_t{2});
        QCOMPARE(std::get<LogEvent>(foreign[0].body).text, std::string("cannot load library"));
        QCOMPARE(std::get<LogEvent>(foreign[0].body).stream, LogEvent::Stream::Agent);
    }

    void followsOverCutsToTheEnd() {
        // Not started yet; a stream that loses lines; the missing ones; the end; the last reading.
        std::vector<std::string> pods{kRunning, kRunning, kEnded};
        std::vector<HttpResponse> logs{
            refusal(400, "BadRequest",
                    "container \"main\" in pod \"p\" is waiting to start: ContainerCreating"),
            answer(200, line(1, 1) + "\n" + line(3, 3) + "\n"),
            answer(200,
                   line(1, 1) + "\n" + line(2, 2) + "\n" + line(3, 3) + "\n2026-09-01T10:00:04Z odd words\n"),
            answer(200, line(3, 3) + "\n" + line(4, 4) + "\n"), answer(200, line(4, 4) + "\n" + line(5, 5))};
        std::size_t nextPod = 0;
        std::size_t nextLog = 0;
        const auto http = std::make_shared<FakeHttp>([&](const HttpRequest& request) -> Result<HttpResponse> {
            if (pathOf(request).ends_with("/log")) return logs[std::min(nextLog++, logs.size() - 1)];
            return answer(200, pods[std::min(nextPod++, pods.size() - 1)]);
        });
        ApiClient api(http, tokenAccess(), instantPacing());
        std::vector<std::uint64_t> seqs;
        const auto give = [&](const Event& event) -> Result<void> {
            return seqs.push_back(event.seq), Result<void>();
        };
        QVERIFY(followPodLog(api, {"team-a", "p"}, key(), give, {}));
        QCOMPARE(seqs, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
        std::vector<std::string> asked;
        for (const HttpRequest& request : http->requests()) {
            if (pathOf(request).ends_with("/log")) asked.push_back(request.url);
        }
        QCOMPARE(asked.size(), std::size_t{5});
        QVERIFY(asked[0].ends_with("/log?container=main&timestamps=true&follow=true"));
        QVERIFY(asked[2].ends_with("&follow=true&sinceTime=2026-09-01T10%3A00%3A01.123456789Z"));
        QVERIFY(asked[4].find("follow") == std::string::npos);
    }
    void endsWithItsPod() {
        const auto http = std::make_shared<FakeHttp>(
            [&](const HttpRequest&) -> Result<HttpResponse> { return refusal(404, "NotFound", "gone"); });
        ApiClient api(http, tokenAccess(), instantPacing());
        QVERIFY(followPodLog(api, {"team-a", "p"}, key(), [](const Event&) { return Result<void>(); }, {}));
    }
    void anErrorOfTheFolderEndsIt() {
        const auto http = std::make_shared<FakeHttp>(
            [&](const HttpRequest&) -> Result<HttpResponse> { return answer(200, line(1, 1) + "\n"); });
        ApiClient api(http, tokenAccess(), instantPacing());
        const auto ended =
            followPodLog(api, {"team-a", "p"}, key(),
                         [](const Event&) {
                             return Result<void>(Error{ErrorCode::Io, "no space left", "", ""});
                         },
                         {});
        QVERIFY(!ended);
        QCOMPARE(ended.error().code, ErrorCode::Io);
    }
    void readsWhatIsThere() {
        const auto http = std::make_shared<FakeHttp>([&](const HttpRequest&) -> Result<HttpResponse> {
            return answer(200, line(2, 2) + "\n2026-09-01T10:00:04Z odd\n");
        });
        ApiClient api(http, tokenAccess(), instantPacing());
        int events = 0;
        const auto give = [&](const Event&) { return ++events, Result<void>(); };
        QVERIFY(readPodLog(api, {"team-a", "p"}, key(), false, give, {}));
        QCOMPARE(events, 1);
        QVERIFY(readPodLog(api, {"team-a", "p"}, key(), true, give, {}));
        QCOMPARE(events, 3);
    }
};
QTEST_APPLESS_MAIN(tst_PodLog)
#include "tst_podlog.moc"
