// SPDX-License-Identifier: Apache-2.0
// Which folder may include which, which third-party header belongs to which folder, and the names that are refused where.
// The rules work on a path and a text, so that the rows of `judges` prove that each of them can fail.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <vector>

#include "testpaths.h"

using namespace Qt::StringLiterals;

namespace {

// The names stand for folders of backends/, but for "widgets". A folder may always include itself.
struct LayerRow {
    QString folder;
    QString mayInclude;
};
std::vector<LayerRow> layers() {
    return {
        {u"backends/core"_s, u""_s},
        {u"backends/platform"_s, u"core"_s},
        {u"backends/spec"_s, u"core platform"_s},
        {u"backends/programs"_s, u"core platform spec"_s},
        {u"backends/events"_s, u"core"_s},
        {u"backends/runs"_s, u"core platform events spec"_s},
        {u"backends/exchange"_s, u"core platform spec events runs"_s},
        {u"backends/rules"_s, u"core spec"_s},
        {u"backends/diagnosis"_s, u"core runs rules"_s},
        {u"backends/http"_s, u"core platform"_s},
        {u"backends/data"_s, u"core platform"_s},
        {u"backends/image"_s, u"core platform http data spec"_s},
        {u"backends/devices"_s, u"core platform"_s},
        {u"backends/supervise"_s,
         u"core platform spec programs events runs exchange image http data devices"_s},
        {u"backends/cluster"_s, u"core platform spec events runs supervise image http rules data devices"_s},
        {u"backends/smoke"_s, u"core platform spec runs diagnosis"_s},
        {u"backends/trainer"_s, u"core data spec events platform"_s},
        {u"backends/services"_s,
         u"core platform spec events runs rules diagnosis http data image devices supervise cluster smoke"_s},
        {u"widgets"_s, u"core services"_s},
        {u"app/runner"_s, u"core spec events trainer data platform"_s},
        {u"app/agent"_s, u"core platform spec events runs supervise http image"_s},
        {u"app/cli"_s,
         u"core platform spec programs events runs exchange rules diagnosis http data image devices supervise cluster smoke"_s},
        {u"app/workbench"_s, u"widgets services core"_s},
        // The composition root: it opens the stores and targets that the services are given.
        {u"app/workbench/servicefactory"_s, u"widgets services core runs cluster spec app/workbench"_s},
    };
}

// A header, or a folder of headers, and the one place that may include it.
struct LibraryRow {
    QString header;
    QString folder;
};
std::vector<LibraryRow> libraries() {
    return {
        {u"yaml-cpp/"_s, u"backends/spec/"_s},
        {u"sqlite3.h"_s, u"backends/runs/"_s},
        {u"curl/"_s, u"backends/http/"_s},
        {u"torch/"_s, u"backends/trainer/"_s},
        {u"ATen/"_s, u"backends/trainer/"_s},
        {u"c10/"_s, u"backends/trainer/"_s},
        {u"arrow/"_s, u"backends/data/"_s},
        {u"parquet/"_s, u"backends/data/"_s},
        {u"png.h"_s, u"backends/data/"_s},
        {u"jpeglib.h"_s, u"backends/data/"_s},
        {u"turbojpeg.h"_s, u"backends/data/"_s},
        {u"qcustomplot.h"_s, u"widgets/charts/"_s},
        {u"Qsci/"_s, u"widgets/forms/"_s},
        {u"re2/"_s, u"backends/rules/"_s},
        {u"CLI/"_s, u"app/"_s},
        {u"archive.h"_s, u"backends/image/"_s},
        {u"archive_entry.h"_s, u"backends/image/"_s},
        {u"qt6keychain/"_s, u"backends/services/"_s},
    };
}

// Names refused in the files whose path matches `where`. Comments are never read, texts in quotes only where `inTexts`.
struct NameRow {
    QString where;
    QString pattern;
    QString rule;
    bool inTexts = false;
};
std::vector<NameRow> names() {
    return {
        {u"^backends/"_s, u"\\btr\\("_s, u"tr() belongs to the window"_s},
        {u"^backends/"_s, u"\\bQ(Widget|Dialog|MessageBox|Application|GuiApplication)\\b"_s,
         u"no window names under backends/"_s},
        {u"^(widgets|app/workbench)/"_s, u"\\b(SIGNAL|SLOT)\\(|\\bsender\\(\\)"_s, u"no wiring by string"_s},
        {u"^(widgets|app/workbench)/"_s, u"\\bprocessEvents\\b|\\bwaitFor\\w*\\b|\\bQEventLoop\\b"_s,
         u"the GUI thread never waits"_s},
        // Free of it: icons, which are read from the program itself, and the composition root, which names home, kubeconfig and
        // the first place before there is a window.
        {u"^(widgets/(?!common/themedicon\\.cpp)|app/workbench/(?!servicefactory\\.cpp))"_s,
         u"\\bQ(File|SaveFile|TemporaryFile|TemporaryDir|LockFile|Dir|DirIterator|FileInfo|FileSystemWatcher|Settings"
         u"|StandardPaths|StorageInfo)\\b|\\bstd::[io]?fstream\\b|\\bfopen\\(|(?<!\\w)::open\\(|\\bstd::filesystem::(?!path\\b)\\w+"_s,
         u"no file access in the window, services have it"_s},
        {u"^(widgets/|app/workbench/(?!main\\.cpp))"_s, u"(\\.|->)exec\\("_s, u"no nested event loop"_s},
        {u"^(widgets|app/workbench)/"_s,
         u"\\bQMessageBox::(information|warning|critical|question|about)\\(|\\bQ(File|Input|Color|Font)Dialog::get\\w+\\("_s,
         u"no nested event loop"_s},
        {u"^(widgets/(?!common/theme)|app/workbench/)"_s, u"\\b(QColor\\(|qRgba?\\()\\s*\\d"_s,
         u"colours belong to widgets/common/theme"_s},
        {u"^(widgets/(?!common/theme)|app/workbench/)"_s, u"\\bsetStyleSheet\\b"_s,
         u"looks belong to widgets/common/theme"_s},
        {u"^(widgets/(?!common/theme)|app/workbench/)"_s,
         u"\"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\""_s,
         u"colours belong to widgets/common/theme"_s, true},
        {u"^tests/.*\\.cpp$"_s, u"\\b(qSleep|qWait|sleep_for|sleep_until|usleep|nanosleep)\\b"_s,
         u"tests do not sleep"_s},
    };
}

constexpr int kMaxMainWindowLines = 400;

// Units without a test of their own name, and the test that exercises them.
struct CoveredRow {
    QString unit;
    QString test;
};
std::vector<CoveredRow> covered() {
    return {
        {u"backends/cluster/machine/machinetarget.cpp"_s, u"tests/contract/tst_contract_machine.cpp"_s},
        {u"backends/data/columncells.cpp"_s, u"tests/backends/data/tst_tablereader.cpp"_s},
        {u"backends/data/parquetpredictions.cpp"_s, u"tests/backends/data/tst_predictionfile.cpp"_s},
        {u"backends/data/tablefile.cpp"_s, u"tests/backends/data/tst_tablereader.cpp"_s},
        {u"backends/http/curltransfer.cpp"_s, u"tests/backends/http/tst_curlclient.cpp"_s},
        {u"backends/http/httpclient.cpp"_s, u"tests/backends/http/tst_curlclient.cpp"_s},
        {u"backends/image/imagebuilder.cpp"_s, u"tests/backends/image/tst_packager.cpp"_s},
        {u"backends/image/imagepusher.cpp"_s, u"tests/backends/image/tst_packager.cpp"_s},
        {u"backends/image/packageplan.cpp"_s, u"tests/backends/image/tst_packager.cpp"_s},
        {u"backends/rules/rulereader.cpp"_s, u"tests/backends/rules/tst_ruleset.cpp"_s},
        {u"backends/services/localcomparisonservice.cpp"_s,
         u"tests/backends/services/tst_comparisonservice.cpp"_s},
        {u"backends/services/localdataservice.cpp"_s, u"tests/backends/services/tst_dataservice.cpp"_s},
        {u"backends/services/localdeviceservice.cpp"_s, u"tests/backends/services/tst_deviceservice.cpp"_s},
        {u"backends/services/localjobservice.cpp"_s, u"tests/backends/services/tst_jobservice.cpp"_s},
        {u"backends/services/localpackageservice.cpp"_s, u"tests/app/workbench/tst_window_package.cpp"_s},
        {u"backends/services/localpreferenceservice.cpp"_s,
         u"tests/backends/services/tst_preferenceservice.cpp"_s},
        {u"backends/services/localrunfeed.cpp"_s, u"tests/backends/services/tst_runfeed.cpp"_s},
        {u"backends/services/localrunservice.cpp"_s, u"tests/backends/services/tst_runservice.cpp"_s},
        {u"backends/services/localsmokeservice.cpp"_s, u"tests/backends/services/tst_smokeservice.cpp"_s},
        {u"backends/services/localtargetservice.cpp"_s, u"tests/app/workbench/tst_window_targets.cpp"_s},
        {u"widgets/common/shortcuts.cpp"_s, u"tests/widgets/panels/tst_shortcutspanel.cpp"_s},
        {u"backends/spec/specwriter.cpp"_s, u"tests/backends/spec/tst_specdocument.cpp"_s},
        {u"backends/supervise/rankprocess.cpp"_s, u"tests/backends/supervise/tst_supervisor.cpp"_s},
        {u"backends/trainer/imagesamples.cpp"_s, u"tests/backends/trainer/tst_samples.cpp"_s},
        {u"backends/trainer/networks/cnn.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/networks/gpt.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/networks/mlp.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/networks/resnet.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/networks/tabular.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/networks/torchscript.cpp"_s, u"tests/backends/trainer/tst_torchscript.cpp"_s},
        {u"backends/trainer/networks/vit.cpp"_s, u"tests/backends/trainer/tst_networkfactory.cpp"_s},
        {u"backends/trainer/npysamples.cpp"_s, u"tests/backends/trainer/tst_samples.cpp"_s},
        {u"backends/trainer/predictor.cpp"_s, u"tests/backends/trainer/tst_modeluse.cpp"_s},
        {u"backends/trainer/savedmodel.cpp"_s, u"tests/backends/trainer/tst_modeluse.cpp"_s},
        {u"backends/trainer/tablesamples.cpp"_s, u"tests/backends/trainer/tst_samples.cpp"_s},
        {u"backends/trainer/textsamples.cpp"_s, u"tests/backends/trainer/tst_samples.cpp"_s},
    };
}

struct Violation {
    qsizetype line = 1;
    QString rule;
};
using Violations = std::vector<Violation>;

// The text with comments, and texts in quotes unless they are kept, turned into spaces: every place stays.
QString codeOf(const QString& text, bool keepsTexts) {
    static const QRegularExpression kSkipped(
        u"//[^\\n]*"                                     // comment
        u"|/\\*.*?\\*/"                                  // comment
        u"|R\"([^( \\n]*)\\(.*?\\)\\1\""                 // raw text
        u"|\"(?:\\\\.|[^\"\\\\\\n])*\""                  // text
        u"|(?<![0-9a-fA-F])'(?:\\\\.|[^'\\\\\\n])+'"_s,  // character, not the mark in 1'000
        QRegularExpression::DotMatchesEverythingOption);
    QString code = text;
    for (auto matches = kSkipped.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        if (keepsTexts && match.capturedView().front() != u'/') continue;
        for (qsizetype i = match.capturedStart(); i < match.capturedEnd(); ++i)
            if (code[i] != u'\n') code[i] = u' ';
    }
    return code;
}

qsizetype lineAt(const QString& text, qsizetype place) {
    return QStringView(text).left(place).count(u'\n') + 1;
}

// "backends/spec", "app/cli", "widgets": the row for a file.
QString folderOf(const QString& path) {
    if (path.startsWith("widgets/"_L1)) return u"widgets"_s;
    if (path.startsWith("app/workbench/servicefactory."_L1)) return u"app/workbench/servicefactory"_s;
    return path.section(u'/', 0, 1);
}

// Why `path` may not include `target`; empty when it may.
QString includeProblem(const QString& path, const QString& target, bool isQuoted) {
    const bool isOwn =
        target.startsWith("backends/"_L1) || target.startsWith("widgets/"_L1) || target.startsWith("app/"_L1);
    if (isOwn) {
        const QString from = folderOf(path);
        const QString to = target.startsWith("widgets/"_L1) ? u"widgets"_s : target.section(u'/', 0, 1);
        const std::vector<LayerRow> rows = layers();
        const auto row = std::ranges::find(rows, from, &LayerRow::folder);
        if (row == rows.end()) return from + u" has no row in the layering table"_s;
        const QString name = to.startsWith("backends/"_L1) ? to.mid(9) : to;
        if (from != to && !row->mayInclude.split(u' ').contains(name))
            return from + u" may not include "_s + to;
        static const QRegularExpression kPanel(u"^widgets/panels/(\\w+panel)\\.(h|cpp)$"_s);
        const auto self = kPanel.match(path), other = kPanel.match(target);
        if (self.hasMatch() && other.hasMatch() && self.captured(1) != other.captured(1))
            return u"a panel never includes another panel"_s;
        return {};
    }
    if (isQuoted)
        return target.endsWith(".moc"_L1) ? QString() : u"includes in quotes start at the repository root"_s;
    for (const LibraryRow& library : libraries()) {
        const bool isIt =
            library.header.endsWith(u'/') ? target.startsWith(library.header) : target == library.header;
        if (isIt && !path.startsWith(library.folder))
            return library.header + u" belongs to "_s + library.folder;
    }
    if (!path.startsWith("backends/"_L1)) return {};
    if (target == u"nlohmann/json.hpp"_s && path.endsWith(".h"_L1))
        return u"nlohmann/json.hpp is for sources only"_s;
    static const QRegularExpression kQt(u"^(Q[A-Z]|Qt|q[a-z]+\\.h$)"_s);
    if (!path.startsWith("backends/services/"_L1) && kQt.match(target).hasMatch())
        return u"no Qt under backends/ but in services"_s;
    return {};
}

void checkIncludes(const QString& path, const QString& text, const QString& code, Violations& found) {
    static const QRegularExpression kDirective(u"^[ \\t]*#[ \\t]*include\\b"_s,
                                               QRegularExpression::MultilineOption);
    static const QRegularExpression kTarget(u"\\G[ \\t]*([<\"])([^>\"\\n]+)[>\"]"_s);
    for (auto matches = kDirective.globalMatch(code); matches.hasNext();) {
        const qsizetype end = matches.next().capturedEnd();
        const auto target = kTarget.match(text, end);
        const QString problem = target.hasMatch()
                                    ? includeProblem(path, target.captured(2), target.captured(1) == u"\""_s)
                                    : u"an include that cannot be read"_s;
        if (!problem.isEmpty()) found.push_back({lineAt(text, end), problem});
    }
}

void checkNames(const QString& path, const QString& text, const QString& code, Violations& found) {
    const QString withTexts = codeOf(text, true);
    for (const NameRow& row : names()) {
        if (!QRegularExpression(row.where).match(path).hasMatch()) continue;
        const QRegularExpression pattern(row.pattern);
        for (auto matches = pattern.globalMatch(row.inTexts ? withTexts : code); matches.hasNext();) {
            const auto match = matches.next();
            found.push_back({lineAt(text, match.capturedStart()), row.rule + u": "_s + match.captured()});
        }
    }
}

void checkHead(const QString& path, const QString& text, Violations& found) {
    const bool isWindow = path.startsWith("widgets/"_L1) || path.startsWith("app/workbench/"_L1);
    const QString line = text.section(u'\n', 0, 0);
    const QString apache = u"// SPDX-License-Identifier: Apache-2.0"_s;
    const QString gpl = u"// SPDX-License-Identifier: GPL-3.0-or-later"_s;
    const bool isRight =
        path.startsWith("tests/"_L1) ? line == apache || line == gpl : line == (isWindow ? gpl : apache);
    if (!isRight) found.push_back({1, u"the first line is "_s + (isWindow ? gpl : apache)});
}

// Everything wrong with one file.
Violations violations(const QString& path, const QString& text) {
    Violations found;
    const QString code = codeOf(text, false);
    checkHead(path, text, found);
    if (!path.startsWith("tests/"_L1)) checkIncludes(path, text, code, found);
    checkNames(path, text, code, found);
    if (path.section(u'/', -1).startsWith("mainwindow."_L1) && text.count(u'\n') > kMaxMainWindowLines)
        found.push_back({kMaxMainWindowLines + 1, u"mainwindow.* has at most 400 lines"_s});
    return found;
}

// The units of `files` (all paths of the tree) that no test is named after, and rows of covered() that name nothing.
QStringList unitProblems(const QStringList& files, const std::vector<CoveredRow>& covered) {
    static const QRegularExpression kUnit(
        u"^(backends/\\w+/.*\\.cpp|widgets/(?:panels/\\w+panel|pages/\\w+page|(?:itemmodels|forms|charts|common)/\\w+)\\.cpp)$"_s);
    const QSet<QString> all(files.begin(), files.end());
    QSet<QString> tested;  // "tests/backends/spec tst_specreader.cpp"
    for (const QString& file : files) {
        if (file.startsWith("tests/"_L1))
            tested << file.section(u'/', 0, file.startsWith("tests/backends/"_L1) ? 2 : 1) + u' ' +
                          file.section(u'/', -1);
    }
    QStringList problems;
    for (const QString& file : files) {
        // What the window has without a header of its own is a part of something else there.
        const bool isPart = !all.contains(file.chopped(3) + u'h') && !file.startsWith("backends/"_L1);
        if (!kUnit.match(file).hasMatch() || isPart) continue;
        const auto row = std::ranges::find(covered, file, &CoveredRow::unit);
        if (row != covered.end() && all.contains(row->test)) continue;
        const QString test = u"tst_"_s + file.section(u'/', -1);
        if (!tested.contains(u"tests/"_s + folderOf(file) + u' ' + test))
            problems << file + u":1: a unit has a test "_s + test;
    }
    for (const CoveredRow& row : covered) {
        if (!all.contains(row.unit) || !all.contains(row.test))
            problems << u"tests/layering/tst_layering.cpp:1: covered() names what is not there: "_s +
                            row.unit;
    }
    return problems;
}

}  // namespace

