// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in trainer from the window: a tiny network trains with a live curve and its weights come to lie in the result; kill -9
// of the runner is told with its reason, and the run goes on from its checkpoint. Before that its first steps are tried.
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/picturegrid.h"
#include "windowfixture.h"

#include <signal.h>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_train : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    // 8×8 pictures whose bright row is the class.
    void writePictures(const QString& part, int count) const {
        const auto header = [](QByteArray shape, std::initializer_list<int> sizes) {
            for (const int size : sizes)
                for (int shift = 24; shift >= 0; shift -= 8)
                    shape.append(static_cast<char>((size >> shift) & 255));
            return shape;
        };
        QByteArray pixels = header(QByteArray::fromHex("00000803"), {count, 8, 8});
        QByteArray labels = header(QByteArray::fromHex("00000801"), {count});
        for (int at = 0; at < count; ++at) {
            labels.append(static_cast<char>(at % 3));
            for (int pixel = 0; pixel < 64; ++pixel)
                pixels.append(
                    static_cast<char>((at * 7 + pixel * 13) % 90 + (pixel / 8 == at % 3 * 2 ? 120 : 0)));
        }
        m_hands.write(m_hands.path(u"data/"_s + part + u"-images-idx3-ubyte"_s), pixels);
        m_hands.write(m_hands.path(u"data/"_s + part + u"-labels-idx1-ubyte"_s), labels);
    }
    QString trainJob(const QString& name, int epochs) const {
        m_hands.write(
            m_hands.work(name + u"/job.yaml"_s),
            "name: " + name.toUtf8() +
                "\ntrain:\n  network: {type: mlp, hidden: [8]}\n  data: {type: idx, input: images}\n"
                "  optimizer: {type: adam, lr: 1e-2}\n  batch: 16\n  epochs: " +
                QByteArray::number(epochs) + "\ninputs: {images: " + m_hands.path(u"data"_s).toUtf8() +
                "}\ncheckpoint: {every: 20, keep: 2}\nresources: {cpu: 1, memory: 1Gi}\ngrace: 5s\n");
        return m_hands.work(name);
    }
    // The runner of the run whose folder that is.
    static pid_t runnerOf(const QString& folder) {
        for (const QString& pid : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
            const QByteArray line = WindowFixture::read(u"/proc/"_s + pid + u"/cmdline"_s);
            if (line.left(line.indexOf('\0')).endsWith("slipway-runner") && line.contains(folder.toUtf8()))
                return pid.toInt();
        }
        return 0;
    }

private Q_SLOTS:
    void initTestCase() {
        if (!QFile::exists(QString::fromUtf8(kBinDir) + u"/slipway-runner"_s))
            QSKIP("built without the runner");
        writePictures(u"train"_s, 192);
        writePictures(u"t10k"_s, 48);
    }
    void init() { failOnWarnings(); }

    void firstStepsAreTriedByKeysAndByMouse() {
        TRY(m_hands.open(trainJob(u"tried"_s, 10)));
        TRY(m_hands.press(u"Smoke run"_s));
        SOON(m_hands.says(u"Peak memory"_s));
        QVERIFY(m_hands.says(u"A whole run"_s));
        TRY(m_hands.click(u"Use these"_s));
        SOON(m_hands.says(u"The job asks for what it needs"_s) || m_hands.says(u"Of the job as it was"_s));
        TRY(m_hands.click(u"Save"_s));
        SOON(!WindowFixture::read(m_hands.work(u"tried/job.yaml"_s)).contains("memory: 1Gi"));
        TRY(m_hands.click(u"Run again"_s));
        SOON(m_hands.says(u"The job asks for what it needs"_s));
    }

    void trainsByKeysWithALiveCurve() {
        TRY(m_hands.open(trainJob(u"tiny"_s, 10)));
        TRY(m_hands.press(u"Train here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        SOON(m_hands.hasPoint(u"Loss"_s, 10));
        TRY(m_hands.keyTab(u"Evaluation"_s));
        QVERIFY(m_hands.cell(u"Scores by class and group"_s, u"By class"_s).isValid());
        QVERIFY(m_hands.copied(u"Scores by class and group"_s, true).join(u'\n').contains(u"48"_s) ||
                m_hands.says(u"48 samples"_s));
        TRY(m_hands.keyTab(u"Result"_s));
        QVERIFY(m_hands.cell(u"Files of the result"_s, u"model.safetensors"_s).isValid());
        QCOMPARE(WindowFixture::read(m_hands.runFolder(1) + u"/result/model.safetensors"_s).mid(8, 1),
                 QByteArray("{"));
    }

    void killOfTheRunnerIsToldAndTheRunGoesOn() {
        TRY(m_hands.open(trainJob(u"long"_s, 1000000)));
        TRY(m_hands.click(u"Train here"_s));
        SOON(m_hands.chipSays(u"Running here"_s));
        SOON(m_hands.find<QWidget>([](const QWidget* one) {
            return one->accessibleName().startsWith(u"Checkpoint: "_s) &&
                   !one->accessibleName().contains(u"–"_s);
        }));
        const pid_t runner = runnerOf(m_hands.runFolder(2));
        QVERIFY(runner > 1);
        QCOMPARE(::kill(runner, SIGKILL), 0);
        SOON(m_hands.chipSays(u"Failed here"_s));
        SOON(m_hands.says(u"signal 9"_s));
        TRY(m_hands.click(u"Resume"_s));
        SOON(m_hands.hasButton(u"#3"_s) && m_hands.chipSays(u"Running here"_s));
        SOON(runnerOf(m_hands.runFolder(3)) > 1);
        TRY(m_hands.click(u"Cancel"_s));
        SOON(m_hands.chipSays(u"Cancelled here"_s));
        SOON(runnerOf(m_hands.runFolder(3)) == 0);
    }

    void whatIsTakenForAnotherClassIsSeenByKeys() {
        const QString job = trainJob(u"guessing"_s, 1);
        m_hands.write(job + u"/job.yaml"_s,
                      WindowFixture::read(job + u"/job.yaml"_s).replace("lr: 1e-2", "lr: 1e-9"));
        TRY(m_hands.open(job));
        TRY(m_hands.press(u"Train here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        TRY(m_hands.keyTab(u"Evaluation"_s));
        const auto isPart = [](const QWidget* one) {
            return one->accessibleName() == u"What of the evaluation"_s;
        };
        SOON(m_hands.find<QWidget>(isPart));
        TRY(m_hands.tabToWhat(isPart));
        m_hands.key(Qt::Key_Right);
        const auto* grid = m_hands.find<PictureGrid>([](const PictureGrid* one) { return one->isVisible(); });
        QVERIFY(grid != nullptr);
        QVERIFY(grid->count() > 10);
        QVERIFY2(grid->textAt({5, 5}).contains(u" → "_s), qPrintable(grid->textAt({5, 5})));
    }
};

QTEST_MAIN(tst_window_train)
#include "tst_window_train.moc"
