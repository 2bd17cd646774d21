// SPDX-License-Identifier: Apache-2.0
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>

#include "backends/spec/specdocument.h"
#include "testpaths.h"

using namespace slipway;

namespace {

constexpr const char* kGood =
    "# a comment\n"
    "name: fashion-mlp\n"
    "train:\n"
    "  network: {type: mlp, hidden: [256, 128]}  # two layers\n"
    "  data: {type: idx, input: images}\n"
    "  optimizer:\n"
    "    type: adam\n"
    "    lr: 1e-3\n"
    "  batch: 128\n"
    "inputs:\n"
    "  images: /data/fashion\n"
    "checkpoint: {every: 10min, keep: 3}\n";

SpecDocument parsed(std::string text) {
    auto document = SpecDocument::parse(std::move(text));
    Q_ASSERT(document.hasValue());
    return *document;
}

std::string replaced(const char* from, const char* to) {
    std::string text = kGood;
    const std::size_t at = text.find(from);
    Q_ASSERT(at != std::string::npos);
    return text.replace(at, std::string(from).size(), to);
}

}  // namespace

class tst_SpecDocument : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAJob() {
        const SpecDocument document = parsed(kGood);
        QVERIFY2(document.spec().has_value(),
                 document.problems().empty() ? "" : document.problems().front().message.c_str());
        const JobSpec& job = *document.spec();
        QCOMPARE(job.name, std::string("fashion-mlp"));
        QCOMPARE(listValue(job.train()->network.values, "hidden"), (std::vector<std::int64_t>{256, 128}));
        QCOMPARE(realValue(job.train()->optimizer.values, "lr"), 1e-3);
        QCOMPARE(realValue(job.train()->optimizer.values, "beta1"), 0.9);
        QCOMPARE(job.checkpoint.every, std::chrono::seconds(600));
    }

    void writesWhatItReads() {
        const JobSpec job = *parsed(kGood).spec();
        const SpecDocument again = parsed(writeJob(job));
        QVERIFY2(again.spec().has_value(), writeJob(job).c_str());
        QVERIFY(*again.spec() == job);
    }

    void writesProgramsWithOddText() {
        const JobSpec job =
            *parsed(
                 "name: p\nprogram:\n  command: [a.py, \"on\", '1', \"q\\\"\\n\\\\\"]\nenv: {A: '', B: {secret: s, key: k}}\n")
                 .spec();
        QCOMPARE(job.program()->command[3], std::string("q\"\n\\"));
        QVERIFY(*parsed(writeJob(job)).spec() == job);
    }
    void writesANotebooksParameters() {
        const JobSpec job =
            *parsed(
                 "name: p\nprogram:\n  command: [a.ipynb]\n  parameters: {lr: 1e-5, on: 'on', layers: [2, 3.0], none: , big: true}\n")
                 .spec();
        QCOMPARE(job.program()->parameters.size(), std::size_t{5});
        QVERIFY((job.program()->parameters.front() == ProgramParameter{"lr", "1e-05"}));
        QVERIFY2(*parsed(writeJob(job)).spec() == job, writeJob(job).c_str());
    }
    void writesANameThatYamlTakesForNothing() {
        const JobSpec job = *parsed("name: 'null'\nprogram: {command: [a.py]}\n").spec();
        const SpecDocument again = parsed(writeJob(job));
        QVERIFY2(again.spec().has_value(), writeJob(job).c_str());
        QCOMPARE(again.spec()->name, std::string("null"));
    }

    void namesProblems_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("nearest");
        const auto row = [](const char* name, const std::string& text, int line, const char* path,
                            const char* nearest) {
            QTest::newRow(name) << QString::fromStdString(text) << line << path << nearest;
        };
        row("misspelt", replaced("    lr:", "    lerning_rate:"), 8, "train.optimizer.lerning_rate", "lr");
        row("out of range", replaced("lr: 1e-3", "lr: 100"), 8, "train.optimizer.lr", "");
        row("text for number", replaced("batch: 128", "batch: many"), 9, "train.batch", "");
        row("quoted number", replaced("batch: 128", "batch: \"128\""), 9, "train.batch", "");
        row("unknown network", replaced("type: mlp", "type: mpl"), 4, "train.network.type", "mlp");
        row("unknown key", replaced("checkpoint:", "chekpoint:"), 12, "chekpoint", "checkpoint");
        row("key that is there, misspelt", replaced("inputs:", "checkpont: {keep: 1}\ninputs:"), 10,
            "checkpont", "");
        row("a setting of another map", replaced("inputs:", "epochs: 1\ninputs:"), 10, "epochs", "");
        row("twice", replaced("  batch: 128\n", "  batch: 128\n  batch: 64\n"), 10, "train.batch", "");
        row("input not named", replaced("input: images", "input: image"), 5, "train.data.input", "images");
        row("bad name", replaced("name: fashion-mlp", "name: Fashion"), 2, "name", "");
        row("both", replaced("inputs:", "program: {command: [x]}\ninputs:"), 10, "program", "");
        row("anchor", replaced("batch: 128", "batch: &a 128"), 9, "", "");
        row("tab", replaced("  batch", "\tbatch"), 9, "", "");
        row("second document", std::string(kGood) + "---\nname: x\n", 1, "", "");
    }
    void namesProblems() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(QString, path);
        QFETCH(QString, nearest);
        const SpecDocument document = parsed(text.toStdString());
        QVERIFY(!document.spec());
        QCOMPARE(document.problems().size(), std::size_t{1});
        const SpecProblem& problem = document.problems().front();
        QCOMPARE(problem.range.line, line);
        QCOMPARE(QString::fromStdString(problem.path), path);
        QCOMPARE(QString::fromStdString(problem.nearest.value_or("")), nearest);
        QVERIFY(!problem.message.empty());
    }

    void tellsAllProblemsAtOnce() {
        const SpecDocument document =
            parsed("nam: x\ntrain: {network: {type: mlp, hiden: 3}, data: {}}\nreplicas: 0\n");
        QStringList paths;
        for (const SpecProblem& problem : document.problems()) paths << QString::fromStdString(problem.path);
        QCOMPARE(paths, QStringList() << QStringLiteral("nam") << QStringLiteral("train.network.hiden")
                                      << QStringLiteral("train.data.type") << QStringLiteral("replicas"));
    }

    void editsOnlyTheValue_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("after");
        const auto row = [](const char* name, const std::string& before, const char* path, const char* value,
                            const std::string& after) {
            QTest::newRow(name) << QString::fromStdString(before) << path << value
                                << QString::fromStdString(after);
        };
        row("number", kGood, "train.optimizer.lr", "3e-4", replaced("1e-3", "3e-4"));
        row("list before a comment", kGood, "train.network.hidden", "[64]", replaced("[256, 128]", "[64]"));
        row("text in quotes", "name: 'it''s'  # c\n", "name", "b", "name: b  # c\n");
        row("text with an escape", "name: \"a\\\"b\"\n", "name", "b", "name: b\n");
        row("several lines", "name: one\n  two\n  three # c\nseed: 1\n", "name", "b",
            "name: b # c\nseed: 1\n");
        row("block text", "name: |\n  one\n  two\n\n# c\nseed: 1\n", "name", "b",
            "name: b\n\n# c\nseed: 1\n");
        row("block map", "train:\n  a: 1\n  b: {c: 2}\nseed: 1\n", "train", "{}", "train:\n  {}\nseed: 1\n");
        row("left out", "a:\nb: 1\n", "a", "2", "a: 2\nb: 1\n");
        row("left out, a key like null next", "a:\nnullable: 1\n", "a", "2", "a: 2\nnullable: 1\n");
        row("left out before a comment", "a: # c\nb: 1\n", "a", "2", "a: 2 # c\nb: 1\n");
        row("written null", "a: ~ # c\n", "a", "2", "a: 2 # c\n");
        row("carriage returns", "a: 1\r\nb: 2\r\n", "a", "3", "a: 3\r\nb: 2\r\n");
        row("beside other letters", "a: 'ü€𝄞' # ü\nb: ä\n", "b", "x", "a: 'ü€𝄞' # ü\nb: x\n");
        row("a comma inside brackets", "m: {a: 1}\n", "m.a", "x, y", "m: {a: \"x, y\"}\n");
        row("its comment stays out", "a: 1 # c\n", "a", "2 # d", "a: 2 # c\n");

        row("new at its place", kGood, "train.epochs", "3",
            replaced("  batch: 128\n", "  batch: 128\n  epochs: 3\n"));
        row("new before others", kGood, "seed", "3", replaced("keep: 3}\n", "keep: 3}\nseed: 3\n"));
        row("new in the middle", kGood, "version", "1", std::string(kGood) + "version: 1\n");
        row("new behind a value with a comment", "train:\n  network: {type: mlp} # c\n  batch: 1\n",
            "train.data", "{type: idx}",
            "train:\n  network: {type: mlp} # c\n  data: {type: idx}\n  batch: 1\n");
        row("new in brackets", kGood, "train.network.dropout", "0.1",
            replaced("[256, 128]}", "[256, 128], dropout: 0.1}"));
        row("new in empty brackets", "m: {}\n", "m.a.b", "1", "m: {a: {b: 1}}\n");
        row("new in brackets over lines", "m: {a: 1, # }\n  b: 2 # }\n}\n", "m.c", "3",
            "m: {a: 1, # }\n  b: 2, c: 3 # }\n}\n");
        row("new parents", "name: x\n", "train.optimizer.lr", "1",
            "name: x\ntrain:\n  optimizer:\n    lr: 1\n");
        row("new below nothing", "train: # c\n  data: {}\nenv:\n", "env.A", "1",
            "train: # c\n  data: {}\nenv:\n  A: 1\n");
        row("new below a left out one, more behind", "train:\n  data:\n  batch: 1\nseed: 1\n",
            "train.data.type", "idx", "train:\n  data:\n    type: idx\n  batch: 1\nseed: 1\n");
        row("new after a left out one", "train:\n  data:\n# c\nseed: 1\n", "train.batch", "2",
            "train:\n  data:\n  batch: 2\n# c\nseed: 1\n");
        row("new without a line break at the end", "name: x", "seed", "1", "name: x\nseed: 1");
        row("new in nothing", "# c", "name", "x", "# c\nname: x\n");
        row("new with carriage returns", "a:\r\n  b: 1\r\n", "a.c.d", "2",
            "a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n");
    }
    void editsOnlyTheValue() {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        QFETCH(QString, after);
        const auto edited = parsed(before.toStdString()).withValue(path.toStdString(), value.toStdString());
        QVERIFY2(edited.hasValue(), edited.hasValue() ? "" : describe(edited.error()).c_str());
        QCOMPARE(QString::fromStdString(edited->text()), after);
    }

    void refusesEdits_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        const auto row = [](const char* name, const char* before, const char* path, const char* value) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(value);
        };
        row("through a scalar", "name: x\n", "name.first", "1");
        row("through a list", "outputs: [a]\n", "outputs.0", "1");
        row("no path", "name: x\n", "", "1");
        row("a path with a space", "name: x\n", "a b", "1");
        row("two lines", "name: x\n", "name", "1\nseed: 2");
        row("open bracket", "name: x\n", "name", "[1");
        row("a map without brackets", "name: x\n", "name", "a: 1");
        row("into text that is no YAML", "name: [x\n", "name", "1");
    }
    void refusesEdits() {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        const auto edited = parsed(before.toStdString()).withValue(path.toStdString(), value.toStdString());
        QVERIFY(!edited.hasValue());
        QCOMPARE(edited.error().code, ErrorCode::InvalidArgument);
    }

    void removesSettings() {
        QCOMPARE(parsed(kGood).without("train.batch")->text(), replaced("  batch: 128\n", ""));
        QCOMPARE(parsed(kGood).without("checkpoint.keep")->text(), replaced(", keep: 3", ""));
        QCOMPARE(parsed(kGood).without("checkpoint.every")->text(), replaced("every: 10min, ", ""));
        QCOMPARE(parsed(kGood).without("train.optimizer")->text(),
                 replaced("  optimizer:\n    type: adam\n    lr: 1e-3\n", ""));
        QCOMPARE(parsed("a: 1\nb:\nc: 2\n").without("b")->text(), std::string("a: 1\nc: 2\n"));
        QVERIFY(!parsed("a: 1\n").without("b").hasValue());
        QVERIFY(!parsed("- a: 1\n").without("0.a").hasValue());
    }

    void tellsPlaces() {
        const SpecDocument document = parsed(kGood);
        const auto range = document.valueRange("train.network.hidden");
        QVERIFY(range.has_value());
        QCOMPARE(kGood + range->begin, std::strstr(kGood, "[256"));
        QCOMPARE(range->end - range->begin, std::strlen("[256, 128]"));
        QCOMPARE(range->line, 4);
        QCOMPARE(range->column, 32);
        QVERIFY(!document.valueRange("train.epochs"));
        QCOMPARE(document.scalar("train.optimizer.lr").value_or(""), std::string("1e-3"));
        QVERIFY(!document.scalar("train.optimizer"));
    }

    void readsTheExamples() {
        int examples = 0;
        QDirIterator each(QString::fromUtf8(kSourceDir) + QStringLiteral("/resources/examples"),
                          {QStringLiteral("job.yaml")}, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            const auto job = loadJob(each.next().toStdString(), {});
            QVERIFY2(job.hasValue(), job.hasValue() ? "" : describe(job.error()).c_str());
            QVERIFY(parsed(writeJob(*job)).spec() == *job);
            ++examples;
        }
        QVERIFY(examples > 0);
    }

    void loadsWithOverrides() {
        QTemporaryDir dir;
        const std::string file = dir.filePath(QStringLiteral("job.yaml")).toStdString();
        const auto write = [&](const std::string& text) {
            QFile out(QString::fromStdString(file));
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(text.data(), static_cast<qint64>(text.size()));
        };
        write(kGood);
        const auto job = loadJob(file, {"train.optimizer.lr=3e-4", "resources.cpu=2"});
        QVERIFY(job.hasValue());
        QCOMPARE(realValue(job->train()->optimizer.values, "lr"), 3e-4);
        QCOMPARE(job->resources.cpu, MilliCpu{2000});

        const auto wrong = loadJob(file, {"train.optimizer.lr=many", "train.optimiser.lr=1"});
        QVERIFY(!wrong.hasValue());
        const QString message = QString::fromStdString(wrong.error().message);
        QVERIFY2(message.contains(QStringLiteral("--set train.optimizer.lr=many: `lr` takes a number")),
                 qPrintable(message));
        QVERIFY2(message.contains(QStringLiteral("did you mean `optimizer`?")), qPrintable(message));

        // Short keys; a key that is set already, too, where no fix may write a second one.
        for (const auto& [key, full] :
             {std::pair("epochs", "train.epochs"), std::pair("lr", "train.optimizer.lr"),
              std::pair("hidden", "train.network.hidden"), std::pair("optimizer.lr", "train.optimizer"),
              std::pair("keep", "checkpoint.keep"), std::pair("memory", "resources.memory"),
              std::pair("checkpont.keep", "checkpoint")}) {
            const auto refused = loadJob(file, {std::string(key) + "=1"});
            QVERIFY(!refused.hasValue());
            const QString told = QString::fromStdString(refused.error().message);
            QVERIFY2(told.startsWith(QStringLiteral("--set %1=1: ").arg(QString::fromUtf8(key))),
                     qPrintable(told));
            QVERIFY2(told.contains(QStringLiteral("did you mean `%1`?").arg(QString::fromUtf8(full))),
                     qPrintable(told));
            QVERIFY2(!told.contains(QStringLiteral("allowed")), qPrintable(told));
        }
        // All at once: what cannot be set, and what is wrong with the rest.
        const auto several = loadJob(
            file, {"a..b=1", "seed", "name.x=1", "batch=[", "train.batch=0", "inputs.images=/no/such/file"},
            NeededFiles::ForRunHere);
        QVERIFY(!several);
        const QStringList lines = QString::fromStdString(several.error().message).split(QLatin1Char('\n'));
        QVERIFY2(lines.size() == 6, several.error().message.c_str());
        QVERIFY(lines[0].startsWith(QStringLiteral("--set a..b=1: ")));
        QVERIFY(lines[0].contains(QStringLiteral("PATH=VALUE")));
        QVERIFY(lines[1].startsWith(QStringLiteral("--set seed: ")));
        QVERIFY(lines[2].startsWith(QStringLiteral("--set name.x=1: ")));
        QVERIFY(lines[3].startsWith(QStringLiteral("--set batch=[: ")));
        QVERIFY(several.error().message.find("--set train.batch=0: `batch` takes") != std::string::npos);
        QVERIFY(several.error().message.find(
                    "--set inputs.images=/no/such/file: /no/such/file is not there") != std::string::npos);

        QVERIFY(!loadJob(file, {"rounds=1"}).error().message.ends_with("?"));
        QVERIFY(!loadJob(file, {"interpreter=sh"}).error().message.ends_with("?"));

        write(replaced("    lr:", "    lerning_rate:"));
        const auto misspelt = loadJob(file, {});
        QCOMPARE(
            QString::fromStdString(misspelt.error().message),
            QString::fromStdString(file + ":8:5: `lerning_rate` is no field of adam; did you mean `lr`?"));
        write("a: [1");
        QVERIFY(!loadJob(file, {"seed=1"}).hasValue());
        QCOMPARE(loadJob(file + "x", {}).error().code, ErrorCode::NotFound);
    }

    void refusesWhatIsTooMuch() {
        QVERIFY(!SpecDocument::parse(std::string(kMaxSpecBytes + 1, ' ')).hasValue());
        QVERIFY(!SpecDocument::parse("name: \xff").hasValue());
        QVERIFY(!SpecDocument::parse(std::string("name: a\0b", 9)).hasValue());
        QVERIFY(!parsed(std::string(5000, '[')).problems().empty());
        std::string deep;
        for (int i = 0; i < 60; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
        QVERIFY(!parsed(deep).problems().empty());
        std::string wide = "outputs: [";
        for (int i = 0; i < 20000; ++i) wide += "a,";
        QVERIFY(!parsed(wide + "a]").problems().empty());
    }

    void overrides() {
        QVERIFY(parseOverride("train.optimizer.lr=3e-4").hasValue());
        QVERIFY(!parseOverride("train.optimizer.lr").hasValue());
        QVERIFY(!parseOverride("=3").hasValue());
        QCOMPARE(parseOverride("env.A=x=y")->value, std::string("x=y"));
    }
};

QTEST_APPLESS_MAIN(tst_SpecDocument)
#include "tst_specdocument.moc"
