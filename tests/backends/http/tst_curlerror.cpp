// SPDX-License-Identifier: Apache-2.0
#include "backends/http/curlerror.h"

#include <curl/curl.h>

#include <QTest>

#include <cerrno>

using namespace slipway;

class tst_CurlError : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatHappened_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("verify");
        QTest::addColumn<int>("os");
        QTest::addColumn<int>("expected");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, int code, int verify, int os, ErrorCode expected,
                            const char* words) {
            QTest::newRow(name) << code << verify << os << static_cast<int>(expected)
                                << QString::fromUtf8(words);
        };
        row("dns", CURLE_COULDNT_RESOLVE_HOST, 0, 0, ErrorCode::Unavailable,
            "`h.example` is not known to DNS");
        row("refused", CURLE_COULDNT_CONNECT, 0, ECONNREFUSED, ErrorCode::Unavailable,
            "refused the connection");
        row("no route", CURLE_COULDNT_CONNECT, 0, EHOSTUNREACH, ErrorCode::Unavailable, "no network route");
        row("connect", CURLE_COULDNT_CONNECT, 0, EACCES, ErrorCode::Unavailable, "cannot connect");
        row("timeout", CURLE_OPERATION_TIMEDOUT, 0, 0, ErrorCode::Timeout, "sent nothing for too long");
        row("unknown CA", CURLE_PEER_FAILED_VERIFICATION, 19, 0, ErrorCode::Unavailable,
            "authority that is not trusted");
        row("no issuer", CURLE_PEER_FAILED_VERIFICATION, 20, 0, ErrorCode::Unavailable,
            "certificate-authority");
        row("expired", CURLE_PEER_FAILED_VERIFICATION, 10, 0, ErrorCode::Unavailable, "has expired");
        row("early", CURLE_PEER_FAILED_VERIFICATION, 9, 0, ErrorCode::Unavailable, "not valid yet");
        row("other name", CURLE_PEER_FAILED_VERIFICATION, 0, 0, ErrorCode::Unavailable,
            "is for another name");
        row("client certificate", CURLE_SSL_CERTPROBLEM, 0, 0, ErrorCode::InvalidArgument,
            "client certificate");
        row("ca file", CURLE_SSL_CACERT_BADFILE, 0, 0, ErrorCode::InvalidArgument, "CA certificates");
        row("no TLS", CURLE_SSL_CONNECT_ERROR, 0, 0, ErrorCode::Unavailable,
            "where it speaks http, write http:// before");
        row("nothing", CURLE_GOT_NOTHING, 0, 0, ErrorCode::Unavailable, "without an answer");
        row("cut", CURLE_PARTIAL_FILE, 0, 0, ErrorCode::Unavailable, "before the answer was complete");
        row("reset", CURLE_RECV_ERROR, 0, ECONNRESET, ErrorCode::Unavailable, "was cut");
        row("stream reset", CURLE_HTTP2_STREAM, 0, 0, ErrorCode::Unavailable, "was cut");
        row("no HTTP", CURLE_WEIRD_SERVER_REPLY, 0, 0, ErrorCode::Unavailable, "no HTTP");
        row("file", CURLE_READ_ERROR, 0, 0, ErrorCode::Io, "could not be read");
        row("scheme", CURLE_UNSUPPORTED_PROTOCOL, 0, 0, ErrorCode::InvalidArgument, "no http or https URL");
        row("other", CURLE_FTP_ACCEPT_FAILED, 0, 0, ErrorCode::Unavailable, "failed");
    }
    void saysWhatHappened() {
        QFETCH(int, code);
        QFETCH(int, verify);
        QFETCH(int, os);
        QFETCH(int, expected);
        QFETCH(QString, words);
        CurlFailure failure;
        failure.code = code;
        failure.url = "https://user:geheim@h.example:8443/p?token=geheim";
        failure.verifyResult = verify;
        failure.osError = os;
        const Error error = curlError(failure);
        const QString text = QString::fromStdString(describe(error));
        QCOMPARE(static_cast<int>(error.code), expected);
        QVERIFY2(text.contains(words), qPrintable(text));
        QVERIFY2(!text.contains(QStringLiteral("geheim")), qPrintable(text));
    }

    // Over a kept connection that was dead, curl may send a request and then fail to connect anew.
    void withoutAConnectionNothingWasSent_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("dns") << int(CURLE_COULDNT_RESOLVE_HOST);
        QTest::newRow("refused") << int(CURLE_COULDNT_CONNECT);
        QTest::newRow("TLS") << int(CURLE_PEER_FAILED_VERIFICATION);
        QTest::newRow("proxy") << int(CURLE_PROXY);
        QTest::newRow("time") << int(CURLE_OPERATION_TIMEDOUT);
    }
    void withoutAConnectionNothingWasSent() {
        QFETCH(int, code);
        CurlFailure failure{.code = code, .url = "https://h.example", .text = {}};
        QVERIFY(!curlError(failure).isUnsent);
        failure.isConnected = false;
        QVERIFY(curlError(failure).isUnsent);
    }
};

QTEST_APPLESS_MAIN(tst_CurlError)
#include "tst_curlerror.moc"
