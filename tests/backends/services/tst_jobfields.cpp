// SPDX-License-Identifier: Apache-2.0
#include "backends/services/jobfields.h"

#include <QTest>

using namespace slipway;

namespace {

constexpr const char* kBase =
    "name: a  # the first\ntrain:\n  network: {type: mlp}\n  data: {type: idx, input: x}\n  batch: 64\n  epochs: 3\n";

std::string with(const char* from, const char* to) {
    std::string text = kBase;
    text.replace(text.find(from), std::string(from).size(), to);
    return text;
}

}  // namespace

class tst_JobFields : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void otherSettingsGoTogether() {
        const auto merged = mergedJob(kBase, with("batch: 64", "batch: 128"), with("epochs: 3", "epochs: 9"));
        QVERIFY(merged);
        QCOMPARE(*merged, with("batch: 64\n  epochs: 3", "batch: 128\n  epochs: 9"));
    }

    void whatIsTakenOutAndPutInGoesTogetherToo() {
        const auto document = SpecDocument::parse(kBase);
        const std::string mine = document->without("train.batch")->withValue("seed", "5")->text();
        const auto merged = mergedJob(kBase, mine, with("name: a", "name: b"));
        QVERIFY(merged);
        QVERIFY(merged->find("batch") == std::string::npos);
        QVERIFY(merged->find("seed: 5") != std::string::npos &&
                merged->find("name: b  # the first") != std::string::npos);
    }

    void theSameSettingDoesNot() {
        QVERIFY(!mergedJob(kBase, with("batch: 64", "batch: 128"), with("batch: 64", "batch: 32")));
    }

    // A value over several lines counts by all of them.
    void aBlockThatTheOtherEditedIsNotLost() {
        const std::string base = "name: a\nprogram:\n  command:\n    - python\n    - a.py\n";
        std::string theirs = base;
        theirs.replace(theirs.find("a.py"), 4, "b.py");
        const std::string mine = SpecDocument::parse(base)->without("program.command")->text();
        QVERIFY(!mergedJob(base, mine, theirs));
        const std::string named = SpecDocument::parse(base)->withValue("name", "c")->text();
        QVERIFY(mergedJob(base, named, theirs)->find("b.py") != std::string::npos);
    }

    void otherEditsThanSettingsDoNot() {
        QVERIFY(!mergedJob(kBase, with("# the first", "# the only"), with("batch: 64", "batch: 32")));
        QVERIFY(!mergedJob(kBase, "name: [", with("batch: 64", "batch: 32")));
        QVERIFY(!mergedJob(kBase, with("batch: 64", "batch: 32"), "name: ["));
    }
};

QTEST_APPLESS_MAIN(tst_JobFields)
#include "tst_jobfields.moc"
