// SPDX-License-Identifier: Apache-2.0
// slipway predict and slipway eval: a run's model is used by the command line.
#include "backends/spec/yamlvalue.h"

#include <QJsonArray>

#include "../cli/cliprocess.h"
#include "smalltokenizer.h"

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_modeltask : public QObject {
    Q_OBJECT
    CliFolder m_folder;

    QByteArray content(const QString& name) const {
        QFile file(m_folder.path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void train(const QString& name, const QByteArray& settings) const {
        m_folder.write(name + u"/job.yaml"_s,
                       "name: " + name.toUtf8() + "\ntrain:\n" + settings + "resources: {cpu: 1}\nseed: 5\n");
        const Said ran = m_folder.slipway({u"run"_s, name});
        QVERIFY2(ran.status == 0, ran.out + ran.problems);
    }

private Q_SLOTS:
    void initTestCase() {
        QByteArray table("a,b,sex,y\n");
        for (int i = 0; i < 400; ++i)
            table += QByteArray::number(i * 37 % 101) + ',' + QByteArray::number(i * 53 % 97) +
                     (i % 3 == 0 ? ",f," : ",m,") + (i * 37 % 101 > i * 53 % 97 ? "yes" : "no") + '\n';
        m_folder.write(u"table/t.csv"_s, table);
        m_folder.more.insert(u"SLIPWAY_SECRET_TOKEN"_s, u"do-not-tell-either"_s);
        train(
            u"table"_s,
            "  network: {type: tabular, hidden: [8]}\n  data: {type: table, input: t, target: y, group: sex}\n"
            "  optimizer: {type: adam, lr: 1e-2}\n  batch: 32\n  epochs: 20\ninputs: {t: t.csv}\nenv: {TOKEN: {secret: hub, key: token}, PLAIN: do-not-tell}\n");
        m_folder.write(u"text/t.txt"_s, QByteArray("abcdefgh").repeated(500));
        train(
            u"text"_s,
            "  network: {type: gpt, width: 16, depth: 1, heads: 2}\n  data: {type: text, input: t, context: 16}\n"
            "  optimizer: {type: adam, lr: 1e-2}\n  batch: 16\n  steps: 400\ninputs: {t: t.txt}\n");
    }

    void evalOfTheSameDataGivesTheSameNumbers_data() {
        QTest::addColumn<QString>("run");
        QTest::newRow("table") << u"table"_s;
        QTest::newRow("text") << u"text"_s;
    }
    void evalOfTheSameDataGivesTheSameNumbers() {
        QFETCH(QString, run);
        const Said said = m_folder.slipway({u"eval"_s, run, u"--json"_s});
        QVERIFY2(said.status == 0, said.problems);
        const QString number = run == u"table"_s ? u"1"_s : u"2"_s;
        QCOMPARE(said.out, content(u"home/runs/%1/result/evaluation.json"_s.arg(number)));
    }

    // The lines for Python, too, by a stand-in for the package that reads the file as its format says.
    void theRunHasAModelCard() {
        const QByteArray card = content(u"home/runs/1/result/model-card.md"_s);
        QVERIFY(card.startsWith("---\n"));
        const auto front = parseYaml(card.mid(4, card.indexOf("\n---\n", 4) - 3).toStdString());
        QVERIFY2(front, front ? "" : front.error().message.c_str());
        const YamlValue& result = front->find("model-index")->items.at(0).find("results")->items.at(0);
        QCOMPARE(result.find("metrics")->items.at(0).find("type")->text, std::string("accuracy"));
        SAYS(card, "- input t: sha256:");
        SAYS(card, "- 320 training and 80 test samples\n");
        SAYS(card, "- device: cpu\n");
        QVERIFY(!card.contains("do-not-tell") && !card.contains(m_folder.path().toUtf8()));

        m_folder.write(u"packages/safetensors/numpy.py"_s,
                       "import json, struct, types\n"
                       "def load_file(name):\n"
                       "    data = open(name, 'rb').read()\n"
                       "    head = json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])\n"
                       "    head.pop('__metadata__', None)\n"
                       "    return {k: types.SimpleNamespace(shape=v['shape']) for k, v in head.items()}\n");
        const qsizetype begin = card.indexOf("```python\n") + 10;
        m_folder.write(u"home/runs/1/result/use.py"_s, card.mid(begin, card.indexOf("```", begin) - begin));
        const Said said = m_folder.run(
            u"env"_s, {u"-C"_s, m_folder.path(u"home/runs/1/result"_s),
                       u"PYTHONPATH="_s + m_folder.path(u"packages"_s), u"python3"_s, u"use.py"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "output.weight [2, 8]\n");
        QFile::remove(m_folder.path(u"home/runs/1/result/use.py"_s));
    }

    void evalIsPrintedAndSplit() {
        const Said own = m_folder.slipway({u"eval"_s, u"table"_s});
        SAYS(own.out, "t.csv: 80 samples, held out when it was trained\n");
        SAYS(own.out, "\n  accuracy ");
        SAYS(own.out, "\n    yes ");
        SAYS(own.out, "\n    f ");
        const Said all =
            m_folder.slipway({u"eval"_s, u"table"_s, u"--data"_s, u"table/t.csv"_s, u"--group"_s, u"y"_s});
        SAYS(all.out, "table/t.csv: 400 samples\n");
        const Said none = m_folder.slipway({u"eval"_s, u"table"_s, u"--data"_s, u"none.csv"_s, u"--json"_s});
        QCOMPARE(none.status, 3);
        QCOMPARE(none.error()[u"message"_s].toString(), u"cannot read none.csv"_s);
    }

    void predictWritesWhatIsAsked() {
        m_folder.write(u"new.csv"_s, "b,a,sex\n1,90,f\n90,1,\n");
        const Said said = m_folder.slipway({u"predict"_s, u"1"_s, u"new.csv"_s, u"--top"_s, u"2"_s});
        QVERIFY2(said.status == 0, said.problems);
        const auto lines = said.out.split('\n');
        QCOMPARE(lines[0], QByteArray("file,row,prediction,probability,prediction_2,probability_2"));
        QVERIFY2(lines[1].startsWith("new.csv,1,yes,") && lines[1].contains(",no,"), lines[1]);
        QVERIFY2(lines[2].startsWith("new.csv,2,no,"), lines[2]);
        const auto rows = m_folder.slipway({u"predict"_s, u"1"_s, u"new.csv"_s, u"--json"_s})
                              .json()[u"predictions"_s]
                              .toArray();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[1][u"prediction"_s].toString(), u"no"_s);
        const Said file =
            m_folder.slipway({u"predict"_s, u"1"_s, u"new.csv"_s, u"--out"_s, u"p.csv"_s, u"--json"_s});
        QCOMPARE(file.json()[u"samples"_s].toInt(), 2);
        QVERIFY(content(u"p.csv"_s).startsWith("file,row,prediction,probability\n"));
        // The model alone is enough.
        const Said folder =
            m_folder.slipway({u"predict"_s, u"home/runs/1/result"_s, u"new.csv"_s, u"--top"_s, u"2"_s});
        QCOMPARE(folder.out, said.out);
    }

    // By PyTorch itself, of the same wheel: exported there, trained here, and what was trained loaded there.
    void aModuleFromPythonIsTrainedAndGoesBack() {
        const QString deps = QString::fromUtf8(kDepsDir);
        const auto python = [&](const QByteArray& code) {
            m_folder.write(u"exported/code.py"_s, code);
            return m_folder.run(u"env"_s, {u"-C"_s, m_folder.path(u"exported"_s), u"PYTHONPATH="_s + deps,
                                           u"python3"_s, u"-W"_s, u"ignore"_s, u"code.py"_s});
        };
        if (python("import sys; raise SystemExit(0 if sys.version_info[:2] == (3, 11) else 1)").status != 0)
            QSKIP("the pinned wheels are for Python 3.11");
        const Said made = python(
            "import torch\n"
            "torch.manual_seed(3)\n"
            "class Net(torch.nn.Module):\n"
            "    def __init__(self):\n"
            "        super().__init__()\n"
            "        self.body = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Dropout(0.1))\n"
            "        self.head = torch.nn.Linear(16, 2)\n"
            "    def forward(self, x):\n"
            "        return self.head(self.body(x.flatten(1)))\n"
            "torch.jit.script(Net()).save('net.pt')\n");
        QVERIFY2(made.status == 0, made.problems);
        QByteArray rows("a,b,y\n");
        for (int i = 0; i < 400; ++i)
            rows += QByteArray::number(i * 37 % 101) + ',' + QByteArray::number(i * 53 % 97) + ',' +
                    (i * 37 % 101 > i * 53 % 97 ? "yes" : "no") + '\n';
        m_folder.write(u"exported/t.csv"_s, rows);
        train(
            u"exported"_s,
            "  network: {type: torchscript, input: net}\n  data: {type: table, input: t, target: y}\n"
            "  optimizer: {type: adam, lr: 1e-2}\n  batch: 32\n  epochs: 20\ninputs: {net: net.pt, t: t.csv}\n");
        const auto evaluation = m_folder.slipway({u"eval"_s, u"exported"_s, u"--json"_s}).json();
        const double accuracy = evaluation[u"accuracy"_s].toDouble();
        QVERIFY2(accuracy > 0.9, QByteArray::number(accuracy));
        m_folder.write(u"exported/new.csv"_s, "a,b\n90,1\n1,90\n");
        const Said predicted = m_folder.slipway({u"predict"_s, u"exported"_s, u"exported/new.csv"_s});
        SAYS(predicted.out, "new.csv,1,yes,");
        SAYS(predicted.out, "new.csv,2,no,");

        const QString result =
            m_folder.slipway({u"show"_s, u"exported"_s, u"--json"_s}).json()[u"folder"_s].toString() +
            u"/result"_s;
        const Said back = python(
            "import torch, sys\n"
            "net = torch.jit.load('" +
            result.toUtf8() +
            "/module.pt').eval()\n"
            "print(sum(p.numel() for p in net.parameters()), tuple(net(torch.zeros(3, 2)).shape))\n");
        QVERIFY2(back.status == 0, back.problems);
        QCOMPARE(back.out, QByteArray("82 (3, 2)\n"));
    }

    void aResultsFolderGoesByItsName() {
        const auto copyOfModel = [&](const QString& name) {
            for (const QString& file : {u"config.json"_s, u"model.safetensors"_s}) {
                QDir().mkpath(m_folder.path(name));
                QVERIFY(QFile::copy(m_folder.path(u"home/runs/1/result/"_s + file),
                                    m_folder.path(name + u'/' + file)));
            }
        };
        m_folder.write(u"new.csv"_s, "b,a,sex\n1,90,f\n90,1,\n");
        copyOfModel(u"copied"_s);
        copyOfModel(u"2"_s);  // run 2 is a text model's
        const QByteArray run = m_folder.slipway({u"predict"_s, u"1"_s, u"new.csv"_s}).out;
        for (const QString& name : {u"copied"_s, u"./copied"_s, u"./2"_s}) {
            const Said said = m_folder.slipway({u"predict"_s, name, u"new.csv"_s});
            QVERIFY2(said.status == 0, said.problems);
            QCOMPARE(said.out, run);
        }
        SAYS(m_folder.slipway({u"predict"_s, u"2"_s, u"new.csv"_s}).problems, "--prompt");
        const Said evaluated = m_folder.slipway({u"eval"_s, u"copied"_s, u"--data"_s, u"table/t.csv"_s});
        SAYS(evaluated.out, "table/t.csv: 400 samples\n");
        SAYS(m_folder.slipway({u"eval"_s, u"--help"_s}).out, "./42 where a run has its name");
        SAYS(m_folder.slipway({u"eval"_s, u"nocopy"_s}).problems, "no run is called \"nocopy\"");
    }

    // As many samples of the same form, but one label is another.
    void dataThatWereChangedAreNotThoseOfTheTraining() {
        const QByteArray table = content(u"table/t.csv"_s);
        QByteArray changed = table;
        changed.replace("\n0,0,f,no\n", "\n0,0,f,yes\n");
        QVERIFY(changed != table);
        m_folder.write(u"table/t.csv"_s, changed);
        const Said said = m_folder.slipway({u"eval"_s, u"table"_s, u"--json"_s});
        m_folder.write(u"table/t.csv"_s, table);
        QCOMPARE(said.error()[u"code"_s].toString(), u"conflict"_s);
        QVERIFY(said.error()[u"message"_s].toString().endsWith(
            u"t.csv is not as it was when the model was trained"_s));
        QVERIFY(said.error()[u"detail"_s].toString().startsWith(u"its digest is sha256:"_s));
        QCOMPARE(m_folder.slipway({u"eval"_s, u"table"_s}).status, 0);
    }

    void aTableWithoutTheGroupsIsEvaluatedWithoutThem() {
        QByteArray table("a,b,sex,y\n");
        for (int i = 0; i < 100; ++i)
            table += QByteArray::number(i) + ',' + QByteArray::number(i * 53 % 97) +
                     (i % 3 == 0 ? ",f," : ",m,") + (i > i * 53 % 97 ? "yes" : "no") + '\n';
        m_folder.write(u"split/t.csv"_s, table);
        train(u"split"_s,
              "  network: {type: mlp, hidden: [4]}\n  data: {type: table, input: t, target: y, group: sex, "
              "ignore: sex}\n  optimizer: {type: adam}\n  batch: 16\n  epochs: 1\ninputs: {t: t.csv}\n");
        m_folder.write(u"plain.csv"_s, "a,b,y\n1,2,no\n4,3,yes\n");
        const Said said = m_folder.slipway({u"eval"_s, u"split"_s, u"--data"_s, u"plain.csv"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "plain.csv: 2 samples\n");
        SAYS(said.problems, "plain.csv has no column sex, by which");
    }

    void aTextIsGoneOnWith() {
        const Said said = m_folder.slipway({u"predict"_s, u"text"_s, u"--prompt"_s, u"abcdefgh"_s,
                                            u"--tokens"_s, u"8"_s, u"--temperature"_s, u"0"_s});
        QVERIFY2(said.status == 0, said.problems);
        QCOMPARE(said.out, QByteArray("abcdefghabcdefgh\n"));
        const QStringList words{u"predict"_s, u"text"_s, u"--prompt"_s, u"-"_s,
                                u"--seed"_s,  u"3"_s,    u"--json"_s};
        const Said drawn = m_folder.slipway(words);
        QVERIFY2(drawn.status == 0, drawn.problems);
        QCOMPARE(drawn.out, m_folder.slipway(words).out);
        QVERIFY(!drawn.json()[u"text"_s].toString().isEmpty());
    }

    void aTokenizerGoesWithTheModel() {
        m_folder.write(u"bpe/t.txt"_s, QByteArray("hello world, hello bcab").repeated(300));
        m_folder.write(u"bpe/small.json"_s, QByteArray::fromStdString(smalltokenizer::json()));
        const QByteArray job =
            "  network: {type: gpt, width: 16, depth: 1, heads: 2}\n  data: {type: text, input: t, tokenizer: bpe, context: 16}\n"
            "  batch: 16\n  steps: 5\ninputs: {t: t.txt, bpe: small.json}\n";
        train(u"bpe"_s, job);
        const auto shown = m_folder.slipway({u"show"_s, u"bpe"_s, u"--json"_s}).json();
        const QString result = u"home/runs/"_s + QString::number(shown[u"number"_s].toInt()) + u"/result/"_s;
        QCOMPARE(content(result + u"tokenizer.json"_s), QByteArray::fromStdString(smalltokenizer::json()));
        const auto config = QJsonDocument::fromJson(content(result + u"config.json"_s));
        QCOMPARE(config[u"input"_s][u"vocabulary"_s].toInt(), 265);
        QCOMPARE(config[u"input"_s][u"tokenizer"_s].toString(), u"tokenizer.json"_s);
        SAYS(content(result + u"model-card.md"_s), "- input bpe: sha256:");
        QCOMPARE(m_folder.slipway({u"eval"_s, u"bpe"_s, u"--json"_s}).out,
                 content(result + u"evaluation.json"_s));
        const Said said = m_folder.slipway({u"predict"_s, result, u"--prompt"_s, u"hello"_s, u"--tokens"_s,
                                            u"3"_s, u"--temperature"_s, u"0"_s});
        QVERIFY2(said.status == 0, said.problems);
        QVERIFY2(said.out.startsWith("hello") && said.out.size() > 8, said.out);
        m_folder.write(u"bad/job.yaml"_s,
                       "name: bad\ntrain:\n" + QByteArray(job).replace("tokenizer: bpe", "tokenizer: bpx"));
        const Said checked = m_folder.slipway({u"check"_s, u"bad"_s});
        SAYS(checked.out + checked.problems, "`bpx` is not among the inputs");
    }

    void mistakesAreTold_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("nothing") << QStringList{u"predict"_s, u"1"_s} << 2
                                 << QByteArray("Name files or folders");
        QTest::newRow("category")
            << QStringList{u"predict"_s, u"1"_s, u"odd.csv"_s} << 2
            << QByteArray("odd.csv: row 2, column sex: `x` is no category that the model knows");
        QTest::newRow("kind") << QStringList{u"predict"_s, u"text"_s, u"odd.csv"_s} << 2
                              << QByteArray("--prompt");
        QTest::newRow("run") << QStringList{u"eval"_s, u"77"_s} << 3 << QByteArray("77");
        QTest::newRow("program") << QStringList{u"eval"_s, u"own"_s} << 2
                                 << QByteArray("a program of its own ran");
        QTest::newRow("folder") << QStringList{u"eval"_s, u"home/runs/1/result"_s} << 2
                                << QByteArray("--data PATH");
    }
    void mistakesAreTold() {
        QFETCH(QStringList, words);
        QFETCH(int, status);
        QFETCH(QByteArray, told);
        m_folder.write(u"odd.csv"_s, "a,b,sex\n1,2,x\n");
        m_folder.write(u"own/job.yaml"_s, "name: own\nprogram: {command: [sh, -c, 'exit 0']}\n");
        if (words.contains(u"own"_s)) m_folder.slipway({u"run"_s, u"own"_s});
        const Said said = m_folder.slipway(words);
        QCOMPARE(said.status, status);
        SAYS(said.problems, told);
        QCOMPARE(said.problems.count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(tst_modeltask)
#include "tst_modeltask.moc"
