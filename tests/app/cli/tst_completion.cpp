// SPDX-License-Identifier: Apache-2.0
// The manual and the completion know all that the command line takes, which is read from the helps; bash completes for real.
#include <QJsonArray>
#include <QRegularExpression>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_completion : public QObject {
    Q_OBJECT

    CliFolder m_folder;

    // "-h", "--help", "--set" … of a help's lines; what takes a value, too.
    static QStringList optionsIn(const QByteArray& help) {
        static const QRegularExpression line(u"^  (-[^ ]+)"_s, QRegularExpression::MultilineOption);
        QStringList options;
        for (auto each = line.globalMatch(QString::fromUtf8(help)); each.hasNext();)
            options += each.next().captured(1).split(u',');
        return options;
    }
    static QStringList verbsIn(const QByteArray& help) {
        static const QRegularExpression line(u"^  ([a-z]+) "_s, QRegularExpression::MultilineOption);
        const QString text = QString::fromUtf8(help);
        QStringList verbs;
        for (auto each = line.globalMatch(text.mid(text.indexOf(u"Subcommands:"_s))); each.hasNext();)
            verbs += each.next().captured(1);
        return verbs;
    }
    QStringList completed(const QStringList& words, const QString& shell = u"zsh"_s) const {
        const Said said = m_folder.slipway(QStringList{u"completion"_s, shell, u"--"_s} + words);
        if (said.status != 0) qFatal("%s", said.problems.constData());
        return QString::fromUtf8(said.out).split(u'\n', Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void initTestCase() {
        m_folder.write(u"config"_s,
                       "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                       "users: [{name: u, user: {token: t}}]\n"
                       "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n");
        const QByteArray job = "name: NAME\nprogram: {command: [sh, -c, 'exit 0']}\n";
        m_folder.write(u"jobs/job.yaml"_s, QByteArray(job).replace("NAME", "one"));
        QCOMPARE(m_folder.slipway({u"run"_s, u"jobs"_s}).status, 0);
        QCOMPARE(m_folder.slipway({u"run"_s, u"jobs"_s}).status, 0);
        QCOMPARE(m_folder.slipway({u"--home"_s, m_folder.path(u"other"_s), u"run"_s, u"jobs"_s}).status, 0);
    }

    void everyOptionIsInThePageAndCompleted() {
        const QByteArray help = m_folder.slipway({u"--help"_s}).out;
        const QStringList verbs = verbsIn(help);
        QVERIFY(verbs.size() >= 20 && verbs.contains(u"tour"_s));
        QString page = QString::fromUtf8(m_folder.slipway({u"man"_s}).out);
        page.remove(u'\\');
        const qsizetype options = page.indexOf(u".SH OPTIONS\n"_s), rest = page.indexOf(u".SH VERBS\n"_s);
        QVERIFY(options > 0 && rest > options);
        const QStringList ofAll = optionsIn(help);
        QVERIFY(ofAll.contains(u"--kubeconfig"_s) && ofAll.contains(u"--home"_s));
        const QString all = page.mid(options, rest - options);
        for (const QString& option : ofAll) {
            QVERIFY2(all.contains(option), qPrintable(option));
            QVERIFY2(completed({u"-"_s}).contains(option), qPrintable(option));
        }
        QCOMPARE(completed({u""_s}).size(), verbs.size());
        for (const QString& verb : verbs) {
            QVERIFY2(completed({u""_s}).contains(verb), qPrintable(verb));
            const qsizetype begin = page.indexOf(u".SS "_s + verb);
            QVERIFY2(begin > rest, qPrintable(verb));
            const QString section = page.mid(begin, page.indexOf(u"\n.S"_s, begin) - begin);
            const QStringList offered = completed({verb, u"-"_s});
            for (const QString& option : optionsIn(m_folder.slipway({verb, u"--help"_s}).out)) {
                QVERIFY2(section.contains(option), qPrintable(verb + u' ' + option));
                QVERIFY2(offered.contains(option), qPrintable(verb + u' ' + option));
            }
            for (const QString& option : {u"--home"_s, u"--kubeconfig"_s, u"--json"_s})
                QVERIFY2(offered.contains(option), qPrintable(verb + u' ' + option));
        }
    }
    void thePageNamesTheVariables() {
        const QByteArray page = m_folder.slipway({u"man"_s}).out;
        const QByteArray variables = page.mid(page.indexOf(".SH ENVIRONMENT\n"));
        for (const char* name : {"SLIPWAY_HOME", "SLIPWAY_REGISTRY", "KUBECONFIG", "SLIPWAY_SECRET_NAME"})
            SAYS(variables, "\n" + QByteArray(name) + "\n");
    }

    // A line as it is typed, its words by blanks, and all that bash then offers; "…": besides others.
    void bashCompletes_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("offers");
        const auto row = [](const char* line, const char* offers) {
            QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(offers);
        };
        row("slipway ru", "run runs");
        row("slipway --json ru", "run runs");
        row("slipway --home home ru", "run runs");
        row("slipway --home run ru", "run runs");
        row("slipway --json run jo", "jobs");
        row("slipway --kubeconfig config --json run --det", "--detach");
        row("slipway run --jso", "--json");
        row("slipway --ver", "--version");
        row("slipway run --ver", "");
        row("slipway run -", "-h …");
        row("slipway new ", "mlp cnn table gpt program");
        row("slipway new p", "program");
        row("slipway new mlp jo", "jobs");
        row("slipway completion ", "bash zsh fish");
        row("slipway glossary MI", "MIG");
        row("slipway glossary learning ra", "");
        row("slipway tour --with b", "bwrap");
        row("slipway show ", "last 2 1");
        row("slipway export --as t", "tensorboard");
        row("slipway export --to jo", "jobs");
        row("slipway import jo", "jobs");
        row("slipway --json logs 2", "2");
        row("slipway show --curves ", "last 2 1");
        row("slipway --home other show ", "last 1");
        row("slipway --home = other show ", "last 1");
        row("slipway --home nowhere show ", "last");
        row("slipway show 1 ", "");
        row("slipway --kubeconfig config check jobs --to ", "here lab/team-a");
        row("slipway --kubeconfig config submit --to l", "lab/team-a");
        row("slipway --kubeconfig = config submit --to = l", "lab/team-a");
        row("slipway submit --to = ", "here");
        row("slipway package --to h", "");
        row("slipway check --set a = 1 jo", "jobs");
        row("slipway check --set a = ", "");
        row("slipway --kubeconfig con", "config");
        row("slipway --kubeconfig = con", "config");
        row("slipway trane ", "");
        row("slipway -- ru", "run runs");
    }
    void bashCompletes() {
        QFETCH(QString, line);
        QFETCH(QString, offers);
        const QByteArray script = "eval \"$(" + QByteArray(kBinDir) +
                                  "/slipway completion bash)\"\n"
                                  "read -r -d '' line\n"
                                  "complete -p slipway >/dev/null || exit 3\n"
                                  "IFS=' ' read -r -a COMP_WORDS <<<\"$line\"\n"
                                  "[[ $1 ]] && COMP_WORDS+=('')\n"
                                  "COMP_WORDS[0]=" +
                                  QByteArray(kBinDir) +
                                  "/slipway\n"
                                  "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                  "_slipway\n"
                                  "((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\"\n"
                                  "exit 0\n";
        const Said said = m_folder.run(
            u"bash"_s,
            {u"-c"_s, QString::fromUtf8(script), u"bash"_s, line.endsWith(u' ') ? u"new"_s : u""_s},
            line.toUtf8());
        QVERIFY2(said.status == 0 && said.problems.isEmpty(), said.problems.constData());
        const QStringList words = QString::fromUtf8(said.out).split(u'\n', Qt::SkipEmptyParts);
        QStringList expected = offers.split(u' ', Qt::SkipEmptyParts);
        if (expected.removeAll(u"…"_s) > 0)
            QVERIFY2(words.size() > expected.size() && words.contains(expected[0]), said.out.constData());
        else
            QCOMPARE(words, expected);
    }

    void otherShellsKeepTheWordWhole() {
        QCOMPARE(completed({u"submit"_s, u"--to=h"_s}), QStringList{u"--to=here"_s});
        QCOMPARE(completed({u"run"_s, u"--home=x"_s}), QStringList{u":files"_s});
        QCOMPARE(completed({u"new"_s, u"m"_s}, u"fish"_s), QStringList{u"mlp"_s});
        QVERIFY(completed({u"ru"_s}, u"fish"_s).contains(u"run\tRun a job on this machine and follow it"_s));
        const Said json =
            m_folder.slipway({u"completion"_s, u"bash"_s, u"--json"_s, u"--"_s, u"new"_s, u"m"_s});
        QCOMPARE(json.json()[0][u"word"_s].toString(), u"mlp"_s);
    }
    void everyKindThatIsOfferedCanBeMade() {
        for (const QString& kind : completed({u"new"_s, u""_s}))
            QCOMPARE(m_folder.slipway({u"new"_s, kind, u"made-"_s + kind}).status, 0);
    }
    void theScriptsAreInTheirLanguages_data() {
        QTest::addColumn<QString>("shell");
        for (const char* shell : {"bash", "zsh", "fish"}) QTest::newRow(shell) << QString::fromUtf8(shell);
    }
    void theScriptsAreInTheirLanguages() {
        QFETCH(QString, shell);
        const Said script = m_folder.slipway({u"completion"_s, shell});
        QCOMPARE(script.status, 0);
        SAYS(script.out, "completion " + shell.toUtf8() + " -- ");
        m_folder.write(u"script"_s, script.out);
        const Said checked = m_folder.run(shell, {u"-n"_s, m_folder.path(u"script"_s)});
        QVERIFY2(checked.status == 0 && checked.problems.isEmpty(), checked.problems.constData());
    }
    void fishCompletes() {
        m_folder.write(u"bin.fish"_s, "set -x PATH " + QByteArray(kBinDir) +
                                          " $PATH\nslipway completion fish | source\n"
                                          "complete -C 'slipway --json new p'\n"
                                          "complete -C 'slipway run jo'\n");
        const Said said = m_folder.run(u"fish"_s, {u"--no-config"_s, m_folder.path(u"bin.fish"_s)});
        QVERIFY2(said.status == 0, said.problems.constData());
        SAYS(said.out, "program\n");
        SAYS(said.out, "jobs/");
    }
};

QTEST_GUILESS_MAIN(tst_completion)
#include "tst_completion.moc"
