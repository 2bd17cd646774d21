// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench where no window can open.
#include <QProcess>
#include <QTest>

#include "testpaths.h"

using namespace Qt::StringLiterals;

class tst_window_display : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isOneSentenceAndSeven() {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
        environment.insert(u"DISPLAY"_s, u":64999"_s);
        process.setProcessEnvironment(environment);
        process.start(QString::fromUtf8(kBinDir) + u"/slipway-workbench"_s, QStringList());
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 7);
        const QByteArray told = process.readAllStandardError();
        QVERIFY2(told.startsWith("slipway-workbench: there is no display") && told.count('\n') == 1, told);
    }
};

QTEST_GUILESS_MAIN(tst_window_display)
#include "tst_window_display.moc"
