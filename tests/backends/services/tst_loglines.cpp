// SPDX-License-Identifier: Apache-2.0
#include "backends/services/runfeed.h"

#include <QTest>

using namespace slipway;

class tst_LogLines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void levels_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<LogLevel>("level");
        QTest::newRow("plain") << QByteArray("step 10 loss 0.3") << LogLevel::Info;
        QTest::newRow("warning") << QByteArray("[WARN] slow") << LogLevel::Warning;
        QTest::newRow("python") << QByteArray("Traceback (most recent call last):") << LogLevel::Error;
        QTest::newRow("c++") << QByteArray("terminate called after throwing an instance") << LogLevel::Error;
        QTest::newRow("debug") << QByteArray("DEBUG: x") << LogLevel::Debug;
        QTest::newRow("far behind") << QByteArray(200, 'x').append(" error") << LogLevel::Info;
    }
    void levels() {
        QFETCH(QByteArray, text);
        QFETCH(LogLevel, level);
        Event event;
        event.rank = 3;
        const LogLine line = logLineOf(event, LogEvent{LogEvent::Stream::Stdout, text.toStdString(), false});
        QCOMPARE(line.level, level);
        QCOMPARE(line.rank, 3);
    }
};

QTEST_APPLESS_MAIN(tst_LogLines)
#include "tst_loglines.moc"
