// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/core/programscript.h"

using namespace slipway;

class tst_ProgramScript : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isWhatAKnownInterpreterReads_data() {
        QTest::addColumn<QString>("interpreter");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("script");
        const auto row = [](const char* interpreter, const char* command, const char* script) {
            QTest::addRow("%s: %s", interpreter, command)
                << QString::fromUtf8(interpreter) << QString::fromUtf8(command) << QString::fromUtf8(script);
        };
        row("python3", "train.py --lr 1", "train.py");
        row("/opt/env/bin/python3.11", "src/train", "src/train");
        row("sh", "./train", "./train");
        row("", "bash train.sh", "train.sh");
        row("", "/usr/bin/python3 train.py", "train.py");
        row("python3", "-m a.b", "");
        row("sh", "launch train.py", "");
        row("", "sh -c ./train.sh", "");
        row("", "./train.sh a.b", "");
        row("", "python3", "");
        row("java", "com.acme.Train", "");
        row("env", "A=./x python3 train.py", "");
        row("timeout", "1.5h python3 train.py", "");
    }
    void isWhatAKnownInterpreterReads() {
        QFETCH(QString, interpreter);
        QFETCH(QString, command);
        QFETCH(QString, script);
        ProgramSpec program;
        program.interpreter = interpreter.toStdString();
        for (const QString& word : command.split(QLatin1Char(' ')))
            program.command.push_back(word.toStdString());
        QCOMPARE(QString::fromStdString(programScript(program)), script);
    }
};

QTEST_GUILESS_MAIN(tst_ProgramScript)
#include "tst_programscript.moc"
