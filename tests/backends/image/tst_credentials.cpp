// SPDX-License-Identifier: Apache-2.0
#include "backends/image/credentials.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <fstream>

using namespace slipway;
using namespace slipway::oci;

class tst_Credentials : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name) const {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

    void helper(const char* name, const std::string& script) const {
        std::ofstream(path(name)) << "#!/bin/sh\n" + script;
        ::chmod(path(name).c_str(), 0755);
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("DOCKER_CONFIG", m_folder.path().toUtf8());
        qunsetenv("DOCKER_AUTH_CONFIG");
        qputenv("PATH", m_folder.path().toUtf8() + ":" + qgetenv("PATH"));
    }
    void init() {
        qunsetenv("DOCKER_AUTH_CONFIG");
        std::remove(path("config.json").c_str());
    }

    void auths() {
        const std::string config =
            R"({"auths":{"https://reg.example/v2/":{"auth":"dTpwOnc="},"https://index.docker.io/v1/":{"identitytoken":"tok"},"other:5000":{"username":"a","password":"b"}},"x":1})";
        QCOMPARE(credentialIn(config, "reg.example")->user, std::string("u"));
        QCOMPARE(credentialIn(config, "reg.example")->password, std::string("p:w"));
        QCOMPARE(credentialIn(config, "docker.io")->identityToken, std::string("tok"));
        QCOMPARE(credentialIn(config, "other:5000")->user, std::string("a"));
        QVERIFY(credentialIn(config, "other")->isAnonymous());
        QVERIFY(credentialIn("{}", "other")->isAnonymous());
        QVERIFY(credentialIn(R"({"auths":[1]})", "other")->isAnonymous());
        QCOMPARE(credentialIn("[]", "other").error().code, ErrorCode::Corrupt);
        const auto bad = credentialIn(R"({"auths":{"h":{"auth":"geheim!"}}})", "h");
        QCOMPARE(bad.error().code, ErrorCode::Corrupt);
        QVERIFY(describe(bad.error()).find("geheim") == std::string::npos);
    }

    void fileAndEnvironment() {
        QVERIFY(findCredential("h")->isAnonymous());
        std::ofstream(path("config.json")) << R"({"auths":{"h":{"username":"file","password":"p"}}})";
        QCOMPARE(findCredential("h")->user, std::string("file"));
        qputenv("DOCKER_AUTH_CONFIG", R"({"auths":{"h":{"username":"env","password":"p"}}})");
        QCOMPARE(findCredential("h")->user, std::string("env"));
    }

    void helpers() {
        std::ofstream(path("config.json"))
            << R"({"credsStore":"all","credHelpers":{"h":"one","t":"token"},"auths":{"nothing":{"username":"a","password":"b"}}})";
        helper("docker-credential-one",
               "read url; echo \"{\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$url\\\"}\"\n");
        helper("docker-credential-token", "echo '{\"Username\":\"<token>\",\"Secret\":\"refresh\"}'\n");
        helper(
            "docker-credential-all",
            "read url; case $url in broken) echo 'keyring locked'; exit 1;; esac; echo 'credentials not found in native keychain'; exit 1\n");
        QCOMPARE(findCredential("h")->user, std::string("get"));
        QCOMPARE(findCredential("h")->password, std::string("h"));
        QCOMPARE(findCredential("t")->identityToken, std::string("refresh"));
        QVERIFY(findCredential("unknown")->isAnonymous());
        QCOMPARE(findCredential("nothing")->user, std::string("a"));
        const auto broken = findCredential("broken");
        QCOMPARE(broken.error().code, ErrorCode::Unavailable);
        QVERIFY(describe(broken.error()).find("keyring locked") != std::string::npos);
        std::ofstream(path("config.json")) << R"({"credsStore":"missing"})";
        QCOMPARE(findCredential("h").error().code, ErrorCode::Unavailable);
        std::ofstream(path("config.json")) << R"({"credsStore":"../x"})";
        QCOMPARE(findCredential("h").error().code, ErrorCode::Corrupt);
    }
};

QTEST_GUILESS_MAIN(tst_Credentials)
#include "tst_credentials.moc"
