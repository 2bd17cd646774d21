// SPDX-License-Identifier: Apache-2.0
#include "backends/data/arraydescription.h"

#include <QTest>

#include "datafolder.h"
#include "npybytes.h"

#include <limits>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_arraydescription : public QObject {
    Q_OBJECT
    std::unique_ptr<DataFolder> m_folder;

    // Images of 2 × 2 pixels with these labels.
    void writeIdx(const QString& part, const QByteArray& labels) const {
        const auto count = QByteArray(3, '\0') + char(labels.size());
        QByteArray pixels = QByteArray::fromHex("00000803") + count + QByteArray::fromHex("0000000200000002");
        for (qsizetype i = 0; i < labels.size(); ++i) pixels += QByteArray::fromHex("0a141e28");
        m_folder->write(part + u"-images-idx3-ubyte"_s, pixels);
        m_folder->write(part + u"-labels-idx1-ubyte"_s, QByteArray::fromHex("00000801") + count + labels);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<DataFolder>(); }

    void partsOfIdx() {
        writeIdx(u"train"_s, QByteArray("\1\2\1", 3));
        writeIdx(u"t10k"_s, QByteArray("\2", 1));
        const auto data = describeIdx(m_folder->root(), {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->samples, 4);
        QCOMPARE(data->parts[0].name, std::string("training"));
        QCOMPARE(data->parts[0].classes[0].value, std::string("1"));
        QCOMPARE(data->parts[0].classes[0].count, 2);
        QCOMPARE(data->parts[1].samples, 1);
        QCOMPARE(data->facts[0], std::pair(std::string("size"), std::string("2 × 2 pixels")));
        QCOMPARE(data->facts[1].second, std::string("10 to 40, mean 25"));
        QCOMPARE(data->pictures.size(), std::size_t{3});  // class by class
        QCOMPARE(data->pictures[1].name, std::string("training 3"));
        QCOMPARE(data->pictures[2].label, std::string("2"));
        QCOMPARE(data->pictures[2].pixels, std::string("\n\n\n\x14\x14\x14\x1e\x1e\x1e((("));
    }

    void arraysOfAFolder() {
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        m_folder->write(u"features.npy"_s, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
                                               bytesOf<float>({1, -2, kNone, 4})));
        m_folder->write(u"labels.npy"_s, npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
                                             bytesOf<char>({7, 7})));
        m_folder->write(u"notes.txt"_s, "x");
        const auto data = describeNpy(m_folder->root(), {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->samples, 2);
        QCOMPARE(data->facts[0].first, std::string("features.npy"));
        QCOMPARE(data->facts[0].second, std::string("float32, 2 × 2, -2 to 4, mean 1"));
        QCOMPARE(data->faults, 1);
        QCOMPARE(data->firstFaults[0].place, std::string("features.npy, row 2"));
        QCOMPARE(data->firstFaults[0].what, std::string("1 value that is no finite number"));
        QCOMPARE(data->parts.size(), std::size_t{1});
        QCOMPARE(data->parts[0].classes[0].value, std::string("7"));
        QCOMPARE(data->parts[0].classes[0].count, 2);
    }

    void whatCannotBeRead() {
        const std::filesystem::path folder = m_folder->root();
        QCOMPARE(describeNpy(folder, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(describeIdx(folder, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(describeNpy(m_folder->write(u"x.npy"_s, "no array"), {}).error().code, ErrorCode::Corrupt);
        const std::atomic<bool> stop = true;
        const auto array = m_folder->write(
            u"a.npy"_s, npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", bytesOf<char>({7})));
        QCOMPARE(describeNpy(array, {.stop = &stop}).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_arraydescription)
#include "tst_arraydescription.moc"