class tst_Layering : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // `rule`: a piece of the only violation; empty: there is none.
    void judges_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("rule");
        const auto row = [](const char* name, const char* path, const QString& body, const char* rule) {
            const QString file = QString::fromUtf8(path);
            const bool isWindow = file.startsWith("widgets"_L1) || file.startsWith("app/workbench"_L1);
            const QString head = isWindow ? u"// SPDX-License-Identifier: GPL-3.0-or-later\n"_s
                                          : u"// SPDX-License-Identifier: Apache-2.0\n"_s;
            QTest::newRow(name) << file << head + body << QString::fromUtf8(rule);
        };
        row("down", "backends/runs/a.cpp", u"#include \"backends/core/error.h\"\n"_s, "");
        row("up", "backends/core/a.h", u"#include \"backends/spec/yamlvalue.h\"\n"_s,
            "backends/core may not include backends/spec");
        row("spaced", "backends/core/a.h", u"  #  include   \"backends/spec/b.h\"\n"_s, "may not include");
        row("sideways", "backends/rules/a.cpp", u"#include \"backends/http/url.h\"\n"_s, "may not include");
        row("no row", "backends/newfolder/a.cpp", u"#include \"backends/core/error.h\"\n"_s, "has no row");
        row("window to cluster", "widgets/pages/a.cpp", u"#include \"backends/cluster/roles.h\"\n"_s,
            "widgets may not include backends/cluster");
        row("window to service", "widgets/pages/a.cpp", u"#include \"backends/services/runfeed.h\"\n"_s, "");
        row("trainer for cli", "app/cli/a.cpp", u"#include \"backends/trainer/trainer.h\"\n"_s,
            "may not include");
        row("program to program", "app/cli/a.cpp", u"#include \"app/agent/b.h\"\n"_s,
            "may not include app/agent");
        row("composition root", "app/workbench/servicefactory.cpp",
            u"#include \"app/workbench/servicefactory.h\"\n#include \"backends/cluster/targettable.h\"\n"_s,
            "");
        row("window to stores", "app/workbench/mainwindow.cpp", u"#include \"backends/runs/runstore.h\"\n"_s,
            "app/workbench may not include backends/runs");
        row("composition root to trainer", "app/workbench/servicefactory.cpp",
            u"#include \"backends/trainer/trainer.h\"\n"_s, "may not include");
        row("backend to program", "backends/runs/a.cpp", u"#include \"app/cli/b.h\"\n"_s, "may not include");
        row("own panel", "widgets/panels/apanel.cpp", u"#include \"widgets/panels/apanel.h\"\n"_s, "");
        row("other panel", "widgets/panels/apanel.cpp", u"#include \"widgets/panels/bpanel.h\"\n"_s,
            "another panel");
        row("panel table", "widgets/panels/paneltable.cpp", u"#include \"widgets/panels/apanel.h\"\n"_s, "");
        row("own library", "backends/spec/a.cpp", u"#include <yaml-cpp/parser.h>\n"_s, "");
        for (const LibraryRow& library : libraries()) {
            const QString header = library.header.endsWith(u'/') ? library.header + u"x.h"_s : library.header;
            const QByteArray name = "library " + library.header.toUtf8();
            row(name, "backends/supervise/a.cpp", u"#include <"_s + header + u">\n"_s,
                (library.header + u" belongs to"_s).toUtf8());
        }
        row("json in source", "backends/runs/a.cpp", u"#include <nlohmann/json.hpp>\n"_s, "");
        row("json in header", "backends/runs/a.h", u"#include <nlohmann/json.hpp>\n"_s, "sources only");
        row("not from the root", "backends/runs/a.cpp", u"#include \"a.h\"\n"_s, "repository root");
        row("moc", "widgets/pages/a.cpp", u"#include \"a.moc\"\n"_s, "");
        row("include in comment", "backends/core/a.h",
            u"// #include <QString>\n/*\n#include <QString>\n*/\n"_s, "");
        row("include in text", "backends/core/a.cpp", u"auto a = R\"(\n#include <QString>\n)\";\n"_s, "");
        row("Qt", "backends/runs/a.cpp", u"#include <QString>\n"_s, "no Qt");
        row("Qt by file", "backends/runs/a.cpp", u"#include <qglobal.h>\n"_s, "no Qt");
        row("Qt in services", "backends/services/a.h", u"#include <QObject>\n"_s, "");
        row("tr", "backends/services/a.cpp", u"auto a = tr(\"x\");\n"_s, "tr()");
        row("str", "backends/runs/a.cpp", u"auto a = str(\"tr(\");  // tr(\n"_s, "");
        row("dialog", "backends/services/a.cpp", u"QDialog* a;\n"_s, "no window names");
        row("SIGNAL", "widgets/pages/a.cpp", u"connect(a, SIGNAL(b()), c);\n"_s, "wiring");
        row("SLOT", "app/workbench/a.cpp", u"connect(a, SLOT(b()), c);\n"_s, "wiring");
        row("sender", "widgets/pages/a.cpp", u"auto* a = sender();\n"_s, "wiring");
        row("wait", "widgets/pages/a.cpp", u"process.waitForFinished();\n"_s, "never waits");
        row("pump", "widgets/pages/a.cpp", u"QApplication::processEvents();\n"_s, "never waits");
        row("loop", "app/workbench/a.cpp", u"QEventLoop loop;\n"_s, "never waits");
        row("after a separator", "widgets/pages/a.cpp", u"int a = 1'000; QEventLoop b; int c = 1'000;\n"_s,
            "never waits");
        row("after a quote", "widgets/pages/a.cpp", u"char a = '\"'; QEventLoop b; char c = '\"';\n"_s,
            "never waits");
        row("dialog that waits", "widgets/pages/a.cpp", u"dialog.exec();\n"_s, "nested event loop");
        row("menu that waits", "app/workbench/a.cpp", u"menu->exec(place);\n"_s, "nested event loop");
        row("the one loop", "app/workbench/main.cpp", u"return application.exec();\n"_s, "");
        row("file", "widgets/pages/a.cpp", u"QFile a(b);\n"_s, "no file access");
        row("file's include", "widgets/pages/a.cpp", u"#include <QFileInfo>\n"_s, "no file access");
        row("folder", "app/workbench/workbench.cpp", u"QDir a(b);\n"_s, "no file access");
        row("settings", "widgets/common/a.h", u"QSettings m_a;\n"_s, "no file access");
        row("standard folder", "widgets/pages/a.cpp", u"auto a = QStandardPaths::locate(b, c);\n"_s,
            "no file access");
        row("stream", "widgets/panels/a.cpp", u"std::ifstream a(b);\n"_s, "no file access");
        row("C file", "app/workbench/a.cpp", u"auto* a = fopen(b, c);\n"_s, "no file access");
        row("std file", "widgets/panels/a.cpp", u"std::filesystem::exists(a);\n"_s, "no file access");
        row("std path", "widgets/panels/a.cpp", u"std::filesystem::path a;\n"_s, "");
        row("file dialog", "widgets/pages/a.cpp", u"auto* a = new QFileDialog(b);\n"_s, "");
        row("files of the root", "app/workbench/servicefactory.cpp", u"QFileInfo a(b);\n"_s, "");
        row("files of icons", "widgets/common/themedicon.cpp", u"QFile a(b);\n"_s, "");
        row("box that waits", "widgets/pages/a.cpp", u"QMessageBox::question(a, b, c);\n"_s,
            "nested event loop");
        row("file dialog that waits", "widgets/pages/a.cpp", u"QFileDialog::getOpenFileName(a);\n"_s,
            "nested event loop");
        row("colour by numbers", "widgets/charts/a.cpp", u"pen.setColor(QColor(12, 34, 56));\n"_s, "colours");
        row("colour by value", "widgets/charts/a.cpp", u"QColor(theme.color(a));\n"_s, "");
        row("style sheet", "widgets/pages/a.cpp", u"a->setStyleSheet(b);\n"_s, "looks");
        row("colour", "widgets/pages/a.cpp", u"QColor a(\"#a0b1c2\");\n"_s, "colours");
        row("colour in theme", "widgets/common/theme.cpp", u"QColor a(\"#a0b1c2\");\n"_s, "");
        row("colour in comment", "widgets/pages/a.cpp", u"// \"#a0b1c2\"\n"_s, "");
        row("long window", "app/workbench/mainwindow.cpp", u"\n"_s.repeated(kMaxMainWindowLines),
            "400 lines");
        row("full window", "app/workbench/mainwindow.h", u"\n"_s.repeated(kMaxMainWindowLines - 1), "");
        row("sleep", "tests/backends/runs/tst_a.cpp", u"std::this_thread::sleep_for(a);\n"_s, "do not sleep");
        row("qSleep", "tests/backends/runs/tst_a.cpp", u"QTest::qSleep(1);\n"_s, "do not sleep");
        row("qWait", "tests/widgets/tst_a.cpp", u"QTest::qWait(1);\n"_s, "do not sleep");
        row("usleep", "tests/app/tst_a.cpp", u"usleep(1);\n"_s, "do not sleep");
        row("condition", "tests/app/tst_a.cpp", u"QTRY_VERIFY(QTest::qWaitFor(a));\n"_s, "");
        QTest::newRow("no licence") << u"backends/runs/a.h"_s << u"#pragma once\n"_s << u"SPDX"_s;
        QTest::newRow("other licence")
            << u"backends/runs/a.h"_s << u"// SPDX-License-Identifier: GPL-3.0-or-later\n"_s
            << u"Apache-2.0"_s;
        QTest::newRow("window's licence")
            << u"widgets/pages/a.h"_s << u"// SPDX-License-Identifier: Apache-2.0\n"_s << u"GPL-3.0"_s;
        QTest::newRow("test's licence") << u"tests/a.cpp"_s << u"\n"_s << u"SPDX"_s;
    }
    void judges() {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(QString, rule);
        const Violations found = violations(path, text);
        QCOMPARE(found.size(), rule.isEmpty() ? 0U : 1U);
        if (!rule.isEmpty()) QVERIFY2(found.front().rule.contains(rule), qPrintable(found.front().rule));
    }

    void namesTheLine() {
        const Violations found =
            violations(u"backends/core/a.h"_s,
                       u"// SPDX-License-Identifier: Apache-2.0\n/* a\nb */\n#include <QString>\n"_s);
        QCOMPARE(found.size(), 1U);
        QCOMPARE(found.front().line, 4);
    }

    void wantsATestForEachUnit_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<int>("problems");
        const auto row = [](const char* name, const char* files, int problems) {
            QTest::newRow(name) << QString::fromUtf8(files).split(u' ') << problems;
        };
        row("tested", "backends/spec/a.cpp backends/spec/a.h tests/backends/spec/tst_a.cpp", 0);
        row("untested", "backends/spec/a.cpp backends/spec/a.h", 1);
        row("untested without a header", "backends/spec/a.cpp backends/spec/b.h", 1);
        row("part of a page", "widgets/charts/a.cpp widgets/charts/b.h", 0);
        row("test of another folder", "backends/spec/a.cpp backends/spec/a.h tests/backends/runs/tst_a.cpp",
            1);
        row("below", "backends/cluster/k/a.cpp backends/cluster/k/a.h tests/backends/cluster/tst_a.cpp", 0);
        row("panel", "widgets/panels/apanel.cpp widgets/panels/apanel.h", 1);
        row("tested panel",
            "widgets/panels/apanel.cpp widgets/panels/apanel.h tests/widgets/panels/tst_apanel.cpp", 0);
        row("panel table", "widgets/panels/paneltable.cpp widgets/panels/paneltable.h", 0);
        row("item model", "widgets/itemmodels/a.cpp widgets/itemmodels/a.h", 1);
    }
    void wantsATestForEachUnit() {
        QFETCH(QStringList, files);
        QFETCH(int, problems);
        QCOMPARE(unitProblems(files, {}).size(), problems);
    }

    void takesOnlyRowsThatNameSomething() {
        const QStringList unit{u"backends/a/b.cpp"_s, u"backends/a/b.h"_s},
            test{u"tests/backends/a/tst_c.cpp"_s};
        QCOMPARE(unitProblems(unit + test, {{unit.front(), test.front()}}).size(), 0);
        QCOMPARE(unitProblems(unit, {{unit.front(), test.front()}}).size(), 2);
        QCOMPARE(unitProblems(test, {{unit.front(), test.front()}}).size(), 1);
    }

    void theTreeKeepsTheRules() {
        const QString root = QString::fromUtf8(kSourceDir) + u'/';
        QStringList problems, paths;
        for (const QString& top : {u"app"_s, u"backends"_s, u"widgets"_s, u"tests"_s}) {
            QDirIterator each(root + top, {u"*.h"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
            while (each.hasNext()) {
                QFile file(each.next());
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
                const QString path = file.fileName().mid(root.size());
                paths << path;
                for (const Violation& violation : violations(path, QString::fromUtf8(file.readAll())))
                    problems << u"%1:%2: %3"_s.arg(path).arg(violation.line).arg(violation.rule);
            }
        }
        QVERIFY2(paths.size() > 50, qPrintable(u"only %1 files under %2"_s.arg(paths.size()).arg(root)));
        problems << unitProblems(paths, covered());
        problems.sort();
        for (const QString& problem : problems) qWarning("%s", qPrintable(problem));  // all: a message is cut
        QCOMPARE(problems.size(), 0);
    }
};

QTEST_APPLESS_MAIN(tst_Layering)
#include "tst_layering.moc"
