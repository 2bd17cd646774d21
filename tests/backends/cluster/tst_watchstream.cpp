// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/watchstream.h"

#include <QTest>

#include <vector>

using namespace slipway;
using namespace slipway::kube;

class tst_WatchStream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void decodesEveryKind() {
        const auto modified = decodeWatchLine(
            R"({"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"7"}}})");
        QVERIFY(modified);
        QCOMPARE(modified->kind, WatchKind::Modified);
        QCOMPARE(modified->name, std::string("a"));
        QCOMPARE(modified->resourceVersion, std::string("7"));
        const auto error = decodeWatchLine(
            "{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"too old resource version: 1 (4017)\"}}");
        QVERIFY(error);
        QCOMPARE(error->kind, WatchKind::Error);
        QCOMPARE(error->code, 410);
        QCOMPARE(error->message, std::string("too old resource version: 1 (4017)"));
        for (const auto& [type, kind] : {std::pair{"ADDED", WatchKind::Added},
                                         {"DELETED", WatchKind::Deleted},
                                         {"BOOKMARK", WatchKind::Bookmark}}) {
            const auto event = decodeWatchLine(std::string("{\"type\":\"") + type + "\",\"object\":{}}");
            QVERIFY(event);
            QCOMPARE(event->kind, kind);
        }
    }
    void refusesOtherText() {
        for (const char* line : {"", "{", "[]", "null", R"({"type":"ADDED"})",
                                 R"({"type":"OTHER","object":{}})", R"({"type":1,"object":{}})"}) {
            const auto event = decodeWatchLine(line);
            QVERIFY2(!event, line);
            QCOMPARE(event.error().code, ErrorCode::Corrupt);
        }
    }
    void readsAStreamCutAnywhere() {
        const std::string text =
            "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n\n{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n";
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            WatchStream stream;
            std::vector<WatchEvent> events;
            const auto take = [&](WatchEvent event) { return events.push_back(std::move(event)), true; };
            QVERIFY(stream.feed(text.substr(0, cut), take));
            QVERIFY(stream.feed(text.substr(cut), take));
            QCOMPARE(events.size(), std::size_t{2});
            QCOMPARE(events[1].resourceVersion, std::string("9"));
        }
    }
    void refusesALineWithoutEnd() {
        WatchStream stream;
        const std::string part(1 << 20, 'x');
        const auto take = [](const WatchEvent&) { return true; };
        for (int i = 0; i < 8; ++i) QVERIFY(stream.feed(part, take));
        QVERIFY(!stream.feed(part, take));
    }
};
QTEST_APPLESS_MAIN(tst_WatchStream)
#include "tst_watchstream.moc"
