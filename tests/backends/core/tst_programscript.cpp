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
        row("", "train.py --lr 1", "train.py");
        row("", "src/train.py", "src/train.py");
        row("", "./train.py", "");
        row("", "study.ipynb", "study.ipynb");
        row("python3", "study.ipynb", "study.ipynb");
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

    void saysWhatPythonRuns_data() {
        QTest::addColumn<QString>("interpreter");
        QTest::addColumn<QString>("command");
        QTest::addColumn<bool>("isFound");
        QTest::addColumn<bool>("isPython");
        QTest::addColumn<bool>("isBook");
        const auto row = [](const char* interpreter, const char* command, bool isFound, bool isPython,
                            bool isBook) {
            QTest::addRow("%s: %s", interpreter, command)
                << QString::fromUtf8(interpreter) << QString::fromUtf8(command) << isFound << isPython
                << isBook;
        };
        row("", "train.py", true, true, false);
        row("", "src/train.py", true, true, false);
        row("", "./train.py", false, false, false);
        row("", "/opt/train.py", false, false, false);
        row("", "study.ipynb", true, true, true);
        row("", "./study.ipynb", true, true, true);
        row("python3", "study.ipynb", false, true, true);
        row("bash", "study.ipynb", false, false, false);
        row("python3", "train.py", false, true, false);
        row("", "python3.11", false, true, false);
        row("", "/usr/bin/python", false, true, false);
        row("", "sh", false, false, false);
        row("sh", "python", false, false, false);
    }
    void saysWhatPythonRuns() {
        QFETCH(QString, interpreter);
        QFETCH(QString, command);
        ProgramSpec program;
        program.interpreter = interpreter.toStdString();
        program.command = {command.toStdString()};
        QTEST(isRunByFoundPython(program), "isFound");
        QTEST(isPythonProgram(program), "isPython");
        QTEST(isNotebook(program), "isBook");
    }
};

QTEST_GUILESS_MAIN(tst_ProgramScript)
#include "tst_programscript.moc"
