// SPDX-License-Identifier: Apache-2.0
// TLS against openssl's own server: who is trusted, under which name, and who we say we are.
#include "backends/http/httpclient.h"
#include "childprocess.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <regex>

using namespace slipway;

namespace {

// `openssl s_server -www` on a free port.
class TlsServer {
public:
    explicit TlsServer(const std::vector<std::string>& arguments) {
        std::vector<std::string> command{"openssl", "s_server", "-www", "-accept", "127.0.0.1:0"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        m_process.start(command);
    }

    // "ACCEPT 127.0.0.1:43211" is what it prints when it listens.
    std::string port() {
        static const std::regex kAccept("ACCEPT \\S+:(\\d+)\\s");
        std::smatch found;
        std::string output;
        const bool isListening = QTest::qWaitFor(
            [&] {
                output = m_process.output();
                return std::regex_search(output, found, kAccept) || !m_process.isRunning();
            },
            10000);
        return isListening && found.size() > 1 ? found[1].str() : std::string("0");
    }

private:
    ChildProcess m_process;
};

}  // namespace

class tst_CurlTls : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();

    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    std::string pem(const char* name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }

    // A self-signed certificate, which is its own CA.
    bool makeCertificate(const char* name, const char* host) const {
        const std::string file = path(name).toStdString();
        return runChild({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                         "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
                         std::string("subjectAltName=") + host, "-keyout", file + ".key", "-out",
                         file + ".crt"})
            .isFine;
    }

    HttpRequest request(TlsServer& server) const {
        HttpRequest get;
        get.url = "https://127.0.0.1:" + server.port() + "/";
        return get;
    }

    std::vector<std::string> server(const char* name) const {
        const std::string file = path(name).toStdString();
        return {"-cert", file + ".crt", "-key", file + ".key"};
    }

private Q_SLOTS:
    void initTestCase() {
        if (!ChildProcess::isInstalled("openssl")) {
            if (qEnvironmentVariableIsSet("CI")) QFAIL("openssl is not installed");
            QSKIP("openssl is not installed");
        }
        QVERIFY(makeCertificate("address", "IP:127.0.0.1"));
        QVERIFY(makeCertificate("name", "DNS:api.internal"));
        QVERIFY(makeCertificate("client", "DNS:me"));
    }

    void trust() {
        TlsServer tls(server("address"));
        HttpRequest get = request(tls);
        const auto unknown = m_http->send(get);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::Unavailable);
        QVERIFY2(describe(unknown.error()).find("not trusted here") != std::string::npos,
                 describe(unknown.error()).c_str());
        get.identity.caPem = pem("address.crt");
        const auto known = m_http->send(get);
        QVERIFY2(known, known ? "" : describe(known.error()).c_str());
        QCOMPARE(known->status, 200);
        get.identity.caPem = pem("name.crt");
        QVERIFY(!m_http->send(get));
        get.identity.isTlsUnverified = true;
        QVERIFY(m_http->send(get));
        get.identity = {};
        QVERIFY(
            !m_http->send(get));  // a connection that was not verified is not used again for those who verify
        get.identity.caPem = "no certificate";
        QCOMPARE(m_http->send(get).error().code, ErrorCode::InvalidArgument);
    }

    void environmentNamesTheStore() {
        TlsServer tls(server("address"));
        const QByteArray before = qgetenv("SSL_CERT_FILE");
        qunsetenv("SSL_CERT_FILE");
        qputenv("SLIPWAY_CA_FILE", path("address.crt").toUtf8());
        QVERIFY(m_http->send(request(tls)));
        qputenv("SSL_CERT_FILE", path("name.crt").toUtf8());
        QVERIFY(!m_http->send(request(tls)));
        qputenv("SSL_CERT_FILE", before.isEmpty() ? QByteArray("/none") : before);
        qunsetenv("SLIPWAY_CA_FILE");
    }

    void serverName() {
        TlsServer tls(server("name"));
        HttpRequest get = request(tls);
        get.identity.caPem = pem("name.crt");
        const auto other = m_http->send(get);
        QVERIFY(!other);
        QVERIFY2(describe(other.error()).find("is for another name") != std::string::npos,
                 describe(other.error()).c_str());
        get.identity.tlsServerName = "api.internal";
        const auto named = m_http->send(get);
        QVERIFY2(named, named ? "" : describe(named.error()).c_str());
        QCOMPARE(named->status, 200);
    }

    void clientCertificate() {
        std::vector<std::string> arguments = server("address");
        arguments.insert(arguments.end(), {"-Verify", "1", "-verify_return_error", "-CAfile",
                                           path("client.crt").toStdString()});
        TlsServer tls(arguments);
        HttpRequest get = request(tls);
        get.identity.caPem = pem("address.crt");
        const auto nobody = m_http->send(get);
        QVERIFY(!nobody);
        QCOMPARE(nobody.error().code, ErrorCode::Unavailable);
        get.identity.clientCertificatePem = pem("client.crt");
        get.identity.clientKeyPem = pem("client.key");
        const auto known = m_http->send(get);
        QVERIFY2(known, known ? "" : describe(known.error()).c_str());
        get.identity.clientKeyPem = pem("name.key");
        const auto mixed = m_http->send(get);
        QCOMPARE(mixed.error().code, ErrorCode::InvalidArgument);
        QVERIFY(describe(mixed.error()).find("PRIVATE KEY") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(tst_CurlTls)
#include "tst_curltls.moc"
