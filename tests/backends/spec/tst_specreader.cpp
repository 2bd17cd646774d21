// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/spec/specreader.h"

using namespace slipway;

namespace {

// A good job of which one part is replaced.
QString withLine(const char* line) {
    return QStringLiteral("name: j\nprogram: {command: [x]}\n") + QString::fromUtf8(line) + QLatin1Char('\n');
}

std::vector<SpecProblem> problemsOf(const QString& text) {
    return SpecDocument::parse(text.toStdString())->problems();
}

}  // namespace

class tst_SpecReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refuses_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, const QString& text, const char* path, const char* word) {
            QTest::newRow(name) << text << QString::fromUtf8(path) << QString::fromUtf8(word);
        };
        row("a list", QStringLiteral("- a\n"), "", "map");
        row("nothing", QStringLiteral("\n"), "", "map");
        row("no name", QStringLiteral("program: {command: [x]}\n"), "name", "missing");
        row("neither", QStringLiteral("name: j\n"), "", "one of `train` and `program`");
        row("newer version", withLine("version: 2"), "version", "from 1 to 1");
        row("replicas 0", withLine("replicas: 0"), "replicas", "from 1 to 1024");
        row("replicas 1025", withLine("replicas: 1025"), "replicas", "from 1 to 1024");
        row("replicas 1.5", withLine("replicas: 1.5"), "replicas", "whole number");
        row("replicas too long", withLine("replicas: 99999999999999999999"), "replicas", "whole number");
        row("seed below 0", withLine("seed: -1"), "seed", "whole number");
        row("cpu 0", withLine("resources: {cpu: 0}"), "resources.cpu", "from 1m");
        row("cpu text", withLine("resources: {cpu: two}"), "resources.cpu", "cores");
        row("memory 15Mi", withLine("resources: {memory: 15Mi}"), "resources.memory", "at least 16Mi");
        row("memory unit", withLine("resources: {memory: 4GB}"), "resources.memory", "amount");
        row("gpus 65", withLine("resources: {gpus: 65}"), "resources.gpus", "from 0 to 64");
        row("slice and memory", withLine("resources: {slice: mig-1g.10gb, gpu_memory: 8Gi}"),
            "resources.slice", "exclude");
        row("part of no GPU", withLine("resources: {gpus: 0, gpu_memory: 8Gi}"), "resources.gpus",
            "part of a GPU");
        row("shared memory", withLine("resources: {memory: 1Gi, shared_memory: 2Gi}"),
            "resources.shared_memory", "smaller");
        row("misspelt resource", withLine("resources: {memry: 1Gi}"), "resources.memry",
            "no field of resources");
        row("resources list", withLine("resources: [1]"), "resources", "map");
        row("checkpoint 0", withLine("checkpoint: {every: 0}"), "checkpoint.every", "steps or a time");
        row("checkpoint unit", withLine("checkpoint: {every: 10 parsecs}"), "checkpoint.every",
            "steps or a time");
        row("best", withLine("checkpoint: {best: test/accurcy}"), "checkpoint.best", "an evaluation tells");
        row("keep 0", withLine("checkpoint: {keep: 0}"), "checkpoint.keep", "from 1");
        row("grace 0", withLine("grace: 0"), "grace", "time");
        row("outputs text", withLine("outputs: a"), "outputs", "list");
        row("output outside", withLine("outputs: [../a]"), "outputs", "leads out");
        row("absolute output", withLine("outputs: [/a]"), "outputs", "leads out");
        row("line end in an output", withLine("outputs: [\"a\\nb\"]"), "outputs", "control character");
        row("delete in an output", withLine("outputs: [\"a\\x7f\"]"), "outputs", "control character");
        row("input name", withLine("inputs: {A B: x}"), "inputs.A B", "lower-case");
        row("input twice", withLine("inputs: {a: x, a: y}"), "inputs.a", "twice");
        row("input without a source", withLine("inputs: {a: }"), "inputs.a", "path or URI");
        row("input scheme", withLine("inputs: {a: 'ftp://h/f'}"), "inputs.a", "ftp://");
        row("input of a bucket", withLine("inputs: {a: 'gs://bucket/key'}"), "inputs.a",
            "`gs://` cannot be read by a run");
        row("input of a registry", withLine("inputs: {a: 'oci://r.example/data:1'}"), "inputs.a",
            "`oci://` cannot be read by a run");
        row("input of a whole bucket", withLine("inputs: {a: 's3://bucket'}"), "inputs.a", "names no object");
        row("input of a bucket's folder", withLine("inputs: {a: 's3://bucket/x/'}"), "inputs.a",
            "names no object");
        row("input of no claim", withLine("inputs: {a: 'pvc:///x'}"), "inputs.a", "names no volume claim");
        row("parameters of a script",
            QStringLiteral("name: j\nprogram: {command: [a.py], parameters: {lr: 1}}\n"),
            "program.parameters", "are a notebook's, and `a.py` is none");
        row("arguments of a notebook", QStringLiteral("name: j\nprogram: {command: [a.ipynb, --lr, 1]}\n"),
            "program.command", "takes no arguments");
        row("parameters that are a list",
            QStringLiteral("name: j\nprogram: {command: [a.ipynb], parameters: [1]}\n"), "program.parameters",
            "map");
        row("name of a parameter",
            QStringLiteral("name: j\nprogram: {command: [a.ipynb], parameters: {a-b: 1}}\n"),
            "program.parameters.a-b", "no name of a variable");
        row("parameter twice",
            QStringLiteral("name: j\nprogram: {command: [a.ipynb], parameters: {a: 1, a: 2}}\n"),
            "program.parameters.a", "twice");
        row("parameter that is a map",
            QStringLiteral("name: j\nprogram: {command: [a.ipynb], parameters: {a: {b: 1}}}\n"),
            "program.parameters.a", "takes a value");
        row("env name", withLine("env: {A-B: x}"), "env.A-B", "no name");
        row("env list", withLine("env: {A: [x]}"), "env.A", "text or a secret");
        row("secret without key", withLine("env: {A: {secret: s}}"), "env.A", "`secret` and `key`");
        row("secret misspelt", withLine("env: {A: {secret: s, key: k, kez: k}}"), "env.A.kez", "no field");
        row("nested seed",
            QStringLiteral("name: j\ntrain: {network: {type: mlp}, data: {type: idx, input: a}, grace: 1s}\n"
                           "inputs: {a: x}\n"),
            "train.grace", "belongs at the top");
        row("no steps",
            QStringLiteral("name: j\ntrain: {network: {type: mlp}, data: {type: idx, input: a}, epochs: 0}\n"
                           "inputs: {a: x}\n"),
            "train.epochs", "how long");
        row("required",
            QStringLiteral("name: j\ntrain: {network: {type: mlp}, data: {type: table, input: a}}\n"
                           "inputs: {a: x}\n"),
            "train.data.target", "missing");
        row("required misspelt",
            QStringLiteral(
                "name: j\ntrain: {network: {type: mlp}, data: {type: table, input: a, tarjet: y}}\n"
                "inputs: {a: x}\n"),
            "train.data.tarjet", "no field of table");
        row("a name with a comma",
            QStringLiteral("name: j\ntrain: {network: {type: mlp}, data: {type: table, input: a, target: y, "
                           "ignore: ['b,c', d]}}\ninputs: {a: x}\n"),
            "train.data.ignore", "text");
        row("no module",
            QStringLiteral(
                "name: j\ntrain: {network: {type: torchscript, input: net}, data: {type: idx, input: a}}\n"
                "inputs: {a: x}\n"),
            "train.network.input", "not among the inputs");
        row("no inputs",
            QStringLiteral("name: j\ntrain: {network: {type: mlp}, data: {type: idx, input: a}}\n"),
            "train.data.input", "not among the inputs");
        row("type missing",
            QStringLiteral(
                "name: j\ntrain: {network: {hidden: [1]}, data: {type: idx, input: a}}\ninputs: {a: x}\n"),
            "train.network.type", "missing");
        row("network text",
            QStringLiteral("name: j\ntrain: {network: mlp, data: {type: idx, input: a}}\ninputs: {a: x}\n"),
            "train.network", "map");
        row("no command", QStringLiteral("name: j\nprogram: {folder: .}\n"), "program.command", "missing");
        row("empty command", QStringLiteral("name: j\nprogram: {command: []}\n"), "program.command", "empty");
        row("open quote", QStringLiteral("name: j\nprogram: {command: \"a 'b\"}\n"), "program.command",
            "open quote");
        row("shell", QStringLiteral("name: j\nprogram: {command: a && b}\n"), "program.command", "no shell");
        row("map in command", QStringLiteral("name: j\nprogram: {command: [a, {b: 1}]}\n"), "program.command",
            "no word");
        row("folder outside", QStringLiteral("name: j\nprogram: {command: [a], folder: a/../..}\n"),
            "program.folder", "leads out");
        row("empty folder", QStringLiteral("name: j\nprogram: {command: [a], folder: ''}\n"),
            "program.folder", "text");
    }
    void refuses() {
        QFETCH(QString, text);
        QFETCH(QString, path);
        QFETCH(QString, word);
        const auto problems = problemsOf(text);
        QCOMPARE(problems.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(problems[0].path), path);
        QVERIFY2(QString::fromStdString(problems[0].message).contains(word), problems[0].message.c_str());
        QVERIFY(problems[0].range.line >= 1);
    }

    void placesAnOutputsProblem() {
        const auto problems = problemsOf(withLine("outputs:\n- plots\n- \"a\\tb\""));
        QCOMPARE(problems.size(), std::size_t{1});
        QCOMPARE(problems[0].range.line, 5);
        QCOMPARE(problems[0].range.column, 3);
    }

    void boundsItsProblems() {
        QString text;
        for (int i = 0; i < 500; ++i) text += QStringLiteral("x%1: 1\n").arg(i);
        QVERIFY(problemsOf(text).size() <= 100);
    }

    void fillsDefaults() {
        const auto job = SpecDocument::parse(
                             "name: j\nprogram: {command: train.py --lr '1 2'}\nenv:\nresources:\n"
                             "  memory: 512Mi\n  gpu_memory: 8Gi\n")
                             ->spec();
        QVERIFY(job.has_value());
        QCOMPARE(job->program()->command, (std::vector<std::string>{"train.py", "--lr", "1 2"}));
        QCOMPARE(job->program()->folder, std::string("."));
        QCOMPARE(job->resources.gpus, 1);
        QCOMPARE(job->resources.sharedMemory, Bytes{std::int64_t{256} << 20});
        QCOMPARE(job->grace, std::chrono::seconds(30));
        QCOMPARE(job->replicas, 1);
    }

    void aJobOfAnOlderVersionNamesTables() {
        const auto document = SpecDocument::parse(
            "name: j\ntrain: {network: {type: mlp}, data: {type: csv, input: a, target: y}, optimizer: {type: adam}}\n"
            "inputs: {a: x}\n");
        QVERIFY(document && document->spec());
        QCOMPARE(document->spec()->train()->data.type, std::string("table"));
    }
    void takesTheFirstOptimizerByDefault() {
        const auto job = SpecDocument::parse(
                             "name: j\ntrain: {network: {type: cnn}, data: {type: idx, input: a}}\n"
                             "inputs: {a: x}\n")
                             ->spec();
        QVERIFY(job.has_value());
        QCOMPARE(job->train()->optimizer.type, std::string("adam"));
        QCOMPARE(realValue(job->train()->optimizer.values, "lr"), 1e-3);
    }

    void namesMayBeAList() {
        for (const char* written : {"[a, b]", "\"a, b\"", "['a', \"b\"]"}) {
            const auto document = SpecDocument::parse(
                std::string(
                    "name: j\ntrain: {network: {type: tabular}, data: {type: table, input: t, target: y, ignore: ") +
                written + "}}\ninputs: {t: t.csv}\n");
            const auto job = document->spec();
            QVERIFY2(job, written);
            QCOMPARE(textValue(job->train()->data.values, "ignore"), std::string("a, b"));
        }
    }

    void readsDurations_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("seconds");
        QTest::newRow("seconds") << QStringLiteral("30s") << 30;
        QTest::newRow("bare") << QStringLiteral("45") << 45;
        QTest::newRow("minutes") << QStringLiteral("10min") << 600;
        QTest::newRow("m") << QStringLiteral("2m") << 120;
        QTest::newRow("hours") << QStringLiteral("2h") << 7200;
        QTest::newRow("days") << QStringLiteral("1d") << 86400;
        QTest::newRow("no number") << QStringLiteral("min") << -1;
        QTest::newRow("no unit") << QStringLiteral("3 parsecs") << -1;
        QTest::newRow("negative") << QStringLiteral("-3s") << -1;
        QTest::newRow("empty") << QString() << -1;
        QTest::newRow("too long") << QStringLiteral("99999999999999999999s") << -1;
    }
    void readsDurations() {
        QFETCH(QString, text);
        QFETCH(int, seconds);
        const auto read = parseDuration(text.toStdString());
        QCOMPARE(read ? static_cast<int>(read->count()) : -1, seconds);
    }

    void splitsCommands() {
        QCOMPARE(*splitCommand("train.py --name 'a b' \"c\\\"d\" e\\ f '' $X *"),
                 (std::vector<std::string>{"train.py", "--name", "a b", "c\"d", "e f", "", "$X", "*"}));
        QVERIFY(!splitCommand("a 'b"));
        QVERIFY(splitCommand("  ")->empty());
    }

    void knowsTheOrderOfSettings() {
        QCOMPARE(specKeys("").front(), std::string("version"));
        QCOMPARE(specKeys("train").front(), std::string("network"));
        QVERIFY(specKeys("env").empty());
    }
};

QTEST_APPLESS_MAIN(tst_SpecReader)
#include "tst_specreader.moc"
