// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/safetensors.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <array>

using namespace slipway;
using namespace slipway::trainer;
namespace fs = std::filesystem;

class tst_safetensors : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    static QByteArray framed(const QByteArray& header, const QByteArray& data) {
        QByteArray bytes(8, '\0');
        qToLittleEndian<quint64>(quint64(header.size()), bytes.data());
        return bytes + header + data;
    }
    fs::path write(const QByteArray& content) {
        QFile file(m_folder.filePath(QStringLiteral("hand")));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return at("hand");
    }

private Q_SLOTS:
    void writesTheFormatAndReadsItBack() {
        const std::array<float, 3> floats{1.5F, -2, 1e-9F};
        const std::array<std::int64_t, 1> number{-7};
        const std::vector<TensorView> tensors{{"z.weight", "F32", {3, 1}, std::as_bytes(std::span(floats))},
                                              {"a", "I64", {}, std::as_bytes(std::span(number))},
                                              {"empty", "F32", {0, 4}, {}}};
        const auto size = writeSafetensors(at("m"), tensors, {{"format", "pt"}});
        QVERIFY(size);
        QCOMPARE(*size, fs::file_size(at("m")));

        QFile file(QString::fromStdString(at("m").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto length = qFromLittleEndian<quint64>(file.read(8).constData());
        QCOMPARE(length % 8, 0U);
        const auto header = QJsonDocument::fromJson(file.read(qint64(length))).object();
        QCOMPARE(header[QStringLiteral("z.weight")].toObject(),
                 QJsonDocument::fromJson(R"({"dtype":"F32","shape":[3,1],"data_offsets":[0,12]})").object());
        QCOMPARE(header[QStringLiteral("__metadata__")].toObject()[QStringLiteral("format")].toString(),
                 QStringLiteral("pt"));

        const auto read = readSafetensors(at("m"));
        QVERIFY(read);
        QCOMPARE(read->tensors.size(), tensors.size());
        QCOMPARE(read->metadata.at("format"), std::string("pt"));
        for (const auto& tensor : tensors) {
            const auto* found = read->find(tensor.name);
            QVERIFY(found != nullptr);
            QCOMPARE(found->shape, tensor.shape);
            QCOMPARE(found->type, tensor.type);
            QVERIFY(
                std::equal(found->data.begin(), found->data.end(), tensor.data.begin(), tensor.data.end()));
        }
        QVERIFY(read->find("other") == nullptr);
        QVERIFY(!fs::exists(at("m.part")));
    }

    void aFailedWriteLeavesNothing() {
        const auto written = writeSafetensors(at("none") / "m", {}, {});
        QVERIFY(!written);
        QVERIFY(!fs::exists(at("none")));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("length beyond the file") << QByteArray(8, '\x7f') + "{}";
        QTest::newRow("length above the limit") << QByteArray(8, '\xff') + "{}";
        QTest::newRow("no JSON") << framed("{nope", "");
        QTest::newRow("no object") << framed("[1]", "");
        QTest::newRow("no offsets") << framed(R"({"a":{"dtype":"F32","shape":[1]}})", "abcd");
        QTest::newRow("unknown type")
            << framed(R"({"a":{"dtype":"X","shape":[4],"data_offsets":[0,4]}})", "abcd");
        QTest::newRow("size differs")
            << framed(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}})", "abcd");
        QTest::newRow("beyond the end")
            << framed(R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}})", "abcd");
        QTest::newRow("backwards") << framed(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}})",
                                             "abcd");
        QTest::newRow("overflow") << framed(
            R"({"a":{"dtype":"F64","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})", "");
        QTest::newRow("negative") << framed(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}})", "");
        QTest::newRow("a hole") << framed(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "abcd");
        QTest::newRow("metadata that is no text") << framed(R"({"__metadata__":{"a":1}})", "");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        const auto file = write(content);
        const auto read = readSafetensors(file);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Corrupt);
        QVERIFY(read.error().message.find(file.string()) != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_safetensors)
#include "tst_safetensors.moc"
