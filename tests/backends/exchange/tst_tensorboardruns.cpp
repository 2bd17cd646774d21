// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardruns.h"

#include "backends/exchange/tensorboardwriter.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_tensorboardruns : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path write(const QString& name, double value) const {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        auto writer = TensorboardWriter::create(path.toStdString(), 1.7e9);
        if (!writer || !writer->add({1.7e9, 1, "loss", value}) || !writer->finish()) qFatal("cannot write");
        return path.toStdString();
    }
    static QList<double> values(const ForeignRun& run) {
        QList<double> all;
        if (!run.read([&](const TensorboardScalar& scalar) { all << scalar.value; })) qFatal("cannot read");
        return all;
    }

private Q_SLOTS:
    void eachFolderIsARun() {
        write(u"logs/events.out.tfevents.5.host"_s, 5);
        write(u"logs/sweep/b/events.out.tfevents.30.host"_s, 3);
        write(u"logs/sweep/b/events.out.tfevents.20.host"_s, 2);
        write(u"logs/sweep/a/events.out.tfevents.10.host"_s, 1);
        const auto runs = tensorboardRuns(m_folder.filePath(u"logs/../logs/"_s).toStdString());
        QVERIFY(runs);
        QStringList names;
        for (const ForeignRun& run : *runs) names << QString::fromStdString(run.name);
        QCOMPARE(names, QStringList({u"logs"_s, u"sweep/a"_s, u"sweep/b"_s}));
        QCOMPARE(values(runs->at(2)), QList<double>({2, 3}));
        QCOMPARE(runs->at(2).tool, std::string("tensorboard"));
        const auto again = tensorboardRuns(m_folder.filePath(u"logs"_s).toStdString());
        QCOMPARE(again->at(2).identity, runs->at(2).identity);
        QVERIFY(runs->at(1).identity != runs->at(2).identity);
    }

    void damageIsTold() {
        const auto file = write(u"bad/events.out.tfevents.1.host"_s, 1);
        std::filesystem::resize_file(file, 20);
        std::filesystem::resize_file(file, 90);  // zeros
        const auto runs = tensorboardRuns(m_folder.filePath(u"bad"_s).toStdString());
        const auto read = runs->front().read([](const TensorboardScalar&) {});
        QCOMPARE(read.error().code, ErrorCode::Corrupt);
    }

    void noneIsNoError() {
        QDir().mkpath(m_folder.filePath(u"none"_s));
        QVERIFY(tensorboardRuns(m_folder.filePath(u"none"_s).toStdString())->empty());
        QCOMPARE(tensorboardRuns(m_folder.filePath(u"missing"_s).toStdString()).error().code,
                 ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_tensorboardruns)
#include "tst_tensorboardruns.moc"
