// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <algorithm>
#include <set>

#include "backends/core/modeltypes.h"
#include "backends/spec/glossaryreader.h"
#include "backends/spec/specreader.h"

using namespace slipway;

namespace {

// Every setting that a job file can name.
std::set<std::string> allSettings() {
    std::set<std::string> paths;
    for (const char* map : {"", "program", "resources", "checkpoint", "train"})
        for (const std::string& key : specKeys(map))
            paths.insert((*map == 0 ? "" : std::string(map) + ".") + key);
    const auto add = [&](const std::string& prefix, std::span<const ParameterTable> tables) {
        paths.insert(prefix + ".type");
        for (const ParameterTable& table : tables)
            for (const Parameter& parameter : table.parameters) paths.insert(prefix + "." + parameter.name);
    };
    add("train.network", networkTables());
    add("train.data", dataTables());
    add("train.optimizer", optimizerTables());
    return paths;
}

}  // namespace

class tst_GlossaryReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTermIsRead() {
        const auto read = readGlossary(
            "terms:\n"
            "  - term: learning rate\n    also: [lr]\n    text: >-\n      How far\n      a step goes.\n"
            "    see: [step]\n    settings: [train.optimizer.lr]\n"
            "  - {term: step, text: One change.}\n");
        QVERIFY2(read, read ? "" : describe(read.error()).c_str());
        QCOMPARE(read->terms().size(), std::size_t{2});
        const GlossaryTerm& rate = read->terms().front();
        QCOMPARE(rate.name, std::string("learning rate"));
        QCOMPARE(rate.also, std::vector<std::string>{"lr"});
        QCOMPARE(rate.text, std::string("How far a step goes."));
        QCOMPARE(rate.see, std::vector<std::string>{"step"});
        QCOMPARE(rate.settings, std::vector<std::string>{"train.optimizer.lr"});
    }

    void mistakesAreToldWithTheirPlace_data() {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* says, const char* terms) {
            QTest::newRow(says) << "terms:\n" + QByteArray(terms) << QByteArray(says);
        };
        row("line 2, column 5: \"text\" is a text", "  - {term: a}\n");
        row("a text is of sentences", "  - {term: a, text: b}\n");
        row("\"colour\" is unknown", "  - {term: a, text: b., colour: c}\n");
        row("there is no term \"b\" to see", "  - {term: a, text: a., see: [b]}\n");
        row("line 3, column 5: \"A\" is taken by \"a\"",
            "  - {term: a, text: a.}\n  - {term: b, also: [A], text: b.}\n");
        row("\"seed\" is taken by \"a\"",
            "  - {term: a, text: a., settings: [seed]}\n  - {term: b, text: b., settings: [seed]}\n");
        row("\"a\" stands behind \"b\"", "  - {term: b, text: b.}\n  - {term: a, text: a.}\n");
        row("\"see\" is a list", "  - {term: a, text: a., see: a}\n");
        row("a term is a map", "  - a\n");
        QTest::newRow("no list") << QByteArray("words: []\n") << QByteArray("a list of at most 500");
    }
    void mistakesAreToldWithTheirPlace() {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, says);
        const auto read = readGlossary(yaml.toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::InvalidArgument);
        const QByteArray message = QByteArray::fromStdString(read.error().message);
        QVERIFY2(message.contains(says), message.constData());
    }

    void theBuiltinOneExplainsInAFewSentences() {
        const Glossary& glossary = builtinGlossary();
        QVERIFY(glossary.terms().size() >= 60);
        for (const GlossaryTerm& term : glossary.terms()) {
            const QByteArray text = QByteArray::fromStdString(term.text);
            QVERIFY2(text.size() >= 60 && text.size() <= 400, term.name.c_str());
            QVERIFY2(text.count(". ") <= 3, term.name.c_str());
            QVERIFY2(!term.see.empty() && term.see.size() <= 5, term.name.c_str());
            QVERIFY2(std::ranges::find(term.see, term.name) == term.see.end(), term.name.c_str());
        }
    }

    void theBuiltinOneNamesSettingsThatThereAre() {
        const std::set<std::string> known = allSettings();
        for (const GlossaryTerm& term : builtinGlossary().terms())
            for (const std::string& path : term.settings) QVERIFY2(known.contains(path), path.c_str());
    }

    void whatIsAskedMostIsThere() {
        for (const char* name : {"job",
                                 "run",
                                 "attempt",
                                 "rank",
                                 "target",
                                 "slice",
                                 "MIG",
                                 "time-slicing",
                                 "MPS",
                                 "ClusterQueue",
                                 "LocalQueue",
                                 "quota",
                                 "cohort",
                                 "admission",
                                 "gang",
                                 "checkpoint",
                                 "epoch",
                                 "step",
                                 "lr",
                                 "warm-up",
                                 "weight decay",
                                 "gradient clipping",
                                 "accumulation",
                                 "mixed precision",
                                 "drift",
                                 "OCI image",
                                 "layer",
                                 "digest",
                                 "registry",
                                 "namespace",
                                 "kubeconfig",
                                 "perplexity",
                                 "confusion matrix"})
            QVERIFY2(builtinGlossary().find(name), name);
        for (const char* path : {"train.optimizer.lr", "train.batch", "train.clip", "train.warmup", "seed",
                                 "replicas", "resources.slice", "program.image"})
            QVERIFY2(builtinGlossary().ofSetting(path), path);
    }
};

QTEST_APPLESS_MAIN(tst_GlossaryReader)
#include "tst_glossaryreader.moc"
