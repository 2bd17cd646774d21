// SPDX-License-Identifier: Apache-2.0
#include "backends/image/eventlayer.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_EventLayer : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    fs::path written(const char* name, const std::string& text) const {
        std::ofstream(at(name), std::ios::binary) << text;
        return at(name);
    }
    static std::string textOf(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }

private Q_SLOTS:
    void thereAndBack() {
        std::string many;
        for (int i = 0; i < 300'000; ++i) many += "line " + std::to_string(i) + "\n";  // several blocks
        const fs::path first = written("first", many + "half a li");
        const fs::path second = written("second", "last\n");
        const auto packed = oci::packLines({first, second}, at("packed"), {});
        QVERIFY2(packed, packed ? "" : describe(packed.error()).c_str());
        QVERIFY(*packed);
        QVERIFY(fs::file_size(at("packed")) < many.size() / 3);
        const auto unpacked = oci::unpackLines(at("packed"), at("unpacked"), {});
        QVERIFY2(unpacked, unpacked ? "" : describe(unpacked.error()).c_str());
        QVERIFY(textOf(at("unpacked")) == many + "last\n");
        QCOMPARE(oci::unpackLines(at("packed"), at("unpacked"), {}, 1000).error().code, ErrorCode::Corrupt);
    }

    void longerOnesAreCutAtALine() {
        const fs::path file = written("long", "one\ntwo\nthree\n");
        QVERIFY(*oci::packLines({file, file}, at("packed"), {}, 10));
        QVERIFY(oci::unpackLines(at("packed"), at("unpacked"), {}));
        QCOMPARE(textOf(at("unpacked")), std::string("one\ntwo\n"));
    }

    void nothingToPack() {
        QVERIFY(!*oci::packLines({written("none", "half a li")}, at("packed"), {}));
        QVERIFY(!*oci::packLines({}, at("packed"), {}));
        QCOMPARE(oci::packLines({at("missing")}, at("packed"), {}).error().code, ErrorCode::NotFound);
    }

    void damageIsToldOf_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("{}\n");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", 11);
    }
    void damageIsToldOf() {
        QFETCH(QByteArray, content);
        const fs::path file = written("damaged", content.toStdString());
        QCOMPARE(oci::unpackLines(file, at("unpacked"), {}).error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(tst_EventLayer)
#include "tst_eventlayer.moc"
