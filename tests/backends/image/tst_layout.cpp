// SPDX-License-Identifier: Apache-2.0
#include "backends/image/layout.h"

#include "backends/image/sha256.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::oci;
namespace fs = std::filesystem;

class tst_Layout : public QObject {
    Q_OBJECT

    static Descriptor of(const std::string& bytes) {
        return {kManifestType, sha256Of(bytes), bytes.size(), {}, {}, {}};
    }

private Q_SLOTS:
    void writesAndFinds() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const Layout layout(root / "l");
        QCOMPARE(layout.find("latest").error().code, ErrorCode::NotFound);
        QVERIFY(layout.create());
        QVERIFY(*layout.addBlob("one"));
        QVERIFY(!*layout.addBlob("one"));
        QVERIFY(layout.setTag(of("one"), "v1"));
        QCOMPARE(layout.find("v1")->digest, sha256Of("one"));
        QCOMPARE(layout.find("latest")->digest, sha256Of("one"));
        QVERIFY(*layout.addBlob("two"));
        QVERIFY(layout.setTag(of("two"), "v2"));
        QCOMPARE(layout.find("v1")->digest, sha256Of("one"));
        QCOMPARE(layout.find(sha256Of("two"))->digest, sha256Of("two"));
        QCOMPARE(layout.find("latest").error().code, ErrorCode::NotFound);
        QVERIFY(layout.setTag(of("two"), "v1"));  // the tag moves
        QCOMPARE(layout.find("v1")->digest, sha256Of("two"));
        QCOMPARE(layout.find(sha256Of("one")).error().code, ErrorCode::NotFound);
    }

    void takesFiles() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        std::ofstream(root / "file") << "content";
        const Layout layout(root / "l");
        QVERIFY(layout.create());
        QVERIFY(*layout.addBlob(of("content"), root / "file"));
        QVERIFY(!*layout.addBlob(of("content"), root / "file"));
        QCOMPARE(*layout.read(of("content"), 100), std::string("content"));
        QVERIFY(!layout.read(of("content"), 3));
        QCOMPARE(layout.addBlob(of("gone"), root / "none").error().code, ErrorCode::NotFound);
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(root / "l" / "blobs" / "sha256"))
            ++count;
        QCOMPARE(count, std::size_t{1});
    }

    void noticesDamage() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const Layout layout(root);
        QVERIFY(layout.create());
        QVERIFY(layout.addBlob("content"));
        std::ofstream(*layout.blobFile(of("content"))) << "CONTENT";
        QCOMPARE(layout.read(of("content"), 100).error().code, ErrorCode::Corrupt);
        Descriptor longer = of("content");
        longer.size = 8;
        QCOMPARE(layout.blobFile(longer).error().code, ErrorCode::Corrupt);
        std::ofstream(root / "index.json") << "{";
        QCOMPARE(layout.find("v").error().code, ErrorCode::Corrupt);
        QCOMPARE(layout.setTag(of("content"), "v").error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(tst_Layout)
#include "tst_layout.moc"
