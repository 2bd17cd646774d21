// SPDX-License-Identifier: Apache-2.0
#include "backends/http/url.h"

#include "backends/http/httpclient.h"

#include <QTest>

using namespace slipway;

class tst_Url : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resolves_data() {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("reference");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* base, const char* reference, const char* expected) {
            QTest::newRow(reference) << QString::fromUtf8(base) << QString::fromUtf8(reference)
                                     << QString::fromUtf8(expected);
        };
        row("http://a/b/c/d?q", "g", "http://a/b/c/g");
        row("http://a/b/c/d?q", "/g", "http://a/g");
        row("http://a/b/c/d?q", "../g", "http://a/b/g");
        row("http://a/b/c/d?q", "?y", "http://a/b/c/d?y");
        row("http://a/b/c/d?q", "//g:1/x", "http://g:1/x");
        row("http://a/b", "https://h/x?_state=a%2Bb", "https://h/x?_state=a%2Bb");
        row("https://a:5000/v2/", "/v2/x/blobs/uploads/1?_state=k",
            "https://a:5000/v2/x/blobs/uploads/1?_state=k");
    }
    void resolves() {
        QFETCH(QString, base);
        QFETCH(QString, reference);
        QFETCH(QString, expected);
        const auto url = resolveUrl(base.toStdString(), reference.toStdString());
        QVERIFY(url);
        QCOMPARE(QString::fromStdString(*url), expected);
    }

    void refuses() {
        for (const char* url : {"", "x", "ftp://h/", "file:///etc/passwd", "http://", "http://h:99999/"}) {
            const auto parts = splitUrl(url);
            QVERIFY2(!parts, url);
            QCOMPARE(parts.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!resolveUrl("http://a/", "file:///etc/passwd"));
        QVERIFY(!resolveUrl("http://a/", std::string(kMaxUrlBytes + 1, 'x')));
    }

    void splits() {
        const auto parts = splitUrl("https://[::1]/a/b?x=1");
        QVERIFY(parts);
        QCOMPARE(parts->host, std::string("::1"));
        QCOMPARE(parts->port, std::uint16_t{443});
        QCOMPARE(parts->path, std::string("/a/b"));
        QCOMPARE(parts->query, std::string("x=1"));
        QVERIFY(isSameOrigin(*splitUrl("http://H/a"), *splitUrl("http://h:80/b")));
        QVERIFY(!isSameOrigin(*splitUrl("http://h/a"), *splitUrl("https://h/a")));
        QVERIFY(!isSameOrigin(*splitUrl("http://h:1/a"), *splitUrl("http://h:2/a")));
        QVERIFY(isLoopbackHost("127.1.2.3"));
        QVERIFY(!isLoopbackHost("127.evil.example"));
    }

    void redacts() {
        QCOMPARE(redactUrl("https://user:secret@h/p?token=secret#secret"), std::string("https://h/p?…"));
        QCOMPARE(redactUrl("user:secret@h/p"), std::string("h/p"));
        QCOMPARE(redactUrl("https://h/a@b"), std::string("https://h/a@b"));
        QVERIFY(splitUrl("ftp://user:secret@h/?secret").error().message.find("secret") == std::string::npos);
    }

    void encodes() { QCOMPARE(percentEncode("a b/ü~"), std::string("a%20b%2F%C3%BC~")); }
};

QTEST_APPLESS_MAIN(tst_Url)
#include "tst_url.moc"
