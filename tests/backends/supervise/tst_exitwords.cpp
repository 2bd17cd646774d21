// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/exitwords.h"

#include <QTest>

using namespace slipway;

class tst_exitwords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void words_data() {
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("signal");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<int>("number");
        QTest::newRow("0") << 0 << 0 << QByteArray("exit code 0") << 0;
        QTest::newRow("3") << 3 << 0 << QByteArray("exit code 3") << 3;
        QTest::newRow("126") << 126 << 0 << QByteArray("exit code 126: the program is not executable") << 126;
        QTest::newRow("127") << 127 << 0 << QByteArray("exit code 127: the program was not found") << 127;
        QTest::newRow("128") << 128 << 0 << QByteArray("exit code 128") << 128;
        QTest::newRow("137") << 137 << 0
                             << QByteArray("exit code 137: ended by signal 9; often out of memory") << 137;
        QTest::newRow("139") << 139 << 0
                             << QByteArray(
                                    "exit code 139: ended by signal 11: it used memory that is not its own")
                             << 139;
        QTest::newRow("143") << 143 << 0
                             << QByteArray("exit code 143: ended by signal 15: it was asked to stop") << 143;
        QTest::newRow("200") << 200 << 0 << QByteArray("exit code 200") << 200;
        QTest::newRow("KILL") << -1 << 9 << QByteArray("ended by signal 9; often out of memory") << 137;
        QTest::newRow("SEGV") << -1 << 11
                              << QByteArray("ended by signal 11: it used memory that is not its own") << 139;
        QTest::newRow("BUS") << -1 << 7
                             << QByteArray(
                                    "ended by signal 7: often a full /dev/shm, or a mapped file that shrank")
                             << 135;
        QTest::newRow("ABRT") << -1 << 6 << QByteArray("ended by signal 6: it stopped itself on an error")
                              << 134;
        QTest::newRow("another") << -1 << 31 << QByteArray("ended by signal 31") << 159;
    }
    void words() {
        QFETCH(int, exitCode);
        QFETCH(int, signal);
        QFETCH(QByteArray, words);
        QFETCH(int, number);
        QCOMPARE(QByteArray::fromStdString(exitWords({exitCode, signal})), words);
        QCOMPARE(exitNumber({exitCode, signal}), number);
    }
};

QTEST_APPLESS_MAIN(tst_exitwords)
#include "tst_exitwords.moc"
