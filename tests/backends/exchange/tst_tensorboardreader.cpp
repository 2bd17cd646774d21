// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardreader.h"

#include "backends/exchange/crc32c.h"
#include "testpaths.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

// Written by torch.utils.tensorboard of torch 2.15: "loss" as the plain scalar, "lr" in double precision, "test/accuracy" as the
// tensor of TensorFlow 2; a text, a histogram and a picture among them.
QString recorded() {
    return QString::fromUtf8(kSourceDir) +
           u"/tests/data/tensorboard/events.out.tfevents.1795877962.torch.0"_s;
}

template <typename T>
QByteArray plain(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof(T)};
}
QByteArray framed(const QByteArray& data) {
    const QByteArray length = plain(std::uint64_t(data.size()));
    return length + plain(maskedCrc32c(length.toStdString())) + data +
           plain(maskedCrc32c(data.toStdString()));
}
// A field with bytes, shorter than 128.
QByteArray field(int number, const QByteArray& bytes) {
    return QByteArray(1, static_cast<char>(number << 3 | 2)) +
           QByteArray(1, static_cast<char>(bytes.size())) + bytes;
}
QByteArray message(int step, const QByteArray& value) {
    return "\x09" + plain(1790000000.5) + "\x10" + QByteArray(1, static_cast<char>(step)) +
           field(5, field(1, value));
}
QByteArray loss(int step, float value) { return message(step, field(1, "loss") + "\x15" + plain(value)); }

struct Read {
    QStringList lines;  // "<time> <step> <tag> <value>"
    Result<void> end;
};
Read readOn(TensorboardReader& reader) {
    Read read;
    read.end = reader.next([&](const TensorboardScalar& scalar) {
        read.lines << u"%1 %2 %3 %4"_s.arg(scalar.wallTime - 1790000000)
                          .arg(scalar.step)
                          .arg(QString::fromUtf8(scalar.tag.data(), qsizetype(scalar.tag.size())))
                          .arg(scalar.value);
    });
    return read;
}

}  // namespace

