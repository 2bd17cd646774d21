// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace slipway;

namespace {

Event eventWith(EventBody body) {
    return {RunId("fashion-mlp-42-k3x9f"),
            2,
            3,
            7,
            *parseTimestamp("2026-09-01T10:00:00.000123Z"),
            std::move(body)};
}

std::vector<EventBody> allBodies() {
    return {StateEvent{RunState::Queued, "waits for 2 of 2 CPU slots, held by run 41"},
            RankStartedEvent{"node-1", 123, "cuda:0 NVIDIA H100 80GB HBM3"},
            InputEvent{"train", "sha256:" + std::string(64, 'a'), Bytes{std::int64_t{1} << 40}},
            ProgressEvent{10, 100, 0.5, 1234.5, 0.001, "cpu"},
            MetricEvent{10, {{"loss", 0.31}, {"test/accuracy", 0.9}}},
            CheckpointEvent{100, "checkpoints/step-100", Bytes{4096}, 0.2, "r/a@sha256:1", "test/loss"},
            LogEvent{LogEvent::Stream::Stderr, "a \"quoted\" \\ line \x01 \xC3\xA9", true},
            HeartbeatEvent{Bytes{12345}, 1.5, Bytes{23456}},
            RankExitedEvent{-1, 9, "ended by signal 9; often out of memory", Bytes{1 << 30}, true, 7.5},
            ResultEvent{{{"model.safetensors", Digest("sha256:00"), Bytes{5}},
                         {"logs/a b.txt", Digest("sha256:11"), Bytes{0}}},
                        "registry/repository@sha256:22"},
            EnergyEvent{1234.5, std::nullopt, "CPU: its counters are not open to this user", Bytes{1 << 20}},
            ThrottleEvent{"GPU 0", "power cap", 12.5},
            SummaryEvent{RunState::Interrupted, "stopped with a checkpoint", 143, 12.5}};
}

}  // namespace

