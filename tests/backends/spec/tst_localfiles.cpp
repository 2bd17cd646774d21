// SPDX-License-Identifier: Apache-2.0
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "backends/spec/localfiles.h"

using namespace slipway;

class tst_LocalFiles : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    void write(const char* name, bool isExecutable = false) const {
        const QString path = m_folder.filePath(QString::fromUtf8(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n");
        file.setPermissions(isExecutable ? QFile::ReadOwner | QFile::ExeOwner : QFile::ReadOwner);
    }

private Q_SLOTS:
    void initTestCase() {
        write("train.py");
        write("src/train.sh", true);
        write("src/plain.sh");
        write("data/table.csv");
        write("project/.venv/pyvenv.cfg");
        write("project/.venv/bin/tool", true);
        write("broken/.venv/pyvenv.cfg");
        write("broken/a.py");
        for (const auto& [name, header] : {std::pair("data/rows.csv", "\xEF\xBB\xBFid,size,kind\r\n1,2,3\n"),
                                           std::pair("data/quoted.csv", "\"id\",\"a,b\"\n")}) {
            QFile file(m_folder.filePath(QString::fromUtf8(name)));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(header) > 0);
        }
        qputenv("SLIPWAY_SECRET_GIVEN", "x");
    }

    // `here` and `packaged`: the settings that miss something for a run here, and for a package.
    void finds_data() {
        QTest::addColumn<QString>("job");
        QTest::addColumn<QString>("here");
        QTest::addColumn<QString>("packaged");
        QTest::addColumn<QString>("told");
        const auto row = [](const char* name, const char* job, const char* here, const char* packaged,
                            const char* told = "") {
            QTest::newRow(name) << QString::fromUtf8(job) << QString::fromUtf8(here)
                                << QString::fromUtf8(packaged) << QString::fromUtf8(told);
        };
        row("all there",
            "program: {interpreter: sh, command: [train.py]}\ninputs: {a: data/table.csv, b: data}", "", "");
        row("volume", "program: {command: [sh]}\ninputs: {a: 'pvc://c/f'}", "inputs.a", "",
            "`a` is a volume of a cluster (pvc://c/f), which this machine does not have; name a file or folder");
        row("secret", "program: {command: [sh]}\nenv: {NOT_SET: {secret: s, key: k}}", "env.NOT_SET", "",
            "the secret for NOT_SET (s/k) is not known here; set SLIPWAY_SECRET_NOT_SET");
        row("secret that is set", "program: {command: [sh]}\nenv: {GIVEN: {secret: s, key: k}}", "", "");
        row("input", "program: {command: [sh]}\ninputs: {a: data/none, b: /no/where}", "inputs.a inputs.b",
            "inputs.a inputs.b", "/data/none is not there; put it there, or name another");
        row("input of a training",
            "train: {network: {type: mlp}, data: {type: idx, input: a}}\ninputs: {a: none}", "inputs.a",
            "inputs.a");
        row("columns of a table",
            "train: {network: {type: mlp}, data: {type: table, input: a, target: kind, ignore: [id, size]}}\ninputs: {a: data/rows.csv}",
            "", "");
        row("columns that a table does not have",
            "train: {network: {type: mlp}, data: {type: table, input: a, target: kid, ignore: [ident, size]}}\ninputs: {a: data/rows.csv}",
            "train.data.target train.data.ignore", "train.data.target train.data.ignore",
            "rows.csv has no column `kid`");
        row("a header in quotes",
            "train: {network: {type: mlp}, data: {type: table, input: a, target: none}}\ninputs: {a: data/quoted.csv}",
            "", "");
        row("script", "program: {interpreter: sh, command: [none.py, -x]}", "program.command",
            "program.command", "/none.py is not there; write it, or correct `command`");
        row("script of an image", "program: {interpreter: sh, image: i, command: [none.py]}",
            "program.command", "program.command");
        row("script in an image", "program: {interpreter: sh, image: i, command: [/opt/none.py]}",
            "program.command", "");
        row("script below", "program: {interpreter: sh, folder: src, command: [train.sh]}", "", "");
        row("script above", "program: {interpreter: sh, folder: src, command: [train.py]}", "program.command",
            "program.command", "/src/train.py is not there");
        row("script after a shell", "program: {command: [bash, none.sh]}", "program.command",
            "program.command");
        row("words of a shell", "program: {command: [sh, -c, './none.sh']}", "", "");
        row("subcommand", "program: {interpreter: sh, command: [launch, none.py]}", "", "");
        row("module", "program: {interpreter: sh, command: [-m, a.b]}", "", "");
        row("class of an interpreter that is not known",
            "program: {interpreter: SRC/train.sh, command: [com.acme.Train]}", "", "");
        row("variable before a program", "program: {interpreter: env, command: [A=./x, sh]}", "", "");
        row("time before a program", "program: {interpreter: timeout, command: [1.5h, sh]}", "", "");
        row("script of an interpreter by path", "program: {interpreter: /bin/sh, command: [none.py]}",
            "program.command", "program.command");
        row("folder", "program: {folder: none, interpreter: no-sh, command: [a.py]}", "program.folder",
            "program.folder", "/none is not there; make it");
        row("interpreter", "program: {interpreter: no-sh, command: [train.py]}", "program.interpreter",
            "program.interpreter", "no-sh is no program in PATH; install it, or correct `interpreter`");
        row("interpreter of an image", "program: {interpreter: no-sh, image: i, command: [train.py]}",
            "program.interpreter", "");
        row("program", "program: {command: [no-sh]}", "program.command", "program.command",
            "no-sh is no program in PATH; install it, or correct `command`");
        row("program of an image", "program: {image: i, command: [no-sh]}", "program.command", "");
        row("program by path", "program: {command: [src/train.sh]}", "", "");
        row("no program by path", "program: {image: i, command: [./none.sh]}", "program.command",
            "program.command", "/none.sh is not there");
        row("program in an image", "program: {image: i, command: [/opt/none]}", "program.command", "");
        row("not executable", "program: {image: i, command: [src/plain.sh]}", "program.command",
            "program.command", "src/plain.sh is not executable; make it so with chmod +x");
        row("a PATH of its own", "program: {command: [train.sh]}\nenv: {PATH: SRC}", "", "");
        row("script of the Python that is found", "program: {command: [train.py]}", "", "");
        row("script that is not there for it", "program: {command: [none.py, -x]}", "program.command",
            "program.command", "/none.py is not there; write it, or correct `command`");
        row("program of an environment", "program: {folder: project, command: [tool]}", "", "");
        row("environment that is broken", "program: {folder: broken, command: [a.py]}", "program.command",
            "program.command", "/broken/.venv/bin/python cannot be run; make its environment anew");
        row("broken, but the image has its own", "program: {folder: broken, image: i, command: [a.py]}",
            "program.command", "");
        row("no Python at all", "program: {command: [train.py]}\nenv: {PATH: SRC}", "program.command",
            "program.command",
            "no Python is here to run train.py; install python3, or name its `interpreter`");
        row("without the usual PATH", "program: {command: [sh]}\nenv: {PATH: SRC}", "program.command",
            "program.command");
    }
    void finds() {
        QFETCH(QString, job);
        QFETCH(QString, told);
        job.replace(QStringLiteral("SRC"), m_folder.filePath(QStringLiteral("src")));
        const auto document = SpecDocument::parse("name: j\n" + job.toStdString() + "\n");
        QVERIFY(document->spec());
        const std::filesystem::path folder = m_folder.path().toStdString();
        QFETCH(QString, here);
        QFETCH(QString, packaged);
        for (const auto& [files, expected] :
             {std::pair(NeededFiles::ForRunHere, here), std::pair(NeededFiles::ForPackage, packaged)}) {
            QStringList paths;
            for (const SpecProblem& problem : missingFiles(*document->spec(), folder, files)) {
                paths += QString::fromStdString(problem.path);
                const QString message = QString::fromStdString(problem.message);
                QVERIFY2(paths.size() > 1 || message.contains(told), qPrintable(message));
            }
            QCOMPARE(paths.join(QLatin1Char(' ')), expected);
        }
        QVERIFY(missingFiles(*document->spec(), folder, NeededFiles::Unchecked).empty());
    }

