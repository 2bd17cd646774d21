// SPDX-License-Identifier: Apache-2.0
#include "backends/image/manifest.h"

#include <QTest>

using namespace slipway;
using namespace slipway::oci;

namespace {
std::string digest() { return "sha256:" + std::string(64, 'a'); }
std::string descriptor(const std::string& extra = {}) {
    return R"({"mediaType":"m","digest":")" + digest() + R"(","size":3)" + extra + "}";
}
}  // namespace

class tst_Manifest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAManifest() {
        const auto manifest =
            parseManifest(R"({"schemaVersion":2,"config":)" + descriptor() + R"(,"layers":[)" +
                              descriptor(R"(,"annotations":{"k":"v","n":1})") + "]}",
                          kDockerManifestType);
        QVERIFY(manifest);
        QCOMPARE(manifest->mediaType, std::string(kDockerManifestType));
        QCOMPARE(manifest->config.digest, digest());
        QCOMPARE(manifest->layers.at(0).annotations.at("k"), std::string("v"));
        QVERIFY(!manifest->isIndex);
    }

    void choosesTheChild() {
        const auto index =
            parseManifest(R"({"schemaVersion":2,"manifests":[)" +
                          descriptor(R"(,"platform":{"os":"linux","architecture":"arm64"})") + "," +
                          descriptor(R"(,"platform":{"os":"linux","architecture":"amd64"})") + "," +
                          descriptor(R"(,"platform":{"os":"unknown","architecture":"unknown"})") + "]}");
        QVERIFY(index);
        QVERIFY(index->isIndex);
        QCOMPARE(chooseChild(*index, "amd64")->architecture, std::string("amd64"));
        const auto none = chooseChild(*index, "riscv64");
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(describe(none.error()).find("linux/arm64, linux/amd64") != std::string::npos);
    }

    void refusesWhatIsDamaged() {
        const std::string layers = R"("layers":[])";
        for (const std::string& text : std::vector<std::string>{
                 "", "[]", "{}", R"({"schemaVersion":1})", R"({"schemaVersion":2})",
                 R"({"schemaVersion":2,"config":[],)" + layers + "}",
                 R"({"schemaVersion":2,"config":)" + descriptor() + "}",
                 R"({"schemaVersion":2,"config":)" + descriptor() + R"(,"layers":{}})",
                 R"({"schemaVersion":2,"manifests":[],)" + layers + "}",
                 R"({"schemaVersion":2,"manifests":[1]})",
                 R"({"schemaVersion":2,"manifests":[{"digest":"sha256:zz","size":1}]})",
                 R"({"schemaVersion":2,"manifests":[{"digest":")" + digest() + R"(","size":-1}]})",
                 R"({"schemaVersion":2,"manifests":[{"digest":")" + digest() + R"(","size":1e30}]})",
                 std::string(kMaxManifestBytes + 1, ' ')}) {
            const auto manifest = parseManifest(text);
            QVERIFY2(!manifest, text.substr(0, 100).c_str());
            QCOMPARE(manifest.error().code, ErrorCode::Corrupt);
        }
    }

    void diffIds() {
        QCOMPARE(diffIdsOf(R"({"rootfs":{"type":"layers","diff_ids":[")" + digest() + R"("]}})")->size(),
                 std::size_t{1});
        for (const char* text : {"", "1", "{}", R"({"rootfs":1})", R"({"rootfs":{"diff_ids":[1]}})",
                                 R"({"rootfs":{"diff_ids":["x"]}})"})
            QVERIFY2(!diffIdsOf(text), text);
    }
};

QTEST_APPLESS_MAIN(tst_Manifest)
#include "tst_manifest.moc"
