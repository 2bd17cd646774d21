// SPDX-License-Identifier: Apache-2.0
#include "backends/rules/ruleset.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>

#include "testpaths.h"

using namespace slipway;
using namespace std::chrono_literals;

namespace {

QString samplesFolder() { return QString::fromUtf8(kTestDataDir) + QStringLiteral("/rules"); }

std::string ruleText(const std::string& match, const std::string& title, const std::string& more = {}) {
    return "about: failure\nrules:\n  - id: a\n    in: [log]\n    tells: earliest\n    next: 'Look'\n" +
           more + "    cases:\n      - match: '" + match + "'\n        title: '" + title + "'\n";
}

std::string firstTitle(const std::vector<Finding>& findings) {
    return findings.empty() ? std::string() : findings.front().title;
}

Fact logFact(const char* text, Timestamp time = {}) { return {FactKind::Log, "rank 0", text, 0, time}; }

}  // namespace

class tst_RuleSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A sample holds facts, "kind: text", and all that is found in them, "finding: rule: title".
    void findsInSamples_data() {
        QTest::addColumn<QString>("path");
        const QDir folder(samplesFolder());
        for (const QString& name : folder.entryList({QStringLiteral("*.txt")}, QDir::Files))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void findsInSamples() {
        QFETCH(QString, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        std::vector<Fact> facts;
        QStringList wanted, got;
        const QStringList kinds = {QStringLiteral("condition"), QStringLiteral("event"),
                                   QStringLiteral("status"), QStringLiteral("log")};
        for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts)) {
            const QString kind = line.section(QStringLiteral(": "), 0, 0);
            const QString text = line.section(QStringLiteral(": "), 1);
            if (kind == QStringLiteral("finding")) {
                wanted << text;
                continue;
            }
            QVERIFY2(kinds.contains(kind), qPrintable(line));
            facts.push_back({static_cast<FactKind>(kinds.indexOf(kind)), "a pod", text.toStdString()});
        }
        for (const Finding& finding : diagnose(facts)) {
            got << QString::fromStdString(finding.ruleId + ": " + finding.title);
            QVERIFY(!finding.evidence.empty());
            QVERIFY2(!finding.nextStep.empty() && finding.nextStep.find('\\') == std::string::npos,
                     finding.nextStep.c_str());
        }
        QCOMPARE(got, wanted);
    }

    void everyRuleHasASample() {
        const QStringList samples = QDir(samplesFolder()).entryList();
        QVERIFY(builtinRules().rules().size() >= 10);
        for (const Rule& rule : builtinRules().rules()) {
            const QString name = QString::fromStdString(rule.id) + QStringLiteral(".txt");
            QVERIFY2(samples.contains(name), qPrintable(name));
        }
    }

    void builtinRulesAreReadOnce() { QCOMPARE(&builtinRules(), &builtinRules()); }

    void tellsTheEarliestCause() {
        const std::vector<Fact> facts = {logFact("loss: inf", Timestamp{5s}),
                                         logFact("loss: nan", Timestamp{2s}),
                                         logFact("loss: 0.5", Timestamp{1s})};
        const auto findings = diagnose(facts);
        QCOMPARE(findings.size(), 1U);
        QCOMPARE(findings.front().title, std::string("The loss became nan."));
        QCOMPARE(findings.front().kind, FindingKind::Failure);
        QCOMPARE(findings.front().evidence, (std::vector<std::size_t>{0, 1}));
    }

    void tellsTheNewestAmount() {
        std::vector<Fact> facts;
        for (const int more : {3, 1, 2}) {
            facts.push_back({FactKind::Condition, "workload a",
                             "Pending: insufficient unused quota for cpu in flavor f, " +
                                 std::to_string(more) + " more needed",
                             -1, Timestamp{std::chrono::seconds(more == 1 ? 9 : more)}});
        }
        const auto findings = diagnose(facts);
        QCOMPARE(findings.size(), 1U);
        QVERIFY2(findings.front().title.find(" 1 more of cpu") != std::string::npos,
                 findings.front().title.c_str());
        QCOMPARE(findings.front().kind, FindingKind::Pending);
        QCOMPARE(findings.front().evidence.size(), std::size_t{3});
    }

    void namesTheAmountInTheNextStep() {
        const std::vector<Fact> facts = {
            {FactKind::Condition, "workload a",
             "Pending: insufficient quota for cpu in flavor f, previously considered podsets requests (0) + "
             "current podset request (9) > maximum capacity (2)"}};
        const auto findings = diagnose(facts);
        QCOMPARE(findings.size(), 1U);
        QCOMPARE(findings.front().nextStep,
                 std::string("Ask for at most 2 of cpu, or choose a queue that has more."));
    }

    void isBounded() {
        const auto rules = RuleSet::read(ruleText("x([^ ]*)", "Found \\1."));
        QVERIFY2(rules.hasValue(), rules ? "" : rules.error().message.c_str());
        const std::vector<Fact> many(1000, logFact("xyz"));
        QCOMPARE(rules->diagnose(many).front().evidence.size(), kMaxEvidence);

        std::string euros = "x";
        while (euros.size() < 3000) euros += "€";
        const std::string title = firstTitle(rules->diagnose(std::vector{logFact(euros.c_str())}));
        QVERIFY(title.size() < 500);
        QVERIFY(!QString::fromStdString(title).contains(QChar::ReplacementCharacter));

        const std::string late(kMaxFactBytes, ' ');
        QVERIFY(rules->diagnose(std::vector{logFact((late + "xyz").c_str())}).empty());
        QVERIFY(rules->diagnose({}).empty());
    }

    void bytesThatAreNoTextAreNoMatch() {
        const auto rules = RuleSet::read(ruleText("x(.+)y", "Found \\1."));
        QVERIFY(rules.hasValue());
        QVERIFY(rules->diagnose(std::vector{logFact("x\xff\xfey")}).empty());
    }

    void refusesBadRules_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& text, const char* message) {
            QTest::newRow(name) << QString::fromStdString(text) << QString::fromUtf8(message);
        };
        row("no YAML", "about: [", "line 1");
        row("empty", "", "map");
        row("about", "about: weather\nrules: []\n", "pending or failure");
        row("no rules", "about: failure\nrules: []\n", "\"rules\" is a list");
        row("unknown key", ruleText("x", "A.", "    colour: red\n"),
            "line 7, column 5: unknown key \"colour\"");
        row("key twice", ruleText("x", "A.", "    id: b\n"), "stands twice");
        row("pattern", ruleText("x(", "A."), "line 8, column 16: not a pattern");
        row("empty match", ruleText("x*", "A."), "matches an empty text");
        row("capture", ruleText("x", "A \\1."), "does not fit the pattern");
        row("capture in key", ruleText("x", "A.", "    key: '\\2'\n"), "does not fit the pattern");
        row("many captures", ruleText("x()()()()()()()()()()", "A."), "more than 9");
        row("no sentence", ruleText("x", "A"), "a title is a sentence");
        const std::string rule = ruleText("x", "A.").substr(ruleText("x", "A.").find("  - id"));
        row("id twice", "about: failure\nrules:\n" + rule + rule, "the id \"a\" stands twice");
        row("kind", "about: failure\nrules:\n  - {id: a, in: [mail], tells: newest, next: B, cases: [{}]}\n",
            "unknown kind of fact");
        row("no case", "about: failure\nrules:\n  - {id: a, in: [log], tells: newest, next: B}\n",
            "\"cases\" is a list");
    }
    void refusesBadRules() {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const auto rules = RuleSet::read(text.toStdString());
        QVERIFY(!rules.hasValue());
        QCOMPARE(rules.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(rules.error().message).contains(message),
                 rules.error().message.c_str());
    }

    void refusesTheSameIdFromTwoFiles() {
        auto rules = RuleSet::read(ruleText("x", "A."));
        QVERIFY(rules.hasValue());
        const auto joined = rules->append(RuleSet(*rules));
        QVERIFY(!joined.hasValue());
        QCOMPARE(joined.error().code, ErrorCode::Conflict);
        QCOMPARE(rules->rules().size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(tst_RuleSet)
#include "tst_ruleset.moc"
