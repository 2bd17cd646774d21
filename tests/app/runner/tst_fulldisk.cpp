// SPDX-License-Identifier: Apache-2.0
// A disk that is really full: a small file system of its own in a sandbox, filled by the run or the package itself. What was
// reported as saved is there and whole, and the reason is told in words.
#include "childprocess.h"
#include "testpaths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

class tst_fulldisk : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    void write(const QString& name, const QByteArray& text) const {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write(text);
    }

    // What a shell says that has `slipway` in its path, this test's folder as its own and a file system of `size` bytes at /mnt.
    ChildOutput inSandbox(const QByteArray& size, const QByteArray& script) const {
        const std::string folder = m_folder.path().toStdString();
        return runChild({"bwrap",
                         "--bind",
                         "/",
                         "/",
                         "--dev",
                         "/dev",
                         "--proc",
                         "/proc",
                         "--size",
                         size.toStdString(),
                         "--tmpfs",
                         "/mnt",
                         "--chdir",
                         folder,
                         "--die-with-parent",
                         "--setenv",
                         "SLIPWAY_HOME",
                         "/mnt/home",
                         "sh",
                         "-ec",
                         "PATH=" + std::string(kBinDir) + ":$PATH\n" + script.toStdString()});
    }

private Q_SLOTS:
    void initTestCase() {
        if (!inSandbox("1000000", "exit 0").isFine) QSKIP("bwrap cannot make a sandbox here");
        write(u"table.csv"_s, "a,b,y\n1,2,no\n3,1,yes\n2,2,no\n5,1,yes\n");
        // Each checkpoint takes some 2.4 MB.
        write(
            u"job.yaml"_s,
            "name: full\ntrain:\n  network: {type: mlp, hidden: [400, 400]}\n"
            "  data: {type: table, input: table, target: y}\n  optimizer: {type: adam}\n  batch: 4\n  steps: 25\n"
            "inputs: {table: table.csv}\ncheckpoint: {every: 5, keep: 100}\nresources: {cpu: 1}\n");
    }

    void aTrainingLosesNothingThatItToldAsSaved() {
        const ChildOutput ran = inSandbox("10000000", R"sh(
slipway run job.yaml >said.txt 2>&1 && echo "did not fail"
cat said.txt
cd /mnt/home/runs/1
grep '"kind":"checkpoint"' events/rank-0.jsonl | grep -o 'checkpoints/step-[0-9]*.safetensors' | sort -u >/mnt/told
ls checkpoints/* >/mnt/there
cmp /mnt/told /mnt/there && echo "told: $(wc -l </mnt/told)"
rm checkpoints/step-0000000000[01]?.safetensors
slipway resume 1 2>&1)sh");
        QVERIFY2(ran.isFine, ran.text.c_str());
        const QByteArray said = QByteArray::fromStdString(ran.text);
        QVERIFY2(!said.contains("did not fail"), said.constData());
        QVERIFY2(said.contains("No space left on device"), said.constData());
        QVERIFY2(said.contains("No space is left on the device that the program writes to"),
                 said.constData());
        QVERIFY2(said.contains("told: 4"), said.constData());
        QVERIFY2(said.contains("resumed at step 20"), said.constData());
    }

    void logsThatFillTheDiskEndWithTheRightState() {
        write(u"loud.yaml"_s, "name: loud\nprogram:\n  command: [sh, -c, 'seq 1 40000; exit 7']\n");
        const ChildOutput ran = inSandbox("2000000", R"sh(
slipway run loud.yaml >said.txt 2>&1 && echo "did not fail"
slipway show)sh");
        QVERIFY2(ran.isFine, ran.text.c_str());
        QVERIFY2(QByteArray::fromStdString(ran.text).contains("failed: exit code 7"), ran.text.c_str());
    }

    void aPackageIsWholeOrNotThere() {
        const ChildOutput ran = inSandbox("1200000", R"sh(
SLIPWAY_HOME=$PWD/home slipway package job.yaml --to oci:/mnt/layout >said.txt 2>&1 && echo "did not fail"
cat said.txt
echo "left:$(find /mnt/layout -type f -printf ' %f').")sh");
        QVERIFY2(ran.isFine, ran.text.c_str());
        const QByteArray said = QByteArray::fromStdString(ran.text);
        QVERIFY2(!said.contains("did not fail"), said.constData());
        QVERIFY2(said.contains("No space left on device. Free space"), said.constData());
        QVERIFY2(said.contains("left: oci-layout."), said.constData());
    }
};

QTEST_GUILESS_MAIN(tst_fulldisk)
#include "tst_fulldisk.moc"
