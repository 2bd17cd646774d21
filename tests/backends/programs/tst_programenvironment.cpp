// SPDX-License-Identifier: Apache-2.0
#include "backends/programs/programenvironment.h"

#include "pythonjobfolder.h"

#include <QTest>
#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_ProgramEnvironment : public QObject, private test::PythonJobFolder {
    Q_OBJECT

private Q_SLOTS:
    void init() { clear(); }

    void itIsKeptAsItWasFound() {
        QVERIFY(!keptEnvironment(root())->python);
        makeVenv(".venv");
        std::ofstream(root() / "work" / "requirements.txt") << "numpy==1.26.4\nscipy\nidna==3.20\n";
        const ProgramEnvironment found = programEnvironment(jobOf("", "train.py"), job(), variables());
        QVERIFY(found.python && found.lock);
        QCOMPARE(environmentWords(found), "Python 3.12.1 (venv), " + (job() / ".venv").string() +
                                              "; requirements.txt pins 2 packages and leaves 1 open");
        QVERIFY(keepEnvironment(root(), found));
        const auto kept = keptEnvironment(root());
        QVERIFY(kept && kept->python && kept->lock);
        QVERIFY(*kept->python == *found.python);
        QCOMPARE(kept->lock->file, root() / "work" / "requirements.txt");
        QVERIFY(kept->lock->packages == found.lock->packages);
        QCOMPARE(kept->lock->unpinned, 1);
        QCOMPARE(environmentWords(*kept), environmentWords(found));
    }

    void aLockThatCannotBeReadIsSaid() {
        std::ofstream(job() / "uv.lock") << "<html>";
        const ProgramEnvironment found = programEnvironment(jobOf("", "train.py"), job(), variables());
        QVERIFY(!found.lock);
        QVERIFY2(found.lockProblem.starts_with("uv.lock: it is no TOML"), found.lockProblem.c_str());
        QCOMPARE(decodeEnvironment(encodeEnvironment(found))->lockProblem, found.lockProblem);
        QVERIFY(environmentWords(found).find(found.lockProblem) != std::string::npos);
        QCOMPARE(environmentWords({}), std::string());
    }

    void whatIsNoneIsCorrupt_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "[", "[1]", R"({"python":1})", R"({"python":{"kind":"uv"}})",
              R"({"python":{"kind":"no","path":"","folder":"","version":""}})",
              R"({"lock":{"file":"","unpinned":0,"packages":[1]}})", R"({"lockProblem":1})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void whatIsNoneIsCorrupt() {
        QFETCH(QByteArray, text);
        const auto environment = decodeEnvironment(text.toStdString());
        QVERIFY(!environment);
        QCOMPARE(environment.error().code, ErrorCode::Corrupt);
    }
};

QTEST_GUILESS_MAIN(tst_ProgramEnvironment)
#include "tst_programenvironment.moc"
