// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/linesplitter.h"

#include <QTest>

#include <vector>

using namespace slipway::kube;

class tst_LineSplitter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesTheSameLinesCutAnywhere() {
        const std::string text = "one\n\ntwo three\nlast";
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            LineSplitter splitter(100);
            std::vector<std::string> lines;
            const auto take = [&](std::string_view line) { return lines.emplace_back(line), true; };
            QVERIFY(splitter.feed(text.substr(0, cut), take));
            QVERIFY(splitter.feed(text.substr(cut), take));
            QCOMPARE(lines, (std::vector<std::string>{"one", "", "two three"}));
            QVERIFY(splitter.finish(take));
            QCOMPARE(lines.back(), std::string("last"));
        }
    }
    void cutsLongLines() {
        LineSplitter splitter(4);
        std::vector<std::string> lines;
        const auto take = [&](std::string_view line) { return lines.emplace_back(line), true; };
        for (const char* part : {"abc", "def", "ghi\nfour\n"}) QVERIFY(splitter.feed(part, take));
        QCOMPARE(lines, (std::vector<std::string>{"abcd", "four"}));
        QCOMPARE(splitter.cutLines(), std::size_t{1});
    }
    void stopsWhenAsked() {
        LineSplitter splitter(10);
        int count = 0;
        QVERIFY(!splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++count < 2; }));
        QCOMPARE(count, 2);
    }
};
QTEST_APPLESS_MAIN(tst_LineSplitter)
#include "tst_linesplitter.moc"
