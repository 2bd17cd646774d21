// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/apierror.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_ApiError : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mapsTheServersAnswers_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("code");
        const auto row = [](int status, const char* words, ErrorCode code) {
            QTest::addRow("%d %.30s", status, words)
                << status << QString::fromUtf8(words) << static_cast<int>(code);
        };
        row(400, "strict decoding error: unknown field \"spec.bogus\"", ErrorCode::InvalidArgument);
        row(401, "Unauthorized", ErrorCode::PermissionDenied);
        row(403, "pods is forbidden: User \"alice\" cannot create resource \"pods\"",
            ErrorCode::PermissionDenied);
        row(403,
            "pods \"p\" is forbidden: exceeded quota: gpu, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=1",
            ErrorCode::QuotaExceeded);
        row(403, "pods \"p\" is forbidden: failed quota: gpu: must specify limits.memory for: main",
            ErrorCode::InvalidArgument);
        row(403, "pods \"p\" is forbidden: maximum nvidia.com/gpu usage per Container is 1, but limit is 2",
            ErrorCode::QuotaExceeded);
        row(403, "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true",
            ErrorCode::PermissionDenied);
        row(403, "admission webhook \"vjob.kb.io\" denied the request", ErrorCode::PermissionDenied);
        row(408, "Request Timeout", ErrorCode::Timeout);
        row(418, "I'm a teapot", ErrorCode::Internal);
        row(404, "jobs.batch \"x\" not found", ErrorCode::NotFound);
        row(409, "jobs.batch \"x\" already exists", ErrorCode::Conflict);
        row(409, "the object has been modified", ErrorCode::Conflict);
        row(410, "The provided continue parameter is too old", ErrorCode::Conflict);
        row(413, "Request entity too large: limit is 3145728", ErrorCode::InvalidArgument);
        row(422, "spec.template: field is immutable", ErrorCode::InvalidArgument);
        row(422, "ValidatingAdmissionPolicy 'no-latest' denied request", ErrorCode::PermissionDenied);
        row(429, "Too many requests", ErrorCode::Unavailable);
        row(500, "Internal error occurred: failed calling webhook \"mjob.kb.io\": connection refused",
            ErrorCode::Unavailable);
        row(500, "etcd has no leader", ErrorCode::Unavailable);
        row(501, "not implemented", ErrorCode::Unavailable);
        row(520, "unknown error", ErrorCode::Unavailable);
        row(503, "the server is currently unable to handle the request", ErrorCode::Unavailable);
        row(504, "Timeout: Too large resource version", ErrorCode::Timeout);
        row(302, "Found", ErrorCode::Unavailable);
    }
    void mapsTheServersAnswers() {
        QFETCH(int, status);
        QFETCH(QString, words);
        QFETCH(int, code);
        const nlohmann::json body{{"kind", "Status"}, {"message", words.toStdString()}, {"code", status}};
        const Error error = apiError(status, body.dump(), "create job x");
        QCOMPARE(static_cast<int>(error.code), code);
        QCOMPARE(error.detail, words.toStdString());
        QVERIFY(error.message.starts_with("cannot create job x: "));
        // The same words without the Status around them.
        const Error plain = apiError(status, words.toStdString() + "\n", "create job x");
        QCOMPARE(static_cast<int>(plain.code), code);
        QVERIFY(plain.message.ends_with("(HTTP " + std::to_string(status) + ")"));
    }
    void knowsWhatWasSurelyNotDone() {
        const std::string webhook = "Internal error occurred: failed calling webhook \"mjob.kb.io\": refused";
        const auto status = [](const std::string& words) {
            return nlohmann::json{{"kind", "Status"}, {"message", words}}.dump();
        };
        for (const int code : {400, 401, 403, 404, 409, 413, 422, 429})
            QVERIFY2(isSurelyRefused(code, ""), std::to_string(code).c_str());
        for (const int code : {0, 200, 302, 408, 500, 502, 503, 504, 520})
            QVERIFY2(!isSurelyRefused(code, ""), std::to_string(code).c_str());
        QVERIFY(isSurelyRefused(500, status(webhook)));
        QVERIFY(!isSurelyRefused(500, webhook));  // not the API server's
        QVERIFY(!isSurelyRefused(503, status(webhook)));
        QVERIFY(!isSurelyRefused(500, status("etcdserver: request timed out")));
    }
    void cutsLongWords() { QVERIFY(apiError(500, std::string(100000, 'x'), "do it").detail.size() < 3000); }
    void readsTheTimeToWait() {
        QCOMPARE(statusRetrySeconds(R"({"kind":"Status","details":{"retryAfterSeconds":3}})"), 3);
        QCOMPARE(statusRetrySeconds("busy"), 0);
    }
};
QTEST_APPLESS_MAIN(tst_ApiError)
#include "tst_apierror.moc"
