// SPDX-License-Identifier: Apache-2.0
#include "backends/image/codesnapshot.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_codesnapshot : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_place;

    void write(const QString& name, const QByteArray& text) const {
        const QString file = m_place->filePath(name);
        QDir().mkpath(QFileInfo(file).path());
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()) qFatal("cannot write");
    }
    QStringList kept() const {
        QStringList names;
        const QDir root(m_place->filePath(u"kept"_s));
        for (QDirIterator it(root.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             it.hasNext();)
            names << root.relativeFilePath(it.next());
        names.sort();
        return names;
    }
    Result<void> keep(const JobSpec& job) const {
        return keepCode(job, m_place->filePath(u"job"_s).toStdString(),
                        m_place->filePath(u"kept"_s).toStdString());
    }
    static JobSpec program() {
        JobSpec job;
        ProgramSpec program;
        program.command = {"train.py"};
        job.work = program;
        job.outputs = {"out"};
        job.inputs = {{"data", "data"}, {"gone", "gone"}};
        return job;
    }

private Q_SLOTS:
    void init() { m_place = std::make_unique<QTemporaryDir>(); }

    void codeIsKeptAndNothingElse() {
        write(u"job/train.py"_s, "print(1)\n");
        write(u"job/lib/net.py"_s, "x = 1\n");
        write(u"job/job.yaml"_s, "name: a\n");
        write(u"job/data/rows.csv"_s, "1,2\n");
        write(u"job/out/model.txt"_s, "weights\n");
        write(u"job/.gitignore"_s, "*.log\n");
        write(u"job/a.log"_s, "log\n");
        write(u"job/.env"_s, "PASSWORD=x\n");
        write(u"job/keys.py"_s, "key = 'AKIAIOSFODNN7ABCDEFG'\n");
        write(u"job/picture.png"_s, QByteArray("\x89PNG\0\0", 6));
        write(u"job/large.py"_s, QByteArray(static_cast<int>(kMaxKeptCodeFile) + 1, '#'));
        QVERIFY(QFile::link(u"/etc/hostname"_s, m_place->filePath(u"job/link"_s)));
        const auto done = keep(program());
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QCOMPARE(kept(), (QStringList{u".gitignore"_s, u"lib/net.py"_s, u"train.py"_s}));
        QFile net(m_place->filePath(u"kept/lib/net.py"_s));
        QVERIFY(net.open(QIODevice::ReadOnly));
        QCOMPARE(net.readAll(), QByteArray("x = 1\n"));
        QVERIFY(!QFile::exists(m_place->filePath(u"kept.part"_s)));
    }

    void muchCodeIsKeptInPart() {
        for (int i = 0; i < 40; ++i)
            write(u"job/%1.py"_s.arg(i, 2, 10, QLatin1Char('0')),
                  QByteArray(static_cast<int>(kMaxKeptCodeFile), '#'));
        QVERIFY(keep(program()));
        QCOMPARE(kept().size(), static_cast<qsizetype>(kMaxKeptCode / kMaxKeptCodeFile));
    }

    void whatHasNoCodeKeepsNone() {
        JobSpec job;
        job.work = TrainSpec{};
        write(u"job/train.py"_s, "print(1)\n");
        QVERIFY(keep(job));
        QVERIFY(!QFile::exists(m_place->filePath(u"kept"_s)));
    }

    void nothingIsLeftWhereItCannotBeKept() {
        write(u"job/train.py"_s, "print(1)\n");
        write(u"kept"_s, "in the way");
        QVERIFY(!keep(program()));
        QVERIFY(!QFile::exists(m_place->filePath(u"kept.part"_s)));
    }
};

QTEST_APPLESS_MAIN(tst_codesnapshot)
#include "tst_codesnapshot.moc"
