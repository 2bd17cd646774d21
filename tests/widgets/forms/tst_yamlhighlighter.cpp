// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"
#include "widgets/forms/yamlhighlighter.h"

#include <QApplication>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

using namespace slipway;
using namespace slipway::test;

class tst_YamlHighlighter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void highlights_data() {
        using Kind = YamlHighlighter::Span::Kind;
        QTest::addColumn<QString>("line");
        QTest::addColumn<std::vector<YamlHighlighter::Span>>("spans");
        QTest::newRow("number") << QStringLiteral("  batch: 16")
                                << std::vector<YamlHighlighter::Span>{{2, 5, Kind::Key},
                                                                      {9, 2, Kind::Number}};
        QTest::newRow("quantity") << QStringLiteral("memory: 24Gi")
                                  << std::vector<YamlHighlighter::Span>{{0, 6, Kind::Key},
                                                                        {8, 4, Kind::Number}};
        QTest::newRow("word") << QStringLiteral("type: gpt")
                              << std::vector<YamlHighlighter::Span>{{0, 4, Kind::Key}, {6, 3, Kind::String}};
        QTest::newRow("comment") << QStringLiteral("a: 1 # x: y")
                                 << std::vector<YamlHighlighter::Span>{
                                        {0, 1, Kind::Key}, {3, 1, Kind::Number}, {5, 6, Kind::Comment}};
        QTest::newRow("no comment in quotes")
            << QStringLiteral("a: 'x # y'")
            << std::vector<YamlHighlighter::Span>{{0, 1, Kind::Key}, {3, 7, Kind::String}};
        QTest::newRow("flow") << QStringLiteral("s: {train: 0.98, test: 0.02}")
                              << std::vector<YamlHighlighter::Span>{{0, 1, Kind::Key},
                                                                    {4, 5, Kind::Key},
                                                                    {17, 4, Kind::Key},
                                                                    {11, 4, Kind::Number},
                                                                    {23, 4, Kind::Number}};
        QTest::newRow("an apostrophe in a word")
            << QStringLiteral("a: it's # c")
            << std::vector<YamlHighlighter::Span>{
                   {0, 1, Kind::Key}, {3, 4, Kind::String}, {8, 3, Kind::Comment}};
        QTest::newRow("an escaped quote")
            << QStringLiteral("a: \"x\\\" # y\"")
            << std::vector<YamlHighlighter::Span>{{0, 1, Kind::Key}, {3, 9, Kind::String}};
        QTest::newRow("a doubled quote")
            << QStringLiteral("a: 'it''s # y'")
            << std::vector<YamlHighlighter::Span>{{0, 1, Kind::Key}, {3, 11, Kind::String}};
        QTest::newRow("a list") << QStringLiteral("- [a.py, \"on\", 3]")
                                << std::vector<YamlHighlighter::Span>{
                                       {3, 4, Kind::String}, {9, 4, Kind::String}, {15, 1, Kind::Number}};
        QTest::newRow("no key without a blank")
            << QStringLiteral("a: pvc://data:1")
            << std::vector<YamlHighlighter::Span>{{0, 1, Kind::Key}, {3, 12, Kind::String}};
    }
    void highlights() {
        QFETCH(QString, line);
        QFETCH(std::vector<YamlHighlighter::Span>, spans);
        QCOMPARE(YamlHighlighter::spans(line), spans);
    }

    void paintsInTheThemesTones() {
        QTextDocument document;
        YamlHighlighter highlighter(&document);
        document.setPlainText(QStringLiteral("# c\na: 1\nb: x"));
        highlighter.rehighlight();
        const auto tones = [&](int block) {
            std::vector<QColor> colors;
            for (const auto& format : document.findBlockByNumber(block).layout()->formats())
                colors.push_back(format.format.foreground().color());
            return colors;
        };
        using Colors = std::vector<QColor>;
        QCOMPARE(tones(0), Colors{theme::color(Tone::SynComment)});
        QCOMPARE(tones(1), (Colors{theme::color(Tone::SynKey), theme::color(Tone::SynNumber)}));
        QCOMPARE(tones(2), (Colors{theme::color(Tone::SynKey), theme::color(Tone::SynString)}));
    }
};

QTEST_MAIN(tst_YamlHighlighter)
#include "tst_yamlhighlighter.moc"
