// SPDX-License-Identifier: Apache-2.0
#include "backends/data/idxfile.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

QByteArray header(std::initializer_list<quint32> shape, char type = 8) {
    QByteArray bytes(2, '\0');
    bytes += type;
    bytes += static_cast<char>(shape.size());
    for (const auto size : shape)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((size >> shift) & 255);
    return bytes;
}

}  // namespace

class tst_idxfile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path write(const QString& name, const QByteArray& content) {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    fs::path zipped(const QString& name, const QByteArray& content) {
        write(name, content);
        if (QProcess::execute(QStringLiteral("gzip"), {QStringLiteral("-f"), m_folder.filePath(name)}) != 0)
            qFatal("gzip");
        return m_folder.filePath(name + QStringLiteral(".gz")).toStdString();
    }

private Q_SLOTS:
    void readsPlainAndGzip() {
        const QByteArray values(QByteArray::fromHex("000102030405060708090aff"));
        for (const auto& file : {write(QStringLiteral("a"), header({3, 2, 2}) + values),
                                 zipped(QStringLiteral("b"), header({3, 2, 2}) + values)}) {
            const auto array = readIdx(file);
            QVERIFY2(array, array ? "" : array.error().message.c_str());
            QCOMPARE(array->shape, (std::vector<std::int64_t>{3, 2, 2}));
            QCOMPARE(QByteArray(reinterpret_cast<const char*>(array->values.data()),
                                qsizetype(array->values.size())),
                     values);
        }
    }

    void readsWhatNeedsManyBlocks() {
        QByteArray values(3000 * 1000, '\0');
        for (qsizetype i = 0; i < values.size(); ++i) values[i] = static_cast<char>((i * 2654435761U) >> 13);
        const auto array = readIdx(zipped(QStringLiteral("many"), header({3000, 1000}) + values));
        QVERIFY(array);
        QVERIFY(std::equal(values.begin(), values.end(), array->values.begin(), array->values.end(),
                           [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt);
        const int argument = int(ErrorCode::InvalidArgument);
        QTest::newRow("empty") << QByteArray() << corrupt << QByteArray("no idx header");
        QTest::newRow("text") << QByteArray("hello world") << corrupt << QByteArray("no idx header");
        QTest::newRow("floats") << header({1}, 0x0d) + "abcd" << argument << QByteArray("type 13");
        QTest::newRow("no dimension") << header({}) << corrupt << QByteArray("0 dimensions");
        QTest::newRow("five dimensions")
            << header({1, 1, 1, 1, 1}) + "a" << corrupt << QByteArray("5 dimensions");
        QTest::newRow("zero") << header({3, 0}) << corrupt << QByteArray("dimension 2 is 0");
        QTest::newRow("cut header") << header({3, 4}).left(10) << corrupt << QByteArray("header ends");
        QTest::newRow("short") << header({2, 3}) + "abcde" << corrupt << QByteArray("5 of 6 values (2×3)");
        QTest::newRow("long") << header({2, 3}) + "abcdefg" << corrupt << QByteArray("goes on");
        QTest::newRow("huge") << header({0xffffffff, 0xffffffff}) << argument << QByteArray("16 GiB");
        QTest::newRow("lies") << header({0xffffffff}) + "a" << corrupt << QByteArray("1 of 4294967295");
        QTest::newRow("gzip in name only")
            << QByteArray::fromHex("1f8b0800000000000003ffffffff") << corrupt << QByteArray("gzip");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto file = write(QStringLiteral("bad"), content);
        const auto array = readIdx(file);
        QVERIFY(!array);
        QCOMPARE(int(array.error().code), code);
        const auto message = QByteArray::fromStdString(array.error().message);
        QVERIFY2(message.contains(words) && message.contains(file.c_str()), message);
    }

    void refusesCutAndChangedGzip() {
        const auto file =
            zipped(QStringLiteral("c"), header({1000}) + QByteArray(500, 'a') + QByteArray(500, 'b'));
        QFile whole(QString::fromStdString(file.string()));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        QByteArray content = whole.readAll();
        QCOMPARE(readIdx(write(QStringLiteral("cut"), content.left(content.size() / 2))).error().code,
                 ErrorCode::Corrupt);
        content[content.size() - 6] = static_cast<char>(content[content.size() - 6] ^ 1);  // in the checksum
        const auto changed = readIdx(write(QStringLiteral("changed"), content));
        QVERIFY(!changed);
        QVERIFY(changed.error().message.find("checksum") != std::string::npos);
    }

    void readsAFolder() {
        write(QStringLiteral("train-images-idx3-ubyte"), header({2, 1, 3}) + "abcdef");
        zipped(QStringLiteral("train-labels-idx1-ubyte"), header({2}) + QByteArray("\x01\x07"));
        const auto images = readIdxImages(m_folder.path().toStdString(), "train");
        QVERIFY(images);
        QCOMPARE(images->count, 2);
        QCOMPARE(images->width, 3);
        QCOMPARE(int(images->labels[1]), 7);

        const auto none = readIdxImages(m_folder.path().toStdString(), "t10k");
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        write(QStringLiteral("t10k-images-idx3-ubyte"), header({2, 1, 3}) + "abcdef");
        write(QStringLiteral("t10k-labels-idx1-ubyte"), header({1}) + "a");
        const auto differing = readIdxImages(m_folder.path().toStdString(), "t10k");
        QCOMPARE(differing.error().code, ErrorCode::Corrupt);
        QVERIFY(differing.error().message.find("2 images but 1 labels") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_idxfile)
#include "tst_idxfile.moc"
