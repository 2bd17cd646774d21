// SPDX-License-Identifier: Apache-2.0
// A shell plays the runner.
#include "backends/supervise/runnertask.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_runnertask : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    RunnerTask task(const QByteArray& script, std::size_t limit = 1000) const {
        QFile file(m_folder.filePath(QStringLiteral("runner")));
        if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + script) < 0)
            qFatal("cannot write");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        RunnerTask task;
        task.runner = file.fileName().toStdString();
        task.words = {"describe", "--data=x"};
        task.outputLimit = limit;
        return task;
    }

private Q_SLOTS:
    void whatItSaysIsKept() {
        RunnerTask one = task(
            "echo \"$1 $2\"; echo '{\"done\": 3, \"total\": 9}' >&3; echo '{\"samples\": 7}' >&3; echo '{\"message\": \"hm\"}' >&3");
        std::int64_t done = 0;
        std::int64_t total = 0;
        std::string message;
        one.progress = [&](std::int64_t a, std::int64_t b) { done = a, total = b; };
        one.message = [&](std::string_view text) { message = text; };
        const auto end = runTask(one);
        QVERIFY2(end, end ? "" : describe(end.error()).c_str());
        QCOMPARE(end->out, std::string("describe --data=x\n"));
        QCOMPARE(end->samples, 7);
        QCOMPARE(done, 3);
        QCOMPARE(total, 9);
        QCOMPARE(message, std::string("hm"));
    }

    void itsErrorIsItsOwn() {
        const auto end = runTask(task(
            "echo '{\"error\": {\"code\": \"not-found\", \"message\": \"no x\", \"hint\": \"look\"}}' >&3; exit 4"));
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::NotFound);
        QCOMPARE(end.error().message, std::string("no x"));
        QCOMPARE(end.error().hint, std::string("look"));
    }

    void anEndWithoutAWord() {
        const auto end = runTask(task("kill -9 $$"));
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Unavailable);
        QVERIFY(end.error().message.find("signal 9") != std::string::npos);
        RunnerTask none = task("");
        none.runner += "-none";
        QCOMPARE(runTask(none).error().code, ErrorCode::Unavailable);
    }

    void moreThanMayBeKept() {
        const auto end =
            runTask(task("while :; do echo a longer line of words that says nothing; done", 10000));
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::InvalidArgument);
    }

    // The runner is asked to end, which it does when it likes.
    void aStopIsPassedOn() {
        RunnerTask one = task("trap 'exit 143' TERM; echo '{\"done\": 1}' >&3; while :; do sleep 0.01; done");
        std::stop_source stop;
        one.stop = stop.get_token();
        one.progress = [&](std::int64_t, std::int64_t) { stop.request_stop(); };
        const auto end = runTask(one);
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_runnertask)
#include "tst_runnertask.moc"
