// SPDX-License-Identifier: Apache-2.0
#include "backends/image/baseimage.h"

#include "backends/core/imagepaths.h"
#include "backends/image/sha256.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace slipway::oci;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

Json descriptor(const std::string& bytes) {
    return {{"mediaType", "m"}, {"digest", sha256Of(bytes)}, {"size", bytes.size()}};
}

Json descriptor(const std::string& bytes, const std::string& architecture) {
    Json json = descriptor(bytes);
    json["platform"] = {{"os", "linux"}, {"architecture", architecture}};
    return json;
}

std::string configOf(const Json& diffIds) { return Json{{"rootfs", {{"diff_ids", diffIds}}}}.dump(); }

std::string manifestOf(const std::string& config, const std::string& layer) {
    return Json{
        {"schemaVersion", 2}, {"config", descriptor(config)}, {"layers", Json::array({descriptor(layer)})}}
        .dump();
}

}  // namespace

class tst_BaseImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void throughAnIndex() {
        QTemporaryDir folder;
        const Layout layout(folder.path().toStdString());
        QVERIFY(layout.create());
        const std::string layer = "layer";
        const std::string config = configOf(Json::array({sha256Of("tar")}));
        const std::string manifest = manifestOf(config, layer);
        const Json children =
            Json::array({descriptor("none", "s390x"), descriptor(manifest, kImageArchitecture)});
        const std::string index = Json{{"schemaVersion", 2}, {"manifests", children}}.dump();
        for (const std::string& bytes : {layer, config, manifest, index}) QVERIFY(layout.addBlob(bytes));
        QVERIFY(layout.setTag({kIndexType, sha256Of(index), index.size(), {}, {}, {}}, "multi"));
        const auto base =
            resolveLayout(layout, *parseReference("oci:" + folder.path().toStdString() + ":multi"));
        QVERIFY2(base, base ? "" : describe(base.error()).c_str());
        QCOMPARE(base->digest, sha256Of(manifest));
        QCOMPARE(base->layers.at(0).digest, sha256Of(layer));
        QCOMPARE(base->diffIds.at(0), sha256Of("tar"));
        // By the digest of the child, as a packaged image names its base.
        QCOMPARE(resolveLayout(layout, base->reference)->digest, sha256Of(manifest));
    }

    void layersMustAgree() {
        QTemporaryDir folder;
        const Layout layout(folder.path().toStdString());
        QVERIFY(layout.create());
        const std::string config = configOf(Json::array());
        const std::string manifest = manifestOf(config, "x");
        QVERIFY(layout.addBlob(config));
        QVERIFY(layout.addBlob(manifest));
        QVERIFY(layout.setTag({kManifestType, sha256Of(manifest), manifest.size(), {}, {}, {}}, "v"));
        QCOMPARE(resolveLayout(layout, *parseReference("oci:x:v")).error().code, ErrorCode::Corrupt);
        QCOMPARE(resolveLayout(layout, *parseReference("oci:x:w")).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_BaseImage)
#include "tst_baseimage.moc"
