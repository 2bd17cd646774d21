// SPDX-License-Identifier: Apache-2.0
// slipway as people and scripts call it: every verb as a process with a home of its own, as text and with --json. Nothing of the
// user's is read (HOME and the rest point into a temporary folder), and nothing is reached but this machine.
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

namespace {

constexpr int kWait = 60000;

}  // namespace

class tst_cli : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const QString& name) const { return m_folder.filePath(name); }

    void prepare(QProcess& process, const QStringList& words) const {
        QProcessEnvironment environment;
        for (const QString& name : {u"PATH"_s, u"LC_ALL"_s, u"ASAN_OPTIONS"_s, u"UBSAN_OPTIONS"_s})
            environment.insert(name, qEnvironmentVariable(name.toUtf8().constData()));
        environment.insert(u"HOME"_s, m_folder.path());
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.setProgram(QString::fromUtf8(kBinDir) + u"/slipway"_s);
        process.setArguments(QStringList{u"--home"_s, path(u"home"_s)} + words);
    }
    static Said ended(QProcess& process) {
        if (!process.waitForFinished(kWait)) qFatal("slipway does not end");
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                process.readAllStandardOutput(), process.readAllStandardError()};
    }
    Said slipway(const QStringList& words) const {
        QProcess process;
        prepare(process, words);
        process.start();
        return ended(process);
    }
    Said slipwayJson(const QStringList& words) const { return slipway(words + QStringList{u"--json"_s}); }

    void write(const QString& name, const QByteArray& text) const {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
    }
    void writeShellJob(const QString& name, const QByteArray& script, const QByteArray& more = {}) const {
        write(name + u"/job.yaml"_s, "name: " + name.toUtf8() + "\nprogram:\n  command: [sh, -c, '" + script +
                                         "']\n" + more + "resources: {cpu: 100m, memory: 64Mi}\n");
    }
    QString blob(const QByteArray& bytes) const {
        QString digest =
            QString::fromUtf8(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
        write(u"base/blobs/sha256/"_s + digest, bytes);
        return digest;
    }

    void isError(const QStringList& words, int status, const char* code, const QByteArray& inMessage,
                 const QByteArray& inHint = {}) const {
        const Said text = slipway(words);
        QCOMPARE(text.status, status);
        SAYS(text.problems, inMessage);
        SAYS(text.problems, inHint);
        QCOMPARE(text.out, QByteArray());
        const Said json = slipwayJson(words);
        QCOMPARE(json.status, status);
        const QJsonObject error = json.error();
        QCOMPARE(error.keys(), QStringList({u"code"_s, u"detail"_s, u"hint"_s, u"message"_s}));
        QCOMPARE(error[u"code"_s].toString(), QString::fromUtf8(code));
        const QByteArray told = (error[u"message"_s].toString() + error[u"detail"_s].toString()).toUtf8();
        SAYS(told, inMessage);
        const QByteArray hint = error[u"hint"_s].toString().toUtf8();
        SAYS(hint, inHint);
        SAYS(json.problems, inMessage);
    }

    // Programs named as the engines, in front of those of this machine.
    void writeEngine(const QString& name, const QByteArray& script) const {
        write(u"engines/"_s + name, "#!/bin/sh\n" + script + "\n");
        QFile::setPermissions(path(u"engines/"_s + name),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    // By a copy of slipway beside a runner that trains nothing.
    Said withEngines(const QStringList& words) const {
        QDir().mkpath(path(u"toured"_s));
        QDir().mkpath(path(u"share/slipway"_s));
        QFile::link(QString::fromUtf8(kBinDir) + u"/../share/slipway/examples"_s,
                    path(u"share/slipway/examples"_s));
        for (const QString& name : {u"slipway"_s, u"slipway-agent"_s})
            QFile::copy(QString::fromUtf8(kBinDir) + u'/' + name, path(u"toured/"_s + name));
        QFile::copy(QCoreApplication::applicationDirPath() + u"/standinrunner"_s,
                    path(u"toured/slipway-runner"_s));
        QProcess process;
        prepare(process, words);
        QProcessEnvironment environment = process.processEnvironment();
        environment.insert(u"PATH"_s, path(u"engines"_s) + u':' + environment.value(u"PATH"_s));
        process.setProcessEnvironment(environment);
        process.setProgram(path(u"toured/slipway"_s));
        process.start();
        return ended(process);
    }

    // The number of a run that went to a cluster which no kubeconfig names any more, as it was last seen there.
    QString runElsewhere(const QString& state, const QString& reason) const {
        const QJsonDocument ran = slipwayJson({u"run"_s, u"good"_s, u"--detach"_s}).json();
        QString number = QString::number(ran[u"number"_s].toInt());
        if (slipway({u"watch"_s, number}).status != 0) qFatal("the run did not succeed");
        const QString folder = u"home/runs/"_s + number;
        QFile file(path(folder + u"/run.json"_s));
        if (!file.open(QIODevice::ReadOnly)) qFatal("the run has no run.json");
        QJsonObject record = QJsonDocument::fromJson(file.readAll()).object();
        file.close();
        record[u"target"_s] = u"gone/team-a"_s;
        record[u"state"_s] = state;
        record[u"reason"_s] = reason;
        record.remove(u"ended"_s);
        record[u"remote"_s] = QJsonObject{{u"kind"_s, u"kubernetes"_s}, {u"namespace"_s, u"team-a"_s}};
        write(folder + u"/run.json"_s, QJsonDocument(record).toJson());
        write(folder + u"/submit.lock"_s, "");
        return number;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        writeShellJob(u"good"_s, "echo hello; echo done > made.txt", "outputs: [made.txt]\n");
        writeShellJob(u"bad"_s, "echo oh no; exit 3");
        writeShellJob(u"long"_s, "exec sleep 600", "grace: 1s\n");
        write(u"typo.yaml"_s, "name: typo\nprogram:\n  comand: [sh]\nresources: {cpu: 1}\n");
        write(
            u"config"_s,
            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n"
            "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n");
        write(u"broken"_s, "clusters: 7\n");
        QCOMPARE(slipway({u"run"_s, u"good"_s}).status, 0);  // run 1, of which others tell
    }

    // --- calls -------------------------------------------------------------------------------------------------

    void wrongCallsAreTwo() {
        isError({u"trane"_s}, 2, "invalid-argument", "trane");
        isError({u"run"_s, u"--bogus"_s}, 2, "invalid-argument", "--bogus");
        isError({u"submit"_s}, 2, "invalid-argument", "--to is required", "slipway submit --help");
        isError({u"resume"_s, u"12"_s, u"--set"_s, u"train.epochs=5"_s}, 2, "invalid-argument",
                "resume does not take: --set train.epochs=5", "slipway resume --help");
        isError({u"chekc"_s, u"good"_s}, 2, "invalid-argument",
                "there is no verb `chekc`; did you mean `check`?");
        for (const QStringList& words : {QStringList{u"chekc"_s}, QStringList{u"run"_s, u"--bogus"_s}}) {
            const QByteArray told = slipway(words).problems;
            QVERIFY2(told.startsWith("slipway: ") && told.count('\n') == 1, told);
        }
    }
    void versionAndHelp() {
        const Said text = slipway({u"--version"_s});
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.startsWith("slipway ") && text.out.count('\n') == 1);
        QCOMPARE(slipwayJson({u"--version"_s}).json()[u"version"_s].toString().trimmed().toUtf8(),
                 text.out.trimmed());
        SAYS(slipway({u"--help"_s}).out, "watch");
        QVERIFY(slipwayJson({u"run"_s, u"--help"_s}).json()[u"help"_s].toString().contains(u"--detach"_s));
    }
    void completionIsBash() {
        const Said text = slipway({u"completion"_s});
        QCOMPARE(text.status, 0);
        SAYS(text.out, "complete -F _slipway slipway\n");
        QProcess bash;
        bash.start(u"bash"_s, {u"-n"_s});
        bash.write(text.out);
        bash.closeWriteChannel();
        const Said checked = ended(bash);
        QVERIFY2(checked.status == 0 && checked.problems.isEmpty(), checked.problems);
        QCOMPARE(slipwayJson({u"completion"_s}).json()[u"completion"_s].toString().toUtf8(), text.out);
        isError({u"completion"_s, u"tcsh"_s}, 2, "invalid-argument", "tcsh", "bash, zsh or fish");
    }
    void manualIsRoff() {
        const Said text = slipway({u"man"_s});
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.startsWith(".TH SLIPWAY 1 "));
        SAYS(text.out, ".SH EXIT STATUS\n");
        QCOMPARE(slipwayJson({u"man"_s}).json()[u"manual"_s].toString().toUtf8(), text.out);
        QProcess groff;
        groff.start(u"groff"_s, {u"-man"_s, u"-Tutf8"_s, u"-ww"_s});
        if (!groff.waitForStarted()) QSKIP("groff is not installed; only the header was checked");
        groff.write(text.out);
        groff.closeWriteChannel();
        const Said page = ended(groff);
        QVERIFY2(page.status == 0 && page.problems.isEmpty(), page.problems);
        SAYS(page.out, "Follow a run until it ends");
    }

    // --- jobs --------------------------------------------------------------------------------------------------

    void newMakesAJobThatIsGood() {
        const Said text = slipway({u"new"_s, u"mlp"_s, u"made"_s});
        QCOMPARE(text.status, 0);
        SAYS(text.out, "slipway run made");
        QVERIFY(QFile::exists(path(u"made/job.yaml"_s)));
        SAYS(slipway({u"new"_s, u"mlp"_s, u"Bad Name's"_s}).out, "slipway run 'Bad Name'\\''s'\n");
        QCOMPARE(slipway({u"check"_s, u"made"_s}).out, QByteArray("made/job.yaml: no problems\n"));
        const Said json = slipwayJson({u"new"_s, u"program"_s, u"own"_s});
        QCOMPARE(json.json()[u"job"_s].toString(), u"own/job.yaml"_s);
        QCOMPARE(json.json()[u"files"_s].toArray().size(), 2);
        isError({u"new"_s, u"program"_s, u"own"_s}, 4, "conflict", "is there already", "Name another");
        isError({u"new"_s, u"rnn"_s, u"other"_s}, 2, "invalid-argument", "rnn",
                "mlp, cnn, table, gpt or program");
    }
    void checkTellsWhere() {
        const QJsonDocument good = slipwayJson({u"check"_s, u"good"_s}).json();
        QCOMPARE(good[u"file"_s].toString(), u"good/job.yaml"_s);
        QVERIFY(good[u"problems"_s].isArray() && good[u"problems"_s].toArray().isEmpty());

        const Said text = slipway({u"check"_s, u"typo.yaml"_s});
        QCOMPARE(text.status, 2);
        SAYS(text.problems, "typo.yaml:3:3: ");
        SAYS(text.problems, "did you mean `command`?");
        const Said json = slipwayJson({u"check"_s, u"typo.yaml"_s});
        QCOMPARE(json.status, 2);
        const QJsonObject first = json.json()[u"problems"_s][0].toObject();
        QCOMPARE(first[u"line"_s].toInt(), 3);
        QCOMPARE(first[u"column"_s].toInt(), 3);
        QCOMPARE(first[u"nearest"_s].toString(), u"command"_s);
        isError({u"check"_s, u"nowhere"_s}, 3, "not-found", "nowhere");
    }
    void checkTakesSettings() {
        const QStringList good{u"check"_s, u"good"_s, u"--set"_s, u"replicas=2"_s};
        QCOMPARE(slipway(good).status, 0);
        QVERIFY(slipwayJson(good).json()[u"problems"_s].toArray().isEmpty());
        const QStringList wrong{u"check"_s, u"good"_s, u"--set"_s, u"replicas=many"_s};
        const Said text = slipway(wrong);
        QCOMPARE(text.status, 2);
        SAYS(text.problems, "--set replicas=many: ");
        const Said json = slipwayJson(wrong);
        QCOMPARE(json.status, 2);
        QCOMPARE(json.json()[u"problems"_s][0][u"set"_s].toString(), u"replicas=many"_s);
        isError({u"check"_s, u"good"_s, u"--set"_s, u"replicas"_s}, 2, "invalid-argument", "replicas");
    }
    // Each with its place, before a run is made of it.
    void whatIsNotThereIsSaid_data() {
        QTest::addColumn<QByteArray>("job");
        QTest::addColumn<QByteArray>("place");
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<QByteArray>("nextStep");
        QTest::addColumn<bool>("isForImages");
        QTest::addRow("input") << QByteArray("program: {command: [sh]}\ninputs:\n  images: data/none\n")
                               << QByteArray(":4:11: ") << QByteArray("data/none is not there")
                               << QByteArray("name another") << true;
        QTest::addRow("script") << QByteArray("program:\n  interpreter: python3\n  command: [trian.py]\n")
                                << QByteArray(":4:12: ") << QByteArray("trian.py is not there")
                                << QByteArray("correct `command`") << true;
        QTest::addRow("interpreter") << QByteArray("program:\n  interpreter: no-python\n  command: [-V]\n")
                                     << QByteArray(":3:16: ") << QByteArray("no-python is no program in PATH")
                                     << QByteArray("correct `interpreter`") << false;
    }
    void whatIsNotThereIsSaid() {
        QFETCH(QByteArray, job);
        QFETCH(QByteArray, place);
        QFETCH(QByteArray, told);
        QFETCH(QByteArray, nextStep);
        QFETCH(bool, isForImages);
        write(u"gone/job.yaml"_s, "name: gone\n" + job);
        const auto runs = [this] { return slipwayJson({u"runs"_s}).json().array().size(); };
        const qsizetype before = runs();
        const QStringList image{u"--set"_s, u"program.image=r.example/base:1"_s};
        const QStringList cluster{u"--to"_s,      u"lab"_s,          u"--registry"_s,  u"r.example/team"_s,
                                  u"--dry-run"_s, u"--kubeconfig"_s, path(u"config"_s)};
        for (const QStringList& words :
             {QStringList{u"check"_s, u"gone"_s}, QStringList{u"check"_s, u"gone"_s, u"--to"_s, u"here"_s},
              QStringList{u"run"_s, u"gone"_s}}) {
            const Said said = slipway(words);
            QCOMPARE(said.status, 2);
            SAYS(said.problems, "gone/job.yaml" + place);
            SAYS(said.problems, told);
            SAYS(said.problems, nextStep);
        }
        QCOMPARE(slipway(QStringList{u"run"_s, u"gone"_s} + image).status, 2);
        QCOMPARE(slipway(QStringList{u"check"_s, u"gone"_s} + image).status, isForImages ? 2 : 0);
        QCOMPARE(slipway(QStringList{u"submit"_s, u"gone"_s} + image + cluster).status, isForImages ? 2 : 0);
        QCOMPARE(runs(), before);

        const Said json = slipwayJson({u"check"_s, u"gone"_s, u"--to"_s, u"here"_s});
        QCOMPARE(json.status, 2);
        QVERIFY(!json.json().object().contains(u"verdict"_s));
        const QJsonObject first = json.json()[u"problems"_s][0].toObject();
        SAYS(first[u"message"_s].toString().toUtf8(), told);
        QVERIFY(first[u"column"_s].toInt() > 1);
    }
    // Before a run is made of it, and by all that would make one.
    void whatThisMachineCannotGiveIsSaid_data() {
        QTest::addColumn<QByteArray>("job");
        QTest::addColumn<QByteArray>("place");
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<bool>("isForAClusterToo");
        QTest::addRow("bucket")
            << QByteArray("inputs: {a: 'gs://bucket/key'}\n") << QByteArray(":3:13: ")
            << QByteArray("`gs://` cannot be read by a run; allowed: a path, s3://bucket/object, or pvc://")
            << true;
        QTest::addRow("volume") << QByteArray("inputs: {a: 'pvc://claim/x'}\n") << QByteArray(":3:13: ")
                                << QByteArray("which this machine does not have; name a file") << false;
        QTest::addRow("secret") << QByteArray("env: {TOKEN: {secret: hub, key: token}}\n")
                                << QByteArray(":3:14: ") << QByteArray("set SLIPWAY_SECRET_TOKEN") << false;
    }
    void whatThisMachineCannotGiveIsSaid() {
        QFETCH(QByteArray, job);
        QFETCH(QByteArray, place);
        QFETCH(QByteArray, told);
        QFETCH(bool, isForAClusterToo);
        write(u"needy/job.yaml"_s, "name: needy\nprogram: {command: [sh, -c, 'exit 0']}\n" + job);
        const qsizetype before = slipwayJson({u"runs"_s}).json().array().size();
        for (const QStringList& words :
             {QStringList{u"check"_s, u"needy"_s, u"--to"_s, u"here"_s}, QStringList{u"run"_s, u"needy"_s},
              QStringList{u"submit"_s, u"needy"_s, u"--to"_s, u"here"_s}}) {
            const Said said = slipway(words);
            QCOMPARE(said.status, 2);
            SAYS(said.problems, "needy/job.yaml" + place);
            SAYS(said.problems, told);
        }
        QCOMPARE(slipwayJson({u"runs"_s}).json().array().size(), before);
        QCOMPARE(slipway({u"check"_s, u"needy"_s}).status, isForAClusterToo ? 2 : 0);
    }
    // What is wrong with the text, with what it names, and with what is to be changed in it.
    void allProblemsAreSaidAtOnce() {
        write(u"many/job.yaml"_s,
              "name: many\nprogram: {command: [no-such-program]}\ninputs: {a: none}\nresources: {cpu: 0}\n");
        const QByteArray text = slipway({u"run"_s, u"many"_s}).problems;
        for (const char* told :
             {"no-such-program is no program in PATH", "many/none is not there", "`cpu` takes cores"})
            SAYS(text, told);
        QCOMPARE(slipwayJson({u"check"_s, u"many"_s}).json()[u"problems"_s].toArray().size(), 3);

        const QStringList wrong{u"good"_s,  u"--set"_s,   u"a..b=1"_s, u"--set"_s, u"resources.cpu=0"_s,
                                u"--set"_s, u"name.x=1"_s};
        for (const char* told :
             {"--set a..b=1: ", "--set resources.cpu=0: `cpu` takes cores", "--set name.x=1: "}) {
            isError(QStringList{u"check"_s} + wrong, 2, "invalid-argument", told);
            isError(QStringList{u"run"_s} + wrong, 2, "invalid-argument", told);
        }
    }
    void checkAsksATarget() {
        const Said json = slipwayJson({u"check"_s, u"good"_s, u"--to"_s, u"here"_s});
        QCOMPARE(json.json()[u"target"_s].toString(), u"here"_s);
        QVERIFY(json.json()[u"problems"_s].isArray() && json.json()[u"verdict"_s].isString());
        SAYS(slipway({u"check"_s, u"good"_s, u"--to"_s, u"here"_s}).out, "here: ");
        const QStringList huge{u"check"_s, u"good"_s,  u"--to"_s,
                               u"here"_s,  u"--set"_s, u"resources.memory=100Ti"_s};
        QCOMPARE(slipway(huge).status, 1);
        QCOMPARE(slipwayJson(huge).json()[u"verdict"_s].toString(), u"never"_s);
    }

    // It is asked for nothing there: the text is good, and the status says so.
    void checkTellsThatThisMachineNeverRunsIt() {
        const QStringList huge{u"check"_s, u"good"_s, u"--set"_s, u"resources.memory=100Ti"_s};
        const Said text = slipway(huge);
        QCOMPARE(text.status, 0);
        SAYS(text.out, "good/job.yaml: no problems\nhere: never as written: asks for 100 TiB; ");
        QCOMPARE(text.out.count('\n'), 2);
        const Said json = slipwayJson(huge);
        QCOMPARE(json.status, 0);
        QCOMPARE(json.json()[u"here"_s][u"verdict"_s].toString(), u"never"_s);
        QVERIFY(!json.json().object().contains(u"verdict"_s));
        QCOMPARE(slipwayJson({u"check"_s, u"good"_s}).json()[u"here"_s][u"verdict"_s].toString(), u"now"_s);
    }

    // --- runs --------------------------------------------------------------------------------------------------

    void runFollows() {
        const Said text = slipway({u"run"_s, u"good"_s});
        QCOMPARE(text.status, 0);
        SAYS(text.out, "  0 | hello\n");
        SAYS(text.out, "succeeded");
        const qsizetype end = text.out.indexOf("\n  duration ");
        QVERIFY2(end > text.out.indexOf("succeeded"), text.out);
        SAYS(text.out.mid(end), "\n  result           " + path(u"home/runs/"_s).toUtf8());
        const Said json = slipwayJson({u"run"_s, u"good"_s});
        QCOMPARE(json.status, 0);
        QVERIFY2(json.lines().size() > 2, json.out);
        QCOMPARE(json.lastLine()[u"record"_s][u"state"_s].toString(), u"succeeded"_s);
        QVERIFY(std::ranges::any_of(json.lines(), [](const QJsonObject& line) {
            return line[u"kind"_s].toString() == u"log"_s && line[u"text"_s].toString() == u"hello"_s;
        }));
    }
    void aFailingRunIsOne() {
        const Said text = slipway({u"run"_s, u"bad"_s});
        QCOMPARE(text.status, 1);
        SAYS(text.out, "failed");
        QVERIFY2(!text.out.contains("\n  result "), text.out);  // there is none
        const Said json = slipwayJson({u"run"_s, u"bad"_s});
        QCOMPARE(json.status, 1);
        QCOMPARE(json.lastLine()[u"record"_s][u"state"_s].toString(), u"failed"_s);
        isError({u"run"_s, u"typo.yaml"_s}, 2, "invalid-argument", "typo.yaml:3:3");
    }
    // By each way that a failed run is looked at, as text and as JSON.
    void aFailedRunSaysWhy_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("rule");
        QTest::addColumn<QByteArray>("cause");
        QTest::addColumn<QByteArray>("nextStep");
        QTest::addRow("killed") << QByteArray("kill -9 $$") << QByteArray("memory")
                                << QByteArray("killed with signal 9") << QByteArray("raise the memory");
        QTest::addRow("no command") << QByteArray("no-such-command") << QByteArray("command")
                                    << QByteArray("no program named no-such-command")
                                    << QByteArray("Check the command");
        QTest::addRow("no module") << QByteArray("exec python3 -c \"import no_such_module\"")
                                   << QByteArray("python-module") << QByteArray("module no_such_module")
                                   << QByteArray("Add no_such_module");
        QTest::addRow("no rule") << QByteArray("echo last words; exit 3") << QByteArray("exit")
                                 << QByteArray("exit code 3") << QByteArray("slipway logs ");
    }
    void aFailedRunSaysWhy() {
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, rule);
        QFETCH(QByteArray, cause);
        QFETCH(QByteArray, nextStep);
        writeShellJob(u"why"_s, "[ $RANK = 0 ] && exec sleep 600; " + script, "replicas: 2\n");
        for (const QStringList& words :
             {QStringList{u"run"_s, u"why"_s}, QStringList{u"watch"_s}, QStringList{u"show"_s}}) {
            const Said text = slipway(words);
            QCOMPARE(text.status, words[0] == u"show"_s ? 0 : 1);
            const qsizetype why = text.out.indexOf("\nwhy: Rank 1: ");
            const QByteArray told = text.out.mid(why);
            QVERIFY2(why >= 0 && told.count("\nwhy: ") == 1, text.out);
            SAYS(told, cause);
            SAYS(told, "\n  1 | ");
            SAYS(told, "\nwhat to do: ");
            SAYS(told, nextStep);

            const Said json = slipwayJson(words);
            const QJsonArray findings = words[0] == u"show"_s ? json.json()[u"findings"_s].toArray()
                                                              : json.lastLine()[u"findings"_s].toArray();
            QCOMPARE(findings.size(), 1);
            QCOMPARE(findings[0][u"rule"_s].toString().toUtf8(), rule);
            QCOMPARE(findings[0][u"rank"_s].toInt(), 1);
            QVERIFY(!findings[0][u"evidence"_s].toArray().isEmpty());
        }
    }
    void aGoodRunHasNoFindings() {
        QVERIFY(!slipway({u"show"_s, u"1"_s}).out.contains("why: "));
        const QJsonDocument shown = slipwayJson({u"show"_s, u"1"_s}).json();
        QVERIFY(shown[u"findings"_s].isArray() && shown[u"findings"_s].toArray().isEmpty());
    }
    void runsAndShow() {
        SAYS(slipway({u"runs"_s}).out, "#1");
        const QJsonDocument runs = slipwayJson({u"runs"_s, u"--all"_s}).json();
        QVERIFY(runs.isArray());
        QCOMPARE(runs.array().last()[u"number"_s].toInt(), 1);
        QCOMPARE(runs.array().last()[u"state"_s].toString(), u"succeeded"_s);
        const QByteArray shown = slipway({u"show"_s, u"1"_s}).out;
        SAYS(shown, "succeeded");
        SAYS(shown, "\n  duration ");
        SAYS(shown, "\n  energy   ");  // an amount, or why it is unknown
        static const QRegularExpression time(
            u"\n  ended    \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\w+\n"_s);
        QVERIFY2(time.match(QString::fromUtf8(shown)).hasMatch(), shown);
        QVERIFY(slipwayJson({u"show"_s, u"1"_s}).json()[u"ended"_s].toString().endsWith(u'Z'));
        QCOMPARE(slipwayJson({u"show"_s, u"#1"_s}).json()[u"job"_s].toString(), u"good"_s);
        isError({u"show"_s, u"goof"_s}, 3, "not-found", "goof");
    }
    void showHasCurves() {
        QCOMPARE(slipway({u"new"_s, u"program"_s, u"curve"_s}).status, 0);
        const Said ran = slipway({u"run"_s, u"curve"_s});
        QVERIFY2(ran.status == 0, ran.out);
        SAYS(ran.out.mid(ran.out.indexOf("succeeded")), "\n  loss  ");
        SAYS(slipway({u"show"_s, u"curve"_s, u"--curves"_s}).out, "at step 200 (200 points)");
        const auto plain = slipwayJson({u"show"_s, u"curve"_s}).json()[u"metrics"_s][u"loss"_s].toObject();
        QCOMPARE(plain[u"step"_s].toInt(), 200);
        QVERIFY(!plain.contains(u"points"_s));
        const auto full = slipwayJson({u"show"_s, u"curve"_s, u"--curves"_s}).json();
        QCOMPARE(full[u"metrics"_s][u"loss"_s][u"points"_s].toArray().size(), 200);
    }
    void showSaysWhichStepWasBest() {
        write(u"best/train.py"_s,
              "import json, os, pathlib, slipway\n"
              "pathlib.Path(slipway.run_folder(), 'best').write_text('x')\n"
              "for step, loss in [(1, 0.5), (2, 0.25), (3, 0.75)]:\n"
              "    slipway.log(step=step, **{'test/loss': loss})\n"
              "body = {'kind': 'checkpoint', 'step': 2, 'path': 'best', 'best': 'test/loss'}\n"
              "os.write(int(os.environ['SLIPWAY_EVENT_FD']), (json.dumps(body) + '\\n').encode())\n");
        write(u"best/job.yaml"_s, "name: best\nprogram: {command: [python3, train.py]}\n");
        const Said ran = slipway({u"run"_s, u"best"_s});
        QVERIFY2(ran.status == 0, ran.out + ran.problems);
        SAYS(slipway({u"show"_s, u"best"_s}).out, "\n  best     test/loss 0.2500 at step 2, kept as best\n");
        QCOMPARE(slipwayJson({u"show"_s, u"best"_s}).json()[u"best"_s].toObject(),
                 (QJsonObject{{u"metric"_s, u"test/loss"_s},
                              {u"step"_s, 2},
                              {u"value"_s, 0.25},
                              {u"checkpoint"_s, u"best"_s}}));
    }
    void theEndHasTheLastValueOfEveryMetric() {
        writeShellJob(u"many-metrics"_s,
                      "exec python3 -c \"import slipway; slipway.log(step=1, loss=0.5, weight=1, acc=0.1); "
                      "slipway.log(step=2, weight=2, acc=0.75)\"");
        const Said ran = slipway({u"run"_s, u"many-metrics"_s});
        QVERIFY2(ran.status == 0, ran.out + ran.problems);
        const QByteArray end = ran.out.mid(ran.out.indexOf("succeeded"));
        for (const char* line : {"\n  loss             0.5\n", "\n  weight           2\n",
                                 "\n  acc              0.75\n", "\n  duration "})
            SAYS(end, line);
    }
    void logsAndWatchOfARunThatEnded_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<bool>("hasText");
        QTest::addRow("logs") << QStringList{u"logs"_s, u"1"_s} << true;
        QTest::addRow("logs of its rank") << QStringList{u"logs"_s, u"1"_s, u"--rank"_s, u"0"_s} << true;
        QTest::addRow("logs of another") << QStringList{u"logs"_s, u"1"_s, u"--rank"_s, u"1"_s} << false;
        QTest::addRow("followed") << QStringList{u"logs"_s, u"1"_s, u"-f"_s} << true;
        QTest::addRow("followed rank")
            << QStringList{u"logs"_s, u"-f"_s, u"1"_s, u"--rank"_s, u"0"_s} << true;
        QTest::addRow("followed other")
            << QStringList{u"logs"_s, u"-f"_s, u"1"_s, u"--rank"_s, u"1"_s} << false;
        QTest::addRow("watch") << QStringList{u"watch"_s, u"1"_s} << true;
    }
    void logsAndWatchOfARunThatEnded() {
        QFETCH(QStringList, words);
        QFETCH(bool, hasText);
        const bool isLog = words[0] == u"logs"_s;
        const Said text = slipway(words);
        QCOMPARE(text.status, 0);
        QVERIFY2(text.out.contains("hello") == hasText, text.out);
        if (isLog && hasText)
            QVERIFY2(text.out.count('\n') == 1 && text.out.endsWith("Z 0 hello\n"), text.out);
        const Said json = slipwayJson(words);
        QCOMPARE(json.status, 0);
        QVERIFY2(json.lines().isEmpty() == !hasText, json.out);
        const QList<QJsonObject> lines = json.lines();
        for (const QJsonObject& line : lines)
            QVERIFY2(!isLog || line[u"kind"_s].toString() == u"log"_s, json.out);
        if (!isLog) QCOMPARE(json.lastLine()[u"record"_s][u"number"_s].toInt(), 1);
    }
    void whatALogLostIsSaid() {
        writeShellJob(u"holed"_s, "echo one; echo two");
        QCOMPARE(slipway({u"run"_s, u"holed"_s}).status, 0);
        const QString folder = slipwayJson({u"show"_s, u"holed"_s}).json()[u"folder"_s].toString();
        QVERIFY(!slipway({u"show"_s, u"holed"_s}).out.contains("lost"));
        QFile events(folder + u"/events/rank-0.jsonl"_s);
        QVERIFY(events.open(QIODevice::ReadWrite));
        const QList<QByteArray> lines = events.readAll().split('\n');
        QVERIFY(events.resize(0) && events.seek(0));
        for (const QByteArray& line : lines) {
            if (!line.isEmpty() && !line.contains("\"seq\":2,")) events.write(line + '\n');
        }
        events.close();
        const QByteArray words = "event 2 of rank 0 was lost: the cluster dropped it from its log";
        SAYS(slipway({u"show"_s, u"holed"_s}).out, "\n  log      " + words + '\n');
        const QJsonArray lost = slipwayJson({u"show"_s, u"holed"_s}).json()[u"lostEvents"_s].toArray();
        QCOMPARE(lost.size(), 1);
        QCOMPARE(lost[0].toObject()[u"first"_s].toInt(), 2);
        for (const QStringList& more : {QStringList{}, QStringList{u"-f"_s}}) {
            SAYS(slipway(QStringList{u"logs"_s, u"holed"_s} + more).out, "Z 0 [" + words + "]\n");
            const Said json = slipwayJson(QStringList{u"logs"_s, u"holed"_s} + more);
            SAYS(json.problems, words);
            QCOMPARE(json.lines().size(), 2);
        }
        QVERIFY(!slipway({u"logs"_s, u"holed"_s, u"--rank"_s, u"1"_s}).out.contains("lost"));
    }
    void fetchOfARunThatEnded() {
        SAYS(slipway({u"fetch"_s, u"1"_s}).out, "every digest verified");
        const QJsonDocument fetched = slipwayJson({u"fetch"_s, u"1"_s}).json();
        QVERIFY(fetched[u"verified"_s].toBool());
        QVERIFY(QDir(fetched[u"folder"_s].toString()).exists());
    }
    void resumeGoesOnFromACheckpoint() {
        isError({u"resume"_s, u"1"_s}, 4, "conflict", "succeeded: nothing of it is left to do", "more steps");
        writeShellJob(
            u"saves"_s,
            "[ -z \"$SLIPWAY_RESUME\" ] || exec cat $SLIPWAY_RESUME/at; "
            "mkdir -p $SLIPWAY_RUN_FOLDER/checkpoints; echo step 7 >$SLIPWAY_RUN_FOLDER/checkpoints/at; "
            "exit 3");
        QCOMPARE(slipway({u"run"_s, u"saves"_s}).status, 1);
        const QString saved = slipwayJson({u"show"_s, u"saves"_s}).json()[u"id"_s].toString();
        const Said text = slipway({u"resume"_s, saved});
        QVERIFY2(text.status == 0, text.problems);
        SAYS(text.out, "goes on from #");
        SAYS(text.out, "step 7");
        const Said json = slipwayJson({u"resume"_s, saved});
        QCOMPARE(json.status, 0);
        QCOMPARE(json.lastLine()[u"record"_s][u"resumedFrom"_s].toString(), saved);
        const Said detached = slipwayJson({u"resume"_s, saved, u"--detach"_s});
        QCOMPARE(detached.status, 0);
        QCOMPARE(detached.json()[u"resumedFrom"_s].toString(), saved);
        QCOMPARE(slipway({u"watch"_s, detached.json()[u"id"_s].toString()}).status, 0);
    }
    void detachedRunsAreFollowedAndCancelled() {
        const Said text = slipway({u"run"_s, u"long"_s, u"--detach"_s});
        QCOMPARE(text.status, 0);
        QVERIFY2(text.out.startsWith('#') && text.out.count('\n') == 1, text.out);
        const QString number = QString::fromUtf8(text.out).section(u' ', 0, 0);
        isError({u"resume"_s, number}, 4, "conflict", "is still", "slipway watch");
        QProcess watch;
        prepare(watch, {u"watch"_s, number});
        watch.start();
        QVERIFY(watch.waitForReadyRead(kWait));  // it follows, and ends with the run
        const Said cancelled = slipway({u"cancel"_s, number});
        QVERIFY2(cancelled.status == 0 && cancelled.out.contains("cancelled"), cancelled.out);
        const Said watched = ended(watch);
        QCOMPARE(watched.status, 9);
        SAYS(watched.out, "cancelled");

        const Said json = slipwayJson({u"run"_s, u"long"_s, u"--detach"_s});
        const QString id = json.json()[u"id"_s].toString();
        QVERIFY2(id.startsWith(u"long-"_s), json.out);
        const QJsonDocument last = slipwayJson({u"cancel"_s}).json();
        QCOMPARE(last[u"id"_s].toString(), id);
        QCOMPARE(last[u"state"_s].toString(), u"cancelled"_s);
    }
    void aRunOfAnotherMachineIsCancelledByAWord() {
        const Said text = slipway({u"run"_s, u"long"_s, u"--detach"_s});
        QCOMPARE(text.status, 0);
        const QString number = QString::fromUtf8(text.out).section(u' ', 0, 0).mid(1);
        const QString lock = u"home/runs/"_s + number + u"/agent.lock"_s;
        QFile file(path(lock));
        QVERIFY(file.open(QIODevice::ReadOnly));
        write(lock, "2\nhost node-7\nboot another\n" + file.readAll().split('\n').mid(3).join('\n'));
        const Said cancelled = slipway({u"cancel"_s, number});
        QCOMPARE(cancelled.status, 0);
        SAYS(cancelled.problems, "asked of the agent on node-7");
        SAYS(cancelled.out, "cancelled");
    }
    void fetchOfACancelledRunBringsItsCheckpoint() {
        writeShellJob(
            u"keeps"_s,
            "mkdir -p $SLIPWAY_RUN_FOLDER/checkpoints; echo 7 >$SLIPWAY_RUN_FOLDER/checkpoints/at; exec sleep 600",
            "grace: 1s\n");
        const QJsonDocument made = slipwayJson({u"run"_s, u"keeps"_s, u"--detach"_s}).json();
        const QString number = QString::number(made[u"number"_s].toInt());
        const QString kept = path(u"home/runs/"_s + number + u"/checkpoints"_s);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(kept + u"/at"_s), kWait);
        isError({u"fetch"_s, number}, 4, "conflict", "is still ", "slipway watch " + number.toUtf8());
        QCOMPARE(slipway({u"cancel"_s, number}).status, 0);
        const Said text = slipway({u"fetch"_s, number});
        QVERIFY2(text.status == 0, text.problems);
        QCOMPARE(text.out, kept.toUtf8() + "; the run has no result, this is its checkpoint\n");
        const QJsonDocument json = slipwayJson({u"fetch"_s, number}).json();
        QCOMPARE(json[u"kind"_s].toString(), u"checkpoint"_s);
        QCOMPARE(json[u"verified"_s].toBool(true), false);
    }

    void removeTakesEndedRunsOnly() {
        const auto number = [this](const QString& job) {
            const Said made = slipwayJson({u"run"_s, job, u"--detach"_s});
            return QString::number(made.json()[u"number"_s].toInt());
        };
        const auto exists = [this](const QString& run) { return QDir(path(u"home/runs/"_s + run)).exists(); };
        const QString first = number(u"good"_s), second = number(u"good"_s), live = number(u"long"_s);
        for (const QString& run : {first, second}) QCOMPARE(slipway({u"watch"_s, run}).status, 0);
        isError({u"remove"_s}, 2, "invalid-argument", "run is required");
        isError({u"remove"_s, live}, 4, "conflict", "is still", "slipway cancel");
        isError({u"remove"_s, first, u"nowhere"_s}, 3, "not-found", "nowhere");
        QVERIFY(exists(first));

        QCOMPARE(slipway({u"remove"_s, first}).out, QByteArray("#" + first.toUtf8() + " is removed\n"));
        QVERIFY(!exists(first));
        QCOMPARE(slipway({u"cancel"_s, live}).status, 0);
        const QJsonDocument json = slipwayJson({u"remove"_s, second, u"#"_s + live, live}).json();
        QCOMPARE(json[u"removed"_s].toArray().size(), 2);
        QVERIFY(!exists(second) && !exists(live));
        const QJsonArray left = slipwayJson({u"runs"_s, u"--all"_s}).json().array();
        for (const auto& run : left)
            QVERIFY(!QStringList({first, second, live}).contains(QString::number(run[u"number"_s].toInt())));
    }
    void pruneFreesWhatIsDone() {
        const QString run =
            QString::number(slipwayJson({u"run"_s, u"good"_s, u"--detach"_s}).json()[u"number"_s].toInt());
        QCOMPARE(slipway({u"watch"_s, run}).status, 0);
        const QString kept = u"home/runs/"_s + run + u"/checkpoints/step-00000001"_s;
        QVERIFY(QDir().mkpath(path(kept)));
        write(kept + u"/state.json"_s, QByteArray(5000, 'x'));
        const auto item = [&](const QJsonDocument& json) {
            const QJsonArray items = json[u"items"_s].toArray();
            for (const auto& one : items)
                if (one[u"run"_s].toInteger() == run.toLongLong()) return one.toObject();
            return QJsonObject();
        };
        const QJsonObject planned = item(slipwayJson({u"prune"_s, u"--dry-run"_s}).json());
        QCOMPARE(planned[u"what"_s].toString(), u"checkpoints"_s);
        QVERIFY(planned[u"bytes"_s].toInteger() >= 5000);
        QVERIFY(QDir(path(kept)).exists());
        SAYS(slipway({u"prune"_s}).out, "#" + run.toUtf8() + " good, checkpoints");
        QVERIFY(!QDir(path(kept)).exists());
        QCOMPARE(slipway({u"show"_s, run}).status, 0);
        QVERIFY(item(slipwayJson({u"prune"_s, u"--dry-run"_s}).json()).isEmpty());
        isError({u"prune"_s, u"--runs-older-than"_s, u"-1"_s}, 2, "invalid-argument", "--runs-older-than");
    }
    void aRunWhoseContextIsGone() {
        const QString run =
            runElsewhere(u"preparing"_s, u"the cluster did not answer; it may have the job"_s);

        const QByteArray gone = "last seen preparing, went to gone/team-a, which no kubeconfig names now";
        const Said shown = slipway({u"show"_s, run});
        QCOMPARE(shown.status, 0);
        SAYS(shown.out, "it may have the job");
        SAYS(shown.problems, gone);
        const QJsonObject old = slipwayJson({u"show"_s, run}).json().object();
        QCOMPARE(old[u"state"_s].toString(), u"preparing"_s);
        QVERIFY(old[u"stale"_s].toBool());
        const QJsonObject reason = old[u"staleReason"_s].toObject();
        QCOMPARE(reason[u"code"_s].toString(), u"not-found"_s);
        SAYS(reason[u"message"_s].toString().toUtf8(), gone);
        QVERIFY(reason.contains(u"detail"_s) && reason.contains(u"hint"_s));
        isError({u"watch"_s, run}, 3, "not-found", gone, "KUBECONFIG");
        const Said cancelled = slipway({u"cancel"_s, run});
        QCOMPARE(cancelled.status, 0);
        SAYS(cancelled.out, "lost: no kubeconfig names gone/team-a now; its cluster may have the job good-");
        QVERIFY(!slipwayJson({u"show"_s, run}).json().object().contains(u"stale"_s));
        QCOMPARE(slipway({u"watch"_s, run}).status, 1);
        QCOMPARE(slipway({u"remove"_s, run}).status, 0);
    }

    // Evicted, say: the time in which it waits again is none of its running.
    void aWaitingRunHasNoDuration_data() {
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("hasDuration");
        QTest::newRow("queued") << u"queued"_s << false;
        QTest::newRow("running") << u"running"_s << true;
    }
    void aWaitingRunHasNoDuration() {
        QFETCH(QString, state);
        QFETCH(bool, hasDuration);
        const QString run = runElsewhere(state, {});
        QByteArray row;
        for (const QByteArray& line : slipway({u"runs"_s}).out.split('\n')) {
            if (line.startsWith("#" + run.toUtf8() + " ")) row = line;
        }
        QVERIFY(!row.isEmpty());
        QVERIFY2(row.contains("  –  ") != hasDuration, row);
    }

    // --- the tour ----------------------------------------------------------------------------------------------

    void tourWithoutAnEngineSkipsThePackagedRun() {
        writeEngine(u"podman"_s, "echo cannot connect >&2; exit 125");
        writeEngine(u"docker"_s, "exit 1");
        writeEngine(u"bwrap"_s, "echo bwrap: No permissions to create new namespace >&2; exit 1");
        const Said text = withEngines({u"tour"_s});
        QVERIFY2(text.status == 0, text.problems.constData());
        for (const char* words : {"test accuracy 0.95", "skipped, nothing here can run the package",
                                  "podman does not answer: cannot connect", "docker does not answer",
                                  "bwrap: No permissions to create new namespace", "userns_clone=1"})
            SAYS(text.out, words);
        const Said json = withEngines({u"tour"_s, u"--json"_s});
        QCOMPARE(json.status, 0);
        const QJsonArray steps = json.lastLine()[u"tour"_s][u"steps"_s].toArray();
        QCOMPARE(steps.size(), 3);
        QCOMPARE(steps[1][u"skipped"_s].toBool(true), false);
        QCOMPARE(steps[2][u"skipped"_s].toBool(), true);

        // Whoever names one wants that one.
        const Said named = withEngines({u"tour"_s, u"--with"_s, u"bwrap"_s});
        QVERIFY(named.status != 0);
        SAYS(named.problems, "No permissions to create new namespace");
    }
    void doctorTriesTheSandbox() {
        writeEngine(u"podman"_s, "exit 0");
        writeEngine(u"bwrap"_s, "echo bwrap: No permissions to create new namespace >&2; exit 1");
        const Said refused = withEngines({u"doctor"_s, u"--json"_s});
        const auto finding = [](const Said& said, const QString& name) {
            const QJsonArray all = said.json().array();
            for (const auto& one : all)
                if (one[u"what"_s].toString() == name) return one.toObject();
            return QJsonObject();
        };
        QVERIFY(finding(refused, u"podman"_s)[u"good"_s].toBool());
        const QJsonObject bwrap = finding(refused, u"bwrap"_s);
        QVERIFY(!bwrap[u"good"_s].toBool(true));
        QVERIFY2(bwrap[u"detail"_s].toString().contains(u"No permissions to create new namespace"_s),
                 refused.out.constData());
        QVERIFY(bwrap[u"fix"_s].toString().contains(u"kernel.unprivileged_userns_clone=1"_s));

        writeEngine(u"bwrap"_s, "exit 0");
        QVERIFY(finding(withEngines({u"doctor"_s, u"--json"_s}), u"bwrap"_s)[u"good"_s].toBool());
    }
    // The first that can is asked alone; what it said last comes with the end, there and in the run's folder.
    void aPackageThatDoesNotBeginSaysWhy() {
        writeEngine(u"podman"_s, "[ $1 != run ] || { echo crun: no such device >&2; exit 1; }");
        writeEngine(u"docker"_s, "touch asked");
        const Said text = withEngines({u"tour"_s});
        QCOMPARE(text.status, 12);
        SAYS(text.problems, "podman ended with exit code 1");
        SAYS(text.problems, "crun: no such device");
        QVERIFY(!QFile::exists(path(u"asked"_s)));
        const Said shown = slipway({u"show"_s});
        SAYS(shown.out, "failed: podman ended with exit code 1");
        SAYS(shown.out, "- | crun: no such device");
        SAYS(shown.out, "agent.log");
    }

    void anImageThatStaysDoesNotChangeHowThePackageEnded() {
        writeEngine(u"podman"_s, "case $1 in run) exit 3;; rmi) echo it is in use >&2; exit 1;; esac");
        writeEngine(u"docker"_s, "touch asked");
        const Said text = withEngines({u"tour"_s});
        QCOMPARE(text.status, 12);
        SAYS(text.problems, "podman ended with exit code 3");
        SAYS(text.problems, "slipway: podman did not remove the image localhost/slipway/");
        SAYS(text.problems, "it is in use");
        QVERIFY(!QFile::exists(path(u"asked"_s)));
    }

    // --- images and clusters -----------------------------------------------------------------------------------

    void packagePlan() {
        const QStringList words{u"package"_s, u"good"_s, u"--plan"_s};
        SAYS(slipway(words).out, "job.yaml");
        const QJsonDocument plan = slipwayJson(words).json();
        QVERIFY(plan[u"files"_s].isArray() && plan[u"leftOut"_s].isArray());
        QVERIFY(!plan[u"files"_s].toArray().isEmpty());
        const QJsonArray leftOut = plan[u"leftOut"_s].toArray();
        QVERIFY(std::ranges::any_of(leftOut, [](const QJsonValue& one) {  // of run 1
            return one[u"path"_s].toString() == u"made.txt"_s &&
                   one[u"reason"_s].toString() == u"an output of the job"_s;
        }));
    }
    void packageIntoALayout() {
        const auto put = [this](const QJsonObject& content, const QString& type) {
            const QByteArray bytes = QJsonDocument(content).toJson(QJsonDocument::Compact);
            return QJsonObject{{u"mediaType"_s, u"application/vnd.oci.image."_s + type},
                               {u"digest"_s, u"sha256:"_s + blob(bytes)},
                               {u"size"_s, bytes.size()}};
        };
        const QJsonObject files{{u"type"_s, u"layers"_s}, {u"diff_ids"_s, QJsonArray()}};
        const QJsonObject config = put({{u"architecture"_s, u"amd64"_s},
                                        {u"os"_s, u"linux"_s},
                                        {u"config"_s, QJsonObject()},
                                        {u"rootfs"_s, files}},
                                       u"config.v1+json"_s);
        QJsonObject manifest = put({{u"schemaVersion"_s, 2},
                                    {u"mediaType"_s, u"application/vnd.oci.image.manifest.v1+json"_s},
                                    {u"config"_s, config},
                                    {u"layers"_s, QJsonArray()}},
                                   u"manifest.v1+json"_s);
        manifest[u"annotations"_s] = QJsonObject{{u"org.opencontainers.image.ref.name"_s, u"latest"_s}};
        const QJsonObject index{{u"schemaVersion"_s, 2}, {u"manifests"_s, QJsonArray{manifest}}};
        write(u"base/index.json"_s, QJsonDocument(index).toJson());
        write(u"base/oci-layout"_s, "{\"imageLayoutVersion\":\"1.0.0\"}");
        const QString image = u"program.image=oci:"_s + path(u"base"_s) + u":latest"_s;
        const QStringList words{u"package"_s, u"good"_s, u"--set"_s, image, u"--to"_s, u"oci:out"_s};
        const Said text = slipway(words);
        QVERIFY2(text.status == 0, text.problems);
        SAYS(text.out, "layers new");
        QVERIFY(QFile::exists(path(u"out/index.json"_s)));
        const Said json = slipwayJson(words);
        QCOMPARE(json.status, 0);
        QVERIFY(json.json()[u"reference"_s].toString().startsWith(u"oci:"_s));
        QCOMPARE(json.json()[u"layersSent"_s].toInt(), 0);  // the first call sent them

        isError({u"push"_s, u"good"_s, u"--set"_s, image, u"--to"_s, u"http://127.0.0.1:1/team"_s}, 7,
                "unavailable", "127.0.0.1:1");
        isError({u"package"_s, u"good"_s, u"--to"_s, u"oci:out"_s}, 2, "invalid-argument", "image");
    }
    void submitPreviews() {
        const QStringList words{
            u"submit"_s,    u"good"_s,         u"--set"_s,       u"program.image=r.example/base:1"_s,
            u"--to"_s,      u"lab"_s,          u"--registry"_s,  u"r.example/team"_s,
            u"--dry-run"_s, u"--kubeconfig"_s, path(u"config"_s)};
        const Said text = slipway(words);
        QVERIFY2(text.status == 0, text.problems);
        SAYS(text.out, "kind: Job");
        SAYS(text.out, "r.example/team/good");
        const Said json = slipwayJson(words);
        SAYS(json.json()[u"manifests"_s].toString().toUtf8(), "kind: Job");
        QVERIFY(!QFile::exists(path(u"home/profiles/lab/team-a.yaml"_s)));  // a preview remembers nothing
    }
    void submitWithoutARegistryMakesNoRun() {
        const auto runs = [this] { return slipwayJson({u"runs"_s}).json().array().size(); };
        const qsizetype before = runs();
        writeShellJob(u"based"_s, "true", "  image: 'python:3'\n");
        isError({u"submit"_s, u"based"_s, u"--to"_s, u"lab"_s, u"--kubeconfig"_s, path(u"config"_s)}, 2,
                "invalid-argument", "no registry is known for lab/team-a", "--registry");
        QCOMPARE(runs(), before);
    }
    void openBecomesTheWindow_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("told");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("a folder with jobs") << u"."_s << u"--workspace "_s + m_folder.path() + u"/."_s;
        QTest::newRow("a job") << u"good"_s << u"--open "_s + path(u"good"_s);
        QTest::newRow("a run") << u"last"_s << u"--open last"_s;
    }
    void openBecomesTheWindow() {
        QFETCH(QString, what);
        QFETCH(QString, told);
        // A copy beside a window that only says how it was called.
        write(u"bin/slipway-workbench"_s, "#!/bin/sh\necho \"$*\"\n");
        QFile::setPermissions(path(u"bin/slipway-workbench"_s), QFile::ReadOwner | QFile::ExeOwner);
        QFile::copy(QString::fromUtf8(kBinDir) + u"/slipway"_s, path(u"bin/slipway"_s));
        QProcess process;
        prepare(process, what.isEmpty() ? QStringList{u"open"_s} : QStringList{u"open"_s, what});
        process.setProgram(path(u"bin/slipway"_s));
        QProcessEnvironment environment = process.processEnvironment();
        environment.insert(u"DISPLAY"_s, u":0"_s);
        process.setProcessEnvironment(environment);
        process.start();
        const Said said = ended(process);
        QVERIFY2(said.status == 0, said.problems.constData());
        QCOMPARE(QString::fromUtf8(said.out).trimmed(),
                 (u"--home "_s + path(u"home"_s) + u' ' + told).trimmed());
        QFile::remove(path(u"bin/slipway-workbench"_s));  // the next row writes it anew
    }
    void openWithoutADisplaySaysSo() {
        isError({u"open"_s}, 7, "unavailable", "there is no display", "slipway --help");
    }
    void doctorSaysEachThingOnce() {
        write(
            u"two"_s,
            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n"
            "contexts: [{name: one, context: {cluster: c, user: u, namespace: a}}, "
            "{name: two, context: {cluster: c, user: u, namespace: a}}]\n");
        for (const QString& context : {u"one"_s, u"two"_s})
            write(u"home/profiles/"_s + context + u"/a.yaml"_s, "registry: http://127.0.0.1:1/team\n");
        const QByteArray text = slipway({u"doctor"_s, u"--kubeconfig"_s, path(u"two"_s)}).out;
        QCOMPARE(text.count("http://127.0.0.1:1/team "), 1);
        QCOMPARE(text.count("Check that the server runs"), 3);  // one, two and the registry
    }
    void doctorTellsOfAKubeconfigThatIsNotThere() {
        QProcess process;
        prepare(process, {u"doctor"_s});
        QProcessEnvironment environment = process.processEnvironment();
        environment.insert(u"KUBECONFIG"_s, path(u"nowhere"_s));
        process.setProcessEnvironment(environment);
        process.start();
        const QByteArray told = ended(process).out;
        SAYS(told, "KUBECONFIG names " + path(u"nowhere"_s).toUtf8() + ", which is not there");
    }
    void submitNamesTheNearestTarget() {
        isError({u"submit"_s, u"good"_s, u"--to"_s, u"lob"_s, u"--kubeconfig"_s, path(u"config"_s)}, 3,
                "not-found", "\"lob\"", "Did you mean lab?");
    }
    void clustersAndDoctor() {
        isError({u"clusters"_s, u"--kubeconfig"_s, path(u"broken"_s)}, 2, "invalid-argument",
                "/broken:1: clusters must be a list");
        const QStringList words{u"clusters"_s, u"--kubeconfig"_s, path(u"config"_s)};
        SAYS(slipway(words).out, "lab/team-a");
        const QJsonArray targets = slipwayJson(words).json().array();
        QCOMPARE(targets.size(), 2);
        QCOMPARE(targets[0][u"id"_s].toString(), u"here"_s);
        QVERIFY(!targets[1][u"error"_s].toString().isEmpty());

        const Said text = slipway({u"doctor"_s, u"--kubeconfig"_s, path(u"config"_s)});
        SAYS(text.out, "slipway-agent");
        const Said json = slipwayJson({u"doctor"_s, u"--kubeconfig"_s, path(u"broken"_s)});
        QCOMPARE(json.status, text.status);  // a cluster that is away is no illness
        const QJsonArray checks = json.json().array();
        QVERIFY2(std::ranges::any_of(checks,
                                     [](const QJsonValue& one) {
                                         return one[u"what"_s].toString() == u"slipway-agent"_s &&
                                                one[u"good"_s].toBool();
                                     }),
                 json.out);
        QVERIFY2(std::ranges::any_of(checks,
                                     [](const QJsonValue& one) {
                                         return one[u"detail"_s].toString().contains(u"/broken:1:"_s);
                                     }),
                 json.out);
    }
};

QTEST_GUILESS_MAIN(tst_cli)
#include "tst_cli.moc"