class tst_tensorboardreader : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path write(const QString& name, const QByteArray& content,
                                QIODevice::OpenMode mode = QIODevice::WriteOnly) const {
        QDir().mkpath(QFileInfo(m_folder.filePath(name)).path());
        QFile file(m_folder.filePath(name));
        if (!file.open(mode) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }
    static QByteArray recordedBytes() {
        QFile file(recorded());
        if (!file.open(QIODevice::ReadOnly)) qFatal("no recorded file");
        return file.readAll();
    }

private Q_SLOTS:
    void stopsAndGoesOn() {
        constexpr int kMany = 100'000;
        QByteArray bytes;
        for (int i = 0; i < kMany; ++i) bytes += framed(loss(i % 100, 0.5F));
        TensorboardReader reader(write(u"long/events.out.tfevents.1.h"_s, bytes));
        int read = 0;
        std::stop_source stop;
        const auto count = [&](const TensorboardScalar&) {
            ++read;
            stop.request_stop();
        };
        QVERIFY(reader.next(count, stop.get_token()));
        QVERIFY2(read > 0 && read < kMany, QByteArray::number(read));
        QVERIFY(reader.next(count));
        QCOMPARE(read, kMany);
    }

    void readsWhatTorchWrote() {
        TensorboardReader reader(recorded().toStdString());
        const Read read = readOn(reader);
        QVERIFY2(read.end, read.end ? "" : read.end.error().message.c_str());
        const QStringList expected{
            u"0 0 loss 2"_s,           u"0 0 lr 0.001"_s,        u"0 0 test/accuracy 0.5"_s,
            u"0.25 10 loss 1"_s,       u"0.25 10 lr 0.0009"_s,   u"0.25 10 test/accuracy 0.5625"_s,
            u"0.5 20 loss 0.666667"_s, u"0.5 20 lr 0.00081"_s,   u"0.5 20 test/accuracy 0.625"_s,
            u"0.75 30 loss 0.5"_s,     u"0.75 30 lr 0.000729"_s, u"0.75 30 test/accuracy 0.6875"_s,
            u"1 40 loss 0.4"_s,        u"1 40 lr 0.0006561"_s,   u"1 40 test/accuracy 0.75"_s,
            u"3 50 loss nan"_s};
        QCOMPARE(read.lines, expected);
        QCOMPARE(reader.offset(), std::uint64_t(recordedBytes().size()));
        QVERIFY(readOn(reader).lines.isEmpty());
    }

    // However few bytes come at a time, each scalar comes once.
    void followsAFileThatGrows() {
        const QByteArray whole = recordedBytes();
        const auto file = m_folder.filePath(u"growing"_s).toStdString();
        TensorboardReader reader(file);
        QVERIFY(readOn(reader).end);  // not there yet
        QStringList lines;
        for (qsizetype at = 0; at < whole.size(); at += 7) {
            write(u"growing"_s, whole.mid(at, 7), QIODevice::Append);
            const Read read = readOn(reader);
            QVERIFY(read.end);
            lines += read.lines;
        }
        TensorboardReader all(recorded().toStdString());
        QCOMPARE(lines, readOn(all).lines);
    }

    void damageIsToldWithItsPlace_data() {
        QTest::addColumn<QByteArray>("second");
        QTest::addColumn<QByteArray>("words");
        QByteArray record = framed(loss(2, 1));
        for (const auto& [name, at, words] :
             {std::tuple("length", 3, "length differs"), std::tuple("length's checksum", 9, "length differs"),
              std::tuple("data", 20, "checksum of a record differs"),
              std::tuple("data's checksum", int(record.size()) - 1, "checksum of a record differs")}) {
            QByteArray damaged = record;
            damaged[at] = static_cast<char>(damaged[at] ^ 4);
            QTest::newRow(name) << damaged << QByteArray(words);
        }
        QTest::newRow("no message") << framed("\xff\xff\xff") << QByteArray("no event");
        QTest::newRow("value beyond its message") << framed("\x2a\x7f") << QByteArray("no event");
        QTest::newRow("groups") << framed("\x0b") << QByteArray("no event");
        QTest::newRow("endless number") << framed("\x10" + QByteArray(11, '\xff')) << QByteArray("no event");
    }
    void damageIsToldWithItsPlace() {
        QFETCH(QByteArray, second);
        QFETCH(QByteArray, words);
        const QByteArray first = framed(loss(1, 2));
        TensorboardReader reader(write(u"damaged"_s, first + second + framed(loss(3, 0))));
        for (int times = 0; times < 2; ++times) {
            const Read read = readOn(reader);
            QCOMPARE(read.lines, times == 0 ? QStringList(u"0.5 1 loss 2"_s) : QStringList());
            QVERIFY(!read.end);
            QCOMPARE(read.end.error().code, ErrorCode::Corrupt);
            const auto message = QByteArray::fromStdString(read.end.error().message);
            QVERIFY2(message.contains(words) &&
                         message.contains("damaged at byte " + QByteArray::number(first.size())) &&
                         message.contains(reader.file().c_str()),
                     message);
        }
    }

    void longRecordsArePassedOver() {
        const QByteArray graph(qsizetype(TensorboardReader::kMaxRecordBytes) + 1, 'g');
        const QByteArray before = framed(loss(1, 2));
        const QByteArray all = before + framed(graph) + framed(loss(2, 1));
        TensorboardReader reader(write(u"graph"_s, all.left(all.size() / 2)));
        QCOMPARE(readOn(reader).lines, QStringList(u"0.5 1 loss 2"_s));
        QCOMPARE(reader.offset(), std::uint64_t(before.size()));
        write(u"graph"_s, all);
        QCOMPARE(readOn(reader).lines, QStringList(u"0.5 2 loss 1"_s));
        QByteArray length = plain(~std::uint64_t{0});
        TensorboardReader endless(write(
            u"endless"_s, before + length + plain(maskedCrc32c(length.toStdString())) + "more and more"));
        const Read read = readOn(endless);
        QVERIFY(read.end);  // it waits
        QCOMPARE(read.lines.size(), 1);
    }

    void onlyScalarsAreOnes_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("line");
        const QByteArray tag = field(1, "x");
        const QByteArray isFloat("\x08\x01"), isDouble("\x08\x02"), isInteger("\x08\x03");
        const auto plugin = [](const char* name) { return field(9, field(1, field(1, name))); };
        QTest::newRow("float content") << tag + field(8, isFloat + field(4, plain(0.5F))) << u"0.5 1 x 0.5"_s;
        QTest::newRow("double content")
            << tag + field(8, isDouble + field(4, plain(0.25))) << u"0.5 1 x 0.25"_s;
        QTest::newRow("double list") << tag + field(8, isDouble + field(6, plain(0.125)))
                                     << u"0.5 1 x 0.125"_s;
        QTest::newRow("of scalars") << tag + field(8, isFloat + field(5, plain(4.F))) + plugin("scalars")
                                    << u"0.5 1 x 4"_s;
        QTest::newRow("tag last") << "\x15" + plain(3.F) + tag << u"0.5 1 x 3"_s;
        QTest::newRow("short content") << tag + field(8, isDouble + field(4, plain(0.5F))) << QString();
        QTest::newRow("a vector") << tag + field(8, isFloat + field(2, field(2, "\x08\x02")) +
                                                        field(4, plain(0.5)))
                                  << QString();
        QTest::newRow("integers") << tag + field(8, isInteger + field(4, plain(1))) << QString();
        QTest::newRow("of another plugin")
            << tag + field(8, isFloat + field(5, plain(4.F))) + plugin("pr_curves") << QString();
        QTest::newRow("no tag") << "\x15" + plain(3.F) << QString();
        QTest::newRow("nothing") << tag << QString();
    }
    void onlyScalarsAreOnes() {
        QFETCH(QByteArray, value);
        QFETCH(QString, line);
        TensorboardReader reader(write(u"one"_s, framed(message(1, value))));
        const Read read = readOn(reader);
        QVERIFY2(read.end, read.end ? "" : read.end.error().message.c_str());
        QCOMPARE(read.lines, line.isEmpty() ? QStringList() : QStringList(line));
    }

    void timesThatCannotBeAreNone() {
        QCOMPARE(writtenTime({.wallTime = 1.5}), Timestamp(std::chrono::milliseconds(1500)));
        for (const double none : {0.0, -1.0, 1e300, std::nan("")}) QVERIFY(!writtenTime({.wallTime = none}));
    }

    void listsAFolder() {
        for (const char* name : {"list/b/events.out.tfevents.20.host", "list/b/events.out.tfevents.10.host",
                                 "list/a/deep/events.out.tfevents.30.host.v2", "list/a/readme.txt"})
            write(QString::fromUtf8(name), "");
        QDir().mkpath(m_folder.filePath(u"list/c/events.out.tfevents.40"_s));
        const auto root = std::filesystem::path(m_folder.filePath(u"list"_s).toStdString());
        const auto files = tensorboardFiles(root);
        QVERIFY(files);
        const std::vector<std::filesystem::path> expected{root / "a/deep/events.out.tfevents.30.host.v2",
                                                          root / "b/events.out.tfevents.10.host",
                                                          root / "b/events.out.tfevents.20.host"};
        QCOMPARE(*files, expected);
        QCOMPARE(tensorboardFiles(root / "none").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_tensorboardreader)
#include "tst_tensorboardreader.moc"