    void theirPlacesAreThoseOfTheSettings() {
        const auto document = SpecDocument::parse("name: j\nprogram:\n  command: [sh]\ninputs:\n  a: none\n");
        QVERIFY(document->problems().empty());
        const auto missing = document->problems(m_folder.path().toStdString(), NeededFiles::ForPackage);
        QCOMPARE(missing.size(), std::size_t{1});
        QCOMPARE(missing[0].range.line, 5);
        QCOMPARE(missing[0].range.column, 6);
        const auto damaged = SpecDocument::parse("name: [");
        QCOMPARE(damaged->problems("/", NeededFiles::ForPackage), damaged->problems());
    }

    // Besides what is wrong with the text, as far as that can be read: nothing is missed for want of a value.
    void isLookedForBesidesOtherProblems_data() {
        QTest::addColumn<QString>("job");
        QTest::addColumn<QStringList>("paths");
        const auto row = [](const char* name, const char* job, const QStringList& paths) {
            QTest::newRow(name) << QString::fromUtf8(job) << paths;
        };
        row("amount", "resources: {cpu: 0}\nprogram: {command: [no-sh]}\ninputs: {a: none}",
            {QStringLiteral("resources.cpu"), QStringLiteral("program.command"), QStringLiteral("inputs.a")});
        row("field", "program: {interpreter: sh, bogus: 1, command: [none.py]}",
            {QStringLiteral("program.bogus"), QStringLiteral("program.command")});
        row("misspelt interpreter", "program: {interpeter: sh, command: [train.py]}\ninputs: {a: none}",
            {QStringLiteral("program.interpeter"), QStringLiteral("inputs.a")});
        row("interpreter", "program: {interpreter: [sh], command: [train.py]}",
            {QStringLiteral("program.interpreter")});
        row("folder", "program: {folder: .., interpreter: sh, command: [train.sh]}",
            {QStringLiteral("program.folder")});
        row("command", "program: {folder: none, command: []}",
            {QStringLiteral("program.folder"), QStringLiteral("program.command")});
        row("interpreter in another's place", "interpreter: sh\nprogram: {command: [train.py]}",
            {QStringLiteral("interpreter")});
        row("PATH", "env: {PATH: [x]}\nprogram: {command: [no-sh]}", {QStringLiteral("env.PATH")});
        row("input", "program: {command: [sh]}\ninputs: {a: [], b: none}",
            {QStringLiteral("inputs.a"), QStringLiteral("inputs.b")});
        row("no program", "program: 1\ninputs: {b: none}",
            {QStringLiteral("program"), QStringLiteral("inputs.b")});
        row("both", "program: {command: [no-sh]}\ntrain: {}", {QStringLiteral("program")});
    }
    void isLookedForBesidesOtherProblems() {
        QFETCH(QString, job);
        QFETCH(QStringList, paths);
        const auto document = SpecDocument::parse("name: j\n" + job.toStdString() + "\n");
        QVERIFY(!document->problems().empty());
        QStringList found;
        for (const SpecProblem& problem :
             document->problems(m_folder.path().toStdString(), NeededFiles::ForRunHere)) {
            found += QString::fromStdString(problem.path);
            QVERIFY(problem.range.line > 0);
        }
        QCOMPARE(found, paths);
        QCOMPARE(document->problems("/", NeededFiles::Unchecked), document->problems());
    }

    void allThatIsMissingIsOneError() {
        const auto document =
            SpecDocument::parse("name: j\nprogram: {command: [sh], folder: no}\ninputs: {a: none}\n");
        const std::filesystem::path folder = m_folder.path().toStdString();
        const auto there = isAllThere(*document->spec(), folder, NeededFiles::ForRunHere);
        QVERIFY(!there);
        QCOMPARE(there.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(there.error().message,
                 "program.folder: " + (folder / "no").string() +
                     " is not there; make it, or correct `folder`\ninputs.a: " + (folder / "none").string() +
                     " is not there; put it there, or name another");
        QVERIFY(isAllThere(*document->spec(), folder, NeededFiles::Unchecked));
    }
};

QTEST_GUILESS_MAIN(tst_LocalFiles)
#include "tst_localfiles.moc"
