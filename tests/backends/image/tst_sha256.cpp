// SPDX-License-Identifier: Apache-2.0
#include "backends/image/sha256.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::oci;

class tst_Sha256 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownValues() {
        QCOMPARE(sha256Of(""),
                 std::string("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256Of("{}"),
                 std::string("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
        Sha256 sum;
        sum.add("{");
        sum.add("}");
        QCOMPARE(sum.digest(), sha256Of("{}"));
    }

    void files() {
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("f")).toStdString();
        const std::string text(3'000'000, 'x');
        std::ofstream(path) << text;
        const auto got = sha256OfFile(path, {});
        QVERIFY(got);
        QCOMPARE(got->digest, sha256Of(text));
        QCOMPARE(got->size, std::uint64_t{3'000'000});
        QCOMPARE(sha256OfFile(path + "x", {}).error().code, ErrorCode::NotFound);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(sha256OfFile(path, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void digests() {
        QVERIFY(isDigest(sha256Of("")));
        QVERIFY(!isDigest("sha256:abc"));
        QVERIFY(!isDigest("sha256:" + std::string(64, 'A')));
        QVERIFY(!isDigest("sha512:" + std::string(64, 'a')));
        QVERIFY(!isDigest("sha256:" + std::string(63, 'a') + "/"));
        QCOMPARE(hexOf(sha256Of("")).size(), std::size_t{64});
    }
};

QTEST_APPLESS_MAIN(tst_Sha256)
#include "tst_sha256.moc"
