// SPDX-License-Identifier: Apache-2.0
#include "backends/image/reference.h"

#include <QTest>

using namespace slipway;
using namespace slipway::oci;

class tst_Reference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("origin");
        QTest::addColumn<QString>("repository");
        QTest::addColumn<QString>("version");
        const auto row = [](const char* text, const char* origin, const char* repository,
                            const std::string& version) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(origin)
                                << QString::fromUtf8(repository) << QString::fromStdString(version);
        };
        row("python", "https://registry-1.docker.io", "library/python", "latest");
        row("python:3.12-slim", "https://registry-1.docker.io", "library/python", "3.12-slim");
        row("pytorch/pytorch:2", "https://registry-1.docker.io", "pytorch/pytorch", "2");
        row("docker.io/python", "https://registry-1.docker.io", "library/python", "latest");
        row("reg.example:5000/a/b", "https://reg.example:5000", "a/b", "latest");
        row("http://reg.example:5000/a/b:t", "http://reg.example:5000", "a/b", "t");
        row("localhost:5000/a", "http://localhost:5000", "a", "latest");
        row("127.0.0.1:5000/a:1", "http://127.0.0.1:5000", "a", "1");
        row("https://localhost:5000/a", "https://localhost:5000", "a", "latest");
        row("docker://reg.example/a", "https://reg.example", "a", "latest");
        row("reg.example/a:t@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "https://reg.example", "a",
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
    void reads() {
        QFETCH(QString, text);
        QFETCH(QString, origin);
        QFETCH(QString, repository);
        QFETCH(QString, version);
        const auto reference = parseReference(text.toStdString());
        QVERIFY2(reference, reference ? "" : describe(reference.error()).c_str());
        QVERIFY(!reference->isLayout);
        QCOMPARE(QString::fromStdString(reference->origin()), origin);
        QCOMPARE(QString::fromStdString(reference->repository), repository);
        QCOMPARE(QString::fromStdString(reference->version()), version);
    }

    void layouts() {
        const std::string digest = "sha256:" + std::string(64, 'a');
        QCOMPARE(parseReference("oci:/a/b")->folder, std::filesystem::path("/a/b"));
        QCOMPARE(parseReference("oci:/a/b:v1")->tag, std::string("v1"));
        QCOMPARE(parseReference("oci:/a:b/c")->folder, std::filesystem::path("/a:b/c"));
        QCOMPARE(parseReference("oci:/a@b")->folder, std::filesystem::path("/a@b"));
        QCOMPARE(parseReference("oci:/a@" + digest)->version(), digest);
        QCOMPARE(parseReference("oci:/a")->withDigest(digest), "oci:/a@" + digest);
        QCOMPARE(parseReference("http://h.example/a:t")->withDigest(digest), "h.example/a@" + digest);
    }

    void refuses() {
        for (const char* text : {"", "oci:", "UPPER", "reg.example/", "reg.example/a:", "reg.example/a:b c",
                                 "reg.example/a@sha256:12", "reg.example/../a", "reg.example/a//b",
                                 "user:pass@reg.example/a", "ftp://reg.example/a", "reg.example:99999/a"}) {
            const auto reference = parseReference(text);
            QVERIFY2(!reference, text);
            QCOMPARE(reference.error().code, ErrorCode::InvalidArgument);
            QVERIFY2(describe(reference.error()).find("pass") == std::string::npos, text);
        }
        QVERIFY(!parseReference(std::string(5000, 'a')));
    }
    void aPathIsToldAsALayout() {
        QCOMPARE(parseReference("/tmp/out").error().hint,
                 std::string("For an image in a folder, write oci:/tmp/out:latest"));
        QCOMPARE(parseReference("../out/x:v1").error().hint,
                 std::string("For an image in a folder, write oci:../out/x:v1"));
    }
};

QTEST_APPLESS_MAIN(tst_Reference)
#include "tst_reference.moc"
