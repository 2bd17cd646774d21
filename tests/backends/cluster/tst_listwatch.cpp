// SPDX-License-Identifier: Apache-2.0
// A list that is watched over every way in which a watch ends: what is known of the objects afterwards, and from where it goes on.
#include "fakeapi.h"

#include <QTest>

#include <set>

using namespace slipway;
using namespace slipway::kube;

namespace {

// What the first watch gets: an answer without a stream, or bytes as they come and how they end.
struct Watched {
    int status = 200;
    std::vector<std::string> chunks;
    std::optional<Error> end;  // none: the server closes it
};

std::string line(const char* type, const char* name, const char* version) {
    return std::string(R"({"type":")") + type + R"(","object":{"metadata":{"name":")" + name +
           R"(","resourceVersion":")" + version + "\"}}}\n";
}
std::string failure(int code) {
    return R"({"type":"ERROR","object":{"kind":"Status","code":)" + std::to_string(code) +
           ",\"message\":\"no more\"}}\n";
}

// Objects a and b at version 5; when it is listed again, b is gone and c is new, at version 9. The second watch asks for the stop.
class WatchedHttp final : public HttpClient {
public:
    explicit WatchedHttp(Watched first) : m_first(std::move(first)) {}

    Result<HttpResponse> send(const HttpRequest&, std::stop_token) override {
        ++lists;
        return lists == 1
                   ? answer(
                         200,
                         R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})")
                   : answer(
                         200,
                         R"({"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"c"}}]})");
    }
    Result<HttpResponse> stream(const HttpRequest& request, const std::function<bool(std::string_view)>& sink,
                                std::stop_token) override {
        if (!std::exchange(m_isFirst, false)) {
            const std::string label = "&resourceVersion=";
            version = request.url.substr(request.url.find(label) + label.size());
            stop.request_stop();
            return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        }
        if (m_first.status != 200) return answer(m_first.status, "");
        for (const std::string& chunk : m_first.chunks)
            if (!sink(chunk)) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        if (m_first.end) return *m_first.end;
        return answer(200, "");
    }

    int lists = 0;
    std::string version;  // that the second watch goes on from
    std::stop_source stop;

private:
    Watched m_first;
    bool m_isFirst = true;
};

}  // namespace

Q_DECLARE_METATYPE(Watched)

class tst_ListWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesOn_data() {
        QTest::addColumn<Watched>("first");
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("version");
        QTest::addColumn<int>("cuts");
        const auto row = [](const char* name, Watched first, const char* names, const char* version,
                            int cuts = 0) {
            QTest::newRow(name) << first << QString::fromUtf8(names) << QString::fromUtf8(version) << cuts;
        };
        const std::string six = line("MODIFIED", "a", "6");
        const std::string umlaut = line("ADDED", "\xC3\xA4", "7");
        const std::size_t half = umlaut.find('\xC3') + 1;
        const Error torn{ErrorCode::Unavailable, "the connection was cut", "", ""};
        const Error idle{ErrorCode::Timeout, "nothing came", "", ""};
        const std::string long1(std::size_t{1} << 20, 'x');
        std::vector<std::string> endless(20, long1);
        std::vector<std::string> tooLong = endless;
        tooLong.push_back("\n" + line("ADDED", "d", "7"));

        row("closed at once", {200, {}, {}}, "a b", "5");
        row("closed in time", {200, {six}, {}}, "a b", "6");
        row("a bookmark", {200, {line("BOOKMARK", "", "8")}, {}}, "a b", "8");
        row("added and deleted", {200, {line("ADDED", "d", "6") + line("DELETED", "b", "7")}, {}}, "a d",
            "7");
        row("empty chunks", {200, {"", six.substr(0, 9), "", six.substr(9), ""}, {}}, "a b", "6");
        row("a character over two chunks", {200, {umlaut.substr(0, half), umlaut.substr(half)}, {}},
            "a b \xC3\xA4", "7");
        row("closed inside a character", {200, {six + umlaut.substr(0, half)}, {}}, "a b", "6");
        row("closed inside an object", {200, {six + umlaut.substr(0, 20)}, {}}, "a b", "6");
        row("torn inside a character", {200, {six + umlaut.substr(0, half)}, torn}, "a c", "9", 1);
        row("torn inside an object", {200, {six + umlaut.substr(0, 20)}, torn}, "a c", "9", 1);
        row("torn between objects", {200, {six}, torn}, "a c", "9", 1);
        row("silent", {200, {six}, idle}, "a b", "6");
        row("expired, by its status", {410, {}, {}}, "a c", "9");
        row("expired, by an event", {200, {six + failure(410) + line("ADDED", "d", "7")}, {}}, "a c", "9");
        row("ended by another event", {200, {six + failure(500) + line("ADDED", "d", "7")}, {}}, "a c", "9",
            1);
        row("a version from the future", {504, {}, {}}, "a c", "9", 1);
        row("a server that fails", {500, {}, {}}, "a c", "9", 1);
        row("a line that is too long", {200, tooLong, {}}, "a c", "9", 1);
        row("a line without end", {200, endless, {}}, "a c", "9", 1);
        row("no JSON", {200, {six + "<html>\n"}, {}}, "a c", "9", 1);
        row("no character", {200, {six + "{\"type\":\"ADDED\",\"object\":{\"a\":\"\xC3\"}}\n"}, {}}, "a c",
            "9", 1);
    }
    void goesOn() {
        QFETCH(Watched, first);
        QFETCH(QString, names);
        QFETCH(QString, version);
        QFETCH(int, cuts);
        const auto http = std::make_shared<WatchedHttp>(first);
        ApiClient api(http, tokenAccess(), instantPacing());
        std::set<std::string> known;
        int told = 0;
        const ListWatchSink sink{[&](const std::vector<std::string>& items) {
                                     known.clear();
                                     for (const std::string& item : items)
                                         known.insert(nlohmann::json::parse(item)["metadata"]["name"]);
                                 },
                                 [&](const WatchEvent& change) {
                                     if (change.kind == WatchKind::Deleted)
                                         known.erase(change.name);
                                     else
                                         known.insert(change.name);
                                 },
                                 [&](const Error&) { ++told; }};
        const auto ended = api.listWatch("/p", "", "watch it", sink, http->stop.get_token());
        QCOMPARE(ended.error().code, ErrorCode::Cancelled);
        std::string all;
        for (const std::string& name : known) all += (all.empty() ? "" : " ") + name;
        QCOMPARE(QString::fromStdString(all), names);
        QCOMPARE(QString::fromStdString(http->version), version);
        QCOMPARE(told, cuts);
        QCOMPARE(http->lists, version == QStringLiteral("9") ? 2 : 1);
    }
};
QTEST_APPLESS_MAIN(tst_ListWatch)
#include "tst_listwatch.moc"
