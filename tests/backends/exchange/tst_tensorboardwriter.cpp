// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardwriter.h"

#include "testpaths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_tensorboardwriter : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name) const {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }
    static QByteArray bytes(const std::filesystem::path& path) {
        QFile content(QString::fromStdString(path.string()));
        return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray("unreadable");
    }

private Q_SLOTS:
    // Each of torch's first records, as torch wrote it.
    void writesAsTorchDoes() {
        auto writer = TensorboardWriter::create(file("torch"), 1790000000);
        QVERIFY(writer);
        QVERIFY(writer->add({1790000000.25, 10, "loss", 1.0}));
        QVERIFY(writer->finish());
        const QByteArray recorded =
            bytes(std::string(kTestDataDir) + "/tensorboard/events.out.tfevents.1795877962.torch.0");
        const QByteArray written = bytes(file("torch"));
        constexpr int kVersion = 8 + 4 + 24 + 4;
        QVERIFY2(recorded.contains(written.mid(kVersion)), written.toHex());
        QVERIFY(written.contains("brain.Event:2"));
    }

    void isReadAgain() {
        auto writer = TensorboardWriter::create(file("many"), 1);
        QVERIFY(writer);
        constexpr int kMany = 60000;  // more than is written at once
        for (int i = 0; i < kMany; ++i)
            QVERIFY(writer->add({1e9 + i, i == 7 ? -3 : i, "some/longer name of a metric", i * 0.5}));
        QVERIFY(writer->add({1e9, std::numeric_limits<std::int64_t>::max(), "\xC3\xA9", std::nan("")}));
        QVERIFY(writer->finish());
        TensorboardReader reader(file("many"));
        int count = 0;
        const auto end = reader.next([&](const TensorboardScalar& scalar) {
            if (count < kMany) {
                if (scalar.wallTime != 1e9 + count || scalar.step != (count == 7 ? -3 : count) ||
                    scalar.tag != "some/longer name of a metric" || scalar.value != count * 0.5)
                    qFatal("scalar %d differs", count);
            } else {
                QCOMPARE(scalar.step, std::numeric_limits<std::int64_t>::max());
                QVERIFY(std::isnan(scalar.value));
            }
            ++count;
        });
        QVERIFY(end);
        QCOMPARE(count, kMany + 1);
    }

    void neverOverwrites() {
        QVERIFY(TensorboardWriter::create(file("twice"), 1)->finish());
        const QByteArray before = bytes(file("twice"));
        const auto again = TensorboardWriter::create(file("twice"), 2);
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::Conflict);
        QCOMPARE(bytes(file("twice")), before);
        QCOMPARE(TensorboardWriter::create(file("none/at all"), 2).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_tensorboardwriter)
#include "tst_tensorboardwriter.moc"
