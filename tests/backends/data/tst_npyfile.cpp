// SPDX-License-Identifier: Apache-2.0
#include "backends/data/npyfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "npybytes.h"

#include <cmath>

using namespace slipway;

class tst_npyfile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path write(const QByteArray& content) const {
        QFile file(m_folder.filePath(QStringLiteral("a.npy")));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    static std::vector<float> all(const NpyFile& file) {
        std::vector<float> values(static_cast<std::size_t>(file.rows() * file.rowValues()));
        for (std::int64_t row = 0; row < file.rows(); ++row)
            file.readRow(row, values.data() + row * file.rowValues());
        return values;
    }

private Q_SLOTS:
    void readsEachType_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("values");
        QTest::addColumn<bool>("isWhole");
        const auto row = [](const char* type, const QByteArray& values, bool isWhole) {
            QTest::newRow(type) << QByteArray(type) << values << isWhole;
        };
        row("|b1", bytesOf<std::uint8_t>({1, 0, 1}), true);
        row("|u1", bytesOf<std::uint8_t>({1, 0, 1}), true);
        row("|i1", bytesOf<std::int8_t>({1, 0, 1}), true);
        row("<i2", bytesOf<std::int16_t>({1, 0, 1}), true);
        row("<u2", bytesOf<std::uint16_t>({1, 0, 1}), true);
        row("<i4", bytesOf<std::int32_t>({1, 0, 1}), true);
        row("<u4", bytesOf<std::uint32_t>({1, 0, 1}), true);
        row("<i8", bytesOf<std::int64_t>({1, 0, 1}), true);
        row("<u8", bytesOf<std::uint64_t>({1, 0, 1}), true);
        row("<f2", QByteArray::fromHex("003c0000003c"), false);
        row("<f4", bytesOf<float>({1, 0, 1}), false);
        row("<f8", bytesOf<double>({1, 0, 1}), false);
    }
    void readsEachType() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, values);
        QFETCH(bool, isWhole);
        for (const int version : {1, 2, 3}) {
            const auto file = NpyFile::open(write(
                npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (3,), }", values, version)));
            QVERIFY2(file, file ? "" : describe(file.error()).c_str());
            QCOMPARE(file->shape(), (std::vector<std::int64_t>{3}));
            QCOMPARE(file->isWhole(), isWhole);
            QCOMPARE(all(*file), (std::vector<float>{1, 0, 1}));
            QCOMPARE(file->wholeAt(2), 1);
        }
    }

    // Bit patterns of IEEE 754's table of binary16.
    void halvesAreExact() {
        const auto file = NpyFile::open(write(
            npy("{'descr': '<f2', 'fortran_order': False, 'shape': (6,), }", QByteArray::fromHex("ff7b"
                                                                                                 "0100"
                                                                                                 "00c0"
                                                                                                 "5535"
                                                                                                 "007c"
                                                                                                 "0080"))));
        QVERIFY(file);
        const auto values = all(*file);
        QCOMPARE(values[0], 65504.0F);
        QCOMPARE(values[1], 5.9604645e-8F);
        QCOMPARE(values[2], -2.0F);
        QCOMPARE(values[3], 0.33325195F);
        QVERIFY(std::isinf(values[4]));
        QVERIFY(values[5] == 0 && std::signbit(values[5]));
    }

    // The array [[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]], whose first index runs fastest.
    void fortranOrderIsTurned() {
        const auto file =
            NpyFile::open(write(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }",
                                    bytesOf<std::uint8_t>({0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11}))));
        QVERIFY2(file, file ? "" : describe(file.error()).c_str());
        QCOMPARE(file->rowValues(), 6);
        QCOMPARE(all(*file), (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    }

    void largeLabelsStayWhole() {
        const auto file = NpyFile::open(write(npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                                                  bytesOf<std::int64_t>({9007199254740993, -5}))));
        QCOMPARE(file->wholeAt(0), 9007199254740993);
        QCOMPARE(file->wholeAt(1), -5);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt);
        const int argument = int(ErrorCode::InvalidArgument);
        const QByteArray good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        QTest::newRow("empty") << QByteArray() << corrupt << QByteArray("no .npy file");
        QTest::newRow("text") << QByteArray("a,b\n1,2\n3,4\n") << corrupt << QByteArray("no .npy file");
        QTest::newRow("version") << npy(good, "12345678", 4) << argument << QByteArray("version 4.0");
        QTest::newRow("short") << npy(good, "1234567") << corrupt << QByteArray("shorter than its shape");
        QTest::newRow("long") << npy(good, "123456789") << corrupt << QByteArray("goes on");
        QTest::newRow("cut header") << npy(good, "12345678").left(40) << corrupt
                                    << QByteArray("header ends too early");
        QTest::newRow("no dictionary")
            << npy("[1, 2]", "12345678") << corrupt << QByteArray("no description");
        QTest::newRow("no shape") << npy("{'descr': '<f4', 'fortran_order': False}", "12345678") << corrupt
                                  << QByteArray("no description");
        QTest::newRow("more keys") << npy("{'descr': '<f4', 'x': 1, 'fortran_order': False, 'shape': (2,)}",
                                          "12345678")
                                   << corrupt << QByteArray("no description");
        QTest::newRow("negative") << npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
                                         "12345678")
                                  << corrupt << QByteArray("no description");
        QTest::newRow("huge")
            << npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9)}", "12345678")
            << corrupt << QByteArray("shorter than its shape");
        QTest::newRow("none") << npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3)}", "")
                              << argument << QByteArray("has no values");
        QTest::newRow("single") << npy("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", "1234")
                                << argument << QByteArray("a single value");
        QTest::newRow("big-endian") << npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}",
                                           "12345678")
                                    << argument << QByteArray("big-endian");
        QTest::newRow("objects") << npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "12345678")
                                 << argument << QByteArray("|O is no number");
        QTest::newRow("fields") << npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
                                       "12345678")
                                << argument << QByteArray("have fields");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto file = NpyFile::open(write(content));
        QVERIFY(!file);
        QCOMPARE(int(file.error().code), code);
        const auto message = QByteArray::fromStdString(file.error().message);
        QVERIFY2(message.contains(words) && message.contains("a.npy"), message);
    }

    void namesWhatIsNotThere() { QCOMPARE(NpyFile::open("/none.npy").error().code, ErrorCode::NotFound); }
};

QTEST_APPLESS_MAIN(tst_npyfile)
#include "tst_npyfile.moc"
