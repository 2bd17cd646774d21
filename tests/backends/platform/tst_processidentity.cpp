// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/process.h"
#include "backends/platform/processidentity.h"
#include "backends/platform/processusage.h"

#include <QTest>

#include <signal.h>
#include <unistd.h>

using namespace slipway;

class tst_processidentity : public QObject {
    Q_OBJECT

    static ProcessIdentity known() { return {123, "node-1", "5e7a-11", "pid:[4026531836]", 4711}; }

private Q_SLOTS:
    void thisProcessIsKnown() {
        const ProcessIdentity self = thisProcess();
        QCOMPARE(self.pid, ::getpid());
        QVERIFY(!self.host.empty() && !self.boot.empty() && self.start > 0);
        QVERIFY(self.pidNamespace.starts_with("pid:["));
        QVERIFY(isHere(self, thisProcess()));
        QCOMPARE(machineId(), self.boot);
    }

    void theTextIsReadBack() {
        const std::string text = identityText(known());
        QCOMPARE(text,
                 std::string("123\nhost node-1\nboot 5e7a-11\nnamespace pid:[4026531836]\nstart 4711\n"));
        QVERIFY(*parseIdentity(text) == known());
        QVERIFY(*parseIdentity(identityText(thisProcess())) == thisProcess());
        QVERIFY(*parseIdentity(text + "later 1\nword\n\n") == known());
    }
    void olderTextsNameTheNumberOnly() {
        for (const char* text : {"123\n", "123"}) {
            const auto process = parseIdentity(text);
            QVERIFY(process);
            QVERIFY(*process == ProcessIdentity{.pid = 123});
            QVERIFY(!isHere(*process, thisProcess()));
        }
    }
    void textsThatNameNone_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "\n", "0\n", "1\n", "-5\n", "12x\n", "host 7\n", "99999999999999999999\n"})
            QTest::newRow(text) << QByteArray(text);
    }
    void textsThatNameNone() {
        QFETCH(QByteArray, text);
        const auto process = parseIdentity(text.toStdString());
        QVERIFY(!process);
        QCOMPARE(process.error().code, ErrorCode::Corrupt);
    }

    void whoIsHere_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("here");
        const auto row = [](const char* name, ProcessIdentity process, bool here) {
            QTest::newRow(name) << QByteArray::fromStdString(identityText(process)) << here;
        };
        ProcessIdentity other = known();
        row("the same", other, true);
        other.pid = 77;
        other.start = 5;
        row("another process", other, true);
        other = known();
        other.host = "renamed";
        row("another host name, as in a container with its host's processes", other, true);
        other = known();
        other.boot = "5e7a-12";
        row("another kernel", other, false);
        other.boot.clear();
        row("a kernel that is not known", other, false);
        other = known();
        other.pidNamespace = "pid:[4026532999]";
        row("another container", other, false);
        other.pidNamespace.clear();
        row("a namespace that is not known", other, false);
        other = known();
        other.start = 0;
        row("a start that is not known", other, false);
    }
    void whoIsHere() {
        QFETCH(QByteArray, text);
        QFETCH(bool, here);
        QCOMPARE(isHere(*parseIdentity(text.toStdString()), known()), here);
    }

    void onlyThatVeryProcessIsSignalled() {
        const auto child = spawn({.command = {"sleep", "60"}, .environment = currentEnvironment()});
        QVERIFY(child);
        ProcessIdentity process = thisProcess();
        process.pid = *child;
        const std::uint64_t start = processStart(*child).value_or(0);
        QVERIFY(start >= process.start);
        process.start = start + 1;
        QCOMPARE(*signalProcess(process, SIGKILL), false);
        process.start = start;
        for (std::string* part : {&process.boot, &process.pidNamespace}) {
            const std::string before = *part;
            *part += "7";
            QCOMPARE(*signalProcess(process, SIGKILL), false);
            *part = before;
        }
        QCOMPARE(::kill(*child, 0), 0);
        QCOMPARE(*signalProcess(process, SIGTERM), true);
        QCOMPARE(waitFor(*child)->signal, SIGTERM);
        QCOMPARE(*signalProcess(process, SIGTERM), false);
    }
};

QTEST_APPLESS_MAIN(tst_processidentity)
#include "tst_processidentity.moc"
