// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jobpython.h"

#include "pythonjobfolder.h"

#include <QTest>
#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;

class tst_JobPython : public QObject, private test::PythonJobFolder {
    Q_OBJECT

private Q_SLOTS:
    void init() { clear(); }

    void thePythonOfAJob() {
        const auto kind = [&](const JobSpec& one) {
            const auto python = pythonFor(one, job(), variables());
            return python ? std::string(kindName(python->kind)) : "none";
        };
        QCOMPARE(kind(jobOf("", "train.py")), std::string("system"));
        QCOMPARE(kind(jobOf("", "sh")), std::string("none"));
        QCOMPARE(kind(jobOf("", "python3")), std::string("system"));
        makeVenv(".venv");
        QCOMPARE(kind(jobOf("", "train.py")), std::string("venv"));
        QCOMPARE(kind(jobOf("", "torchrun")), std::string("venv"));
        QCOMPARE(kind(jobOf("python3", "train.py")), std::string("system"));  // as it is told to
        QCOMPARE(kind(jobOf(".venv/bin/python", "train.py")), std::string("venv"));
        QCOMPARE(kind(jobOf("sh", "train.sh")), std::string("none"));
        QCOMPARE(kind(JobSpec{}), std::string("none"));
        JobSpec own = jobOf("", "train.py");
        makeVenv("other");
        fs::remove_all(job() / ".venv");
        own.env.push_back({"VIRTUAL_ENV", (job() / "other").string(), "", ""});
        QCOMPARE(kind(own), std::string("venv"));
    }

    void theProgramsVariables() {
        const std::string path = (root() / "bin").string();
        JobSpec one = jobOf("", "sh");
        QCOMPARE(programVariables(one, job(), variables()), variables());
        makeVenv(".venv");
        const EnvironmentVariables active = programVariables(one, job(), variables());
        QCOMPARE(active.at("PATH"), (job() / ".venv" / "bin").string() + ":" + path);
        QCOMPARE(active.at("VIRTUAL_ENV"), (job() / ".venv").string());
        one.env = {{"PATH", "/opt", "", ""}, {"SECRET", "", "name", "key"}};
        QCOMPARE(programVariables(one, job(), variables()).at("PATH"), std::string("/opt"));
        QVERIFY(!programVariables(one, job(), variables()).contains("SECRET"));
        QCOMPARE(programVariables(jobOf("python3", "train.py"), job(), variables()), variables());
    }
};

QTEST_GUILESS_MAIN(tst_JobPython)
#include "tst_jobpython.moc"