class tst_eventcodec : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesTheDocumentedLine() {
        const Event event = eventWith(MetricEvent{10, {{"loss", 2.1}}});
        QCOMPARE(
            encodeEvent(event),
            std::string(
                R"({"v":1,"run":"fashion-mlp-42-k3x9f","attempt":2,"rank":3,"seq":7,"time":"2026-09-01T10:00:00.000123Z",)"
                R"("kind":"metric","step":10,"values":{"loss":2.1}})"));
        const MetricEvent written{1, {{"a", 1}}, *parseTimestamp("2026-09-01T09:59:00.5Z")};
        const std::string line =
            R"({"kind":"metric","step":1,"values":{"a":1.0},"written":"2026-09-01T09:59:00.500000Z"})";
        QCOMPARE(encodeBody(written), line);
        QCOMPARE(std::get<MetricEvent>(**decodeBody(line)).written, written.written);
        QCOMPARE(std::get<MetricEvent>((*decodeEvent(encodeEvent(eventWith(written))))->body).written,
                 written.written);
    }

    void everyKindComesBack() {
        QCOMPARE(allBodies().size(), std::variant_size_v<EventBody>);
        for (const EventBody& body : allBodies()) {
            const std::string line = encodeEvent(eventWith(body));
            const auto back = decodeEvent(line);
            QVERIFY2(back && *back, line.c_str());
            QCOMPARE((*back)->body.index(), body.index());
            QCOMPARE(encodeEvent(**back), line);
            QCOMPARE((*back)->run, RunId("fashion-mlp-42-k3x9f"));
            QCOMPARE((*back)->attempt, 2);
            QCOMPARE((*back)->rank, 3);
            QCOMPARE((*back)->seq, std::uint64_t{7});

            const auto bodyBack = decodeBody(encodeBody(body));
            QVERIFY(bodyBack && *bodyBack);
            QCOMPARE(encodeBody(**bodyBack), encodeBody(body));
        }
    }

    void numbersThatJsonLacks() {
        const double inf = std::numeric_limits<double>::infinity();
        const std::string line = encodeBody(MetricEvent{1, {{"a", std::nan("")}, {"b", inf}, {"c", -inf}}});
        QCOMPARE(line,
                 std::string(R"({"kind":"metric","step":1,"values":{"a":"nan","b":"inf","c":"-inf"}})"));
        const auto back = decodeBody(line);
        QVERIFY(back && *back);
        const auto& values = std::get<MetricEvent>(**back).values;
        QVERIFY(std::isnan(values.at("a")));
        QCOMPARE(values.at("b"), inf);
        QCOMPARE(values.at("c"), -inf);
    }

    void newerAgentsAreSkippedNotRefused() {
        const auto unknown = decodeBody(R"({"kind":"hologram","x":1})");
        QVERIFY(unknown);
        QVERIFY(!unknown->has_value());
        const auto more = decodeBody(R"({"kind":"metric","step":1,"values":{"loss":1},"unit":"nats"})");
        QVERIFY(more && *more);
        QCOMPARE(std::get<MetricEvent>(**more).values.at("loss"), 1.0);
    }

    void badBodies_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("empty") << QByteArray("") << QByteArray("no JSON");
        QTest::newRow("garbage") << QByteArray("\x00\xff{", 3) << QByteArray("no JSON");
        QTest::newRow("broken UTF-8")
            << QByteArray("{\"kind\":\"log\",\"text\":\"\xff\"}") << QByteArray("no JSON");
        QTest::newRow("list") << QByteArray("[1]") << QByteArray("no JSON object");
        QTest::newRow("no kind") << QByteArray("{}") << QByteArray("\"kind\" is missing");
        QTest::newRow("kind no text") << QByteArray(R"({"kind":3})") << QByteArray("\"kind\" is no text");
        QTest::newRow("no step") << QByteArray(R"({"kind":"metric","values":{"a":1}})")
                                 << QByteArray("\"step\" is missing");
        QTest::newRow("step real") << QByteArray(R"({"kind":"progress","step":1.5})")
                                   << QByteArray("whole number");
        QTest::newRow("step huge") << QByteArray(R"({"kind":"progress","step":18446744073709551615})")
                                   << QByteArray("whole number");
        QTest::newRow("step negative")
            << QByteArray(R"({"kind":"progress","step":-1})") << QByteArray("out of range");
        QTest::newRow("value text") << QByteArray(R"({"kind":"metric","step":1,"values":{"loss":"low"}})")
                                    << QByteArray("no number");
        QTest::newRow("no values") << QByteArray(R"({"kind":"metric","step":1,"values":{}})")
                                   << QByteArray("an object");
        QTest::newRow("written") << QByteArray(
                                        R"({"kind":"metric","step":1,"values":{"a":1},"written":"soon"})")
                                 << QByteArray("not a time");
        QTest::newRow("long name") << QByteArray("{\"kind\":\"metric\",\"step\":1,\"values\":{\"") +
                                          QByteArray(81, 'n') + "\":1}}"
                                   << QByteArray("1 to 80 bytes");
        QTest::newRow("path up") << QByteArray(R"({"kind":"checkpoint","step":1,"path":"a/../../etc"})")
                                 << QByteArray("relative");
        QTest::newRow("path root") << QByteArray(R"({"kind":"checkpoint","step":1,"path":"/etc"})")
                                   << QByteArray("relative");
        QTest::newRow("result path")
            << QByteArray(R"({"kind":"result","files":[{"path":"../x","digest":"sha256:0"}]})")
            << QByteArray("relative");
        QTest::newRow("state") << QByteArray(R"({"kind":"state","state":"happy"})")
                               << QByteArray("is no state");
        QTest::newRow("stream") << QByteArray(R"({"kind":"log","stream":"x","text":""})")
                                << QByteArray("stdout, stderr or agent");
        QTest::newRow("too long") << QByteArray("{\"kind\":\"log\",\"text\":\"") +
                                         QByteArray(int{kMaxEventBytes}, 'x') + "\"}"
                                  << QByteArray("longer than 16384 bytes");
        QTest::newRow("deep") << QByteArray(16000, '[') << QByteArray("no JSON");
    }
    void badBodies() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, reason);
        const auto body = decodeBody({line.data(), static_cast<std::size_t>(line.size())});
        QVERIFY(!body);
        QCOMPARE(body.error().code, ErrorCode::Corrupt);
        QVERIFY2(body.error().message.find(reason.toStdString()) != std::string::npos,
                 body.error().message.c_str());
    }

    void badEnvelopes_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("version") << QByteArray("\"v\":1") << QByteArray("\"v\":0");
        QTest::newRow("no version") << QByteArray("\"v\":1,") << QByteArray("");
        QTest::newRow("attempt") << QByteArray("\"attempt\":2") << QByteArray("\"attempt\":0");
        QTest::newRow("rank") << QByteArray("\"rank\":3") << QByteArray("\"rank\":-1");
        QTest::newRow("seq") << QByteArray("\"seq\":7") << QByteArray("\"seq\":0");
        QTest::newRow("time") << QByteArray("2026-09") << QByteArray("2026-13");
        QTest::newRow("run") << QByteArray("fashion") << QByteArray(300, 'r');
        QTest::newRow("cut") << QByteArray("}}") << QByteArray("");
    }
    void badEnvelopes() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QByteArray line = QByteArray::fromStdString(encodeEvent(eventWith(MetricEvent{1, {{"a", 1}}})));
        QVERIFY(decodeEvent(line.toStdString()));
        QVERIFY(line.contains(from));
        line.replace(from, to);
        const auto event = decodeEvent(line.toStdString());
        QVERIFY(!event);
        QCOMPARE(event.error().code, ErrorCode::Corrupt);
    }

    void onlySomeBodiesComeFromPrograms() {
        std::size_t allowed = 0;
        for (const EventBody& body : allBodies()) allowed += isProgramBody(body) ? 1 : 0;
        QCOMPARE(allowed, std::size_t{5});
        QVERIFY(!isProgramBody(SummaryEvent{}));
        QVERIFY(!isProgramBody(StateEvent{}));
    }

    void manyValuesBecomeSeveralEvents() {
        MetricEvent metric{5, {}, *parseTimestamp("2026-09-01T09:59:00Z")};
        for (int i = 0; i < 2000; ++i)
            metric.values["layer/" + std::to_string(i) + "/gradient-norm"] = i / 3.0;
        std::map<std::string, double> back;
        const auto parts = splitBody(metric);
        QVERIFY(parts.size() > 1);
        for (const EventBody& part : parts) {
            QVERIFY(encodeEvent(eventWith(part)).size() <= kMaxEventBytes);
            const auto& values = std::get<MetricEvent>(part).values;
            QCOMPARE(std::get<MetricEvent>(part).written, metric.written);
            back.insert(values.begin(), values.end());
        }
        QCOMPARE(back, metric.values);

        ResultEvent result{{}, "registry/repository@sha256:22"};
        for (int i = 0; i < 1000; ++i)
            result.files.push_back(
                {"f" + std::to_string(i), Digest("sha256:" + std::string(64, 'b')), Bytes{i}});
        std::size_t files = 0;
        for (const EventBody& part : splitBody(result)) {
            QVERIFY(encodeEvent(eventWith(part)).size() <= kMaxEventBytes);
            files += std::get<ResultEvent>(part).files.size();
        }
        QCOMPARE(files, result.files.size());
        QCOMPARE(splitBody(StateEvent{}).size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(tst_eventcodec)
#include "tst_eventcodec.moc"
