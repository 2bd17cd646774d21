// SPDX-License-Identifier: Apache-2.0
#include "backends/image/ignorerules.h"

#include <QTest>

using namespace slipway::oci;

class tst_IgnoreRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Expected values as `git check-ignore` gives them.
    void matches_data() {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("isIgnored");
        const auto row = [](const char* rules, const char* path, bool isIgnored) {
            QTest::addRow("%s | %s", rules, path)
                << QString::fromUtf8(rules) << QString::fromUtf8(path) << isIgnored;
        };
        row("*.pyc", "a.pyc", true);
        row("*.pyc", "x/y/a.pyc", true);
        row("*.pyc", "a.py", false);
        row("/a", "a", true);
        row("/a", "x/a", false);
        row("x/a", "x/a", true);
        row("x/a", "y/x/a", false);
        row("**/a", "x/y/a", true);
        row("**/a", "a", true);
        row("a/**", "a/b/c", true);
        row("a/**", "a", false);
        row("a/**/b", "a/b", true);
        row("a/**/b", "a/x/y/b", true);
        row("a/*", "a/b", true);
        row("a/*", "a/b/c", false);
        row("build/", "build/", true);
        row("build/", "x/build/", true);
        row("build/", "build", false);
        row("*.log\n!keep.log", "keep.log", false);
        row("*.log\n!keep.log", "other.log", true);
        row("!a\na", "a", true);
        row("# a", "# a", false);
        row("\\#a", "#a", true);
        row("\\!a", "!a", true);
        row("a   ", "a", true);
        row("a\r\nb", "a", true);
        row("[ab].txt", "b.txt", true);
        row("?.txt", "ab.txt", false);
        row("", "a", false);
        row("/", "a", false);
    }
    void matches() {
        QFETCH(QString, rules);
        QFETCH(QString, path);
        QFETCH(bool, isIgnored);
        IgnoreRules ignore;
        ignore.add(rules.toStdString(), "", "why");
        const bool isFolder = path.endsWith(QLatin1Char('/'));
        const auto reason = ignore.match(path.toStdString(), isFolder);
        QCOMPARE(reason.has_value(), isIgnored);
        if (reason) QCOMPARE(*reason, std::string("why"));
    }

    void foldersAndOrder() {
        IgnoreRules ignore;
        ignore.add("data\n", "", "first");
        ignore.add("/x\n!data\n", "sub", "second");
        QCOMPARE(ignore.match("data", false).value_or(""), std::string("first"));
        QCOMPARE(ignore.match("sub/x", false).value_or(""), std::string("second"));
        QVERIFY(!ignore.match("x", false));
        QVERIFY(!ignore.match("sub/y/x", false));
        QVERIFY(!ignore.match("sub/data", false));
    }

    void manyStarsAreNotSlow() {
        std::string pattern;
        for (int i = 0; i < 60; ++i) pattern += "**/a/";
        std::string path;
        for (int i = 0; i < 500; ++i) path += "a/";
        IgnoreRules ignore;
        ignore.add(pattern + "z", "", "why");
        QVERIFY(!ignore.match(path + "b", false));
    }
};

QTEST_APPLESS_MAIN(tst_IgnoreRules)
#include "tst_ignorerules.moc"
