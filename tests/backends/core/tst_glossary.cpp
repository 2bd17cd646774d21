// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/core/glossary.h"

using namespace slipway;

namespace {

Glossary small() {
    return Glossary({{"epoch", {}, "One pass over all data. It is many steps.", {"step"}, {"train.epochs"}},
                     {"learning rate", {"lr"}, "How far a step goes.", {}, {"train.optimizer.lr"}},
                     {"MIG", {"Multi-Instance GPU"}, "A GPU in parts.", {}, {"resources.slice"}},
                     {"step", {}, "One change of the weights.", {}, {}}});
}

std::string names(const std::vector<const GlossaryTerm*>& terms) {
    std::string text;
    for (const GlossaryTerm* term : terms) text += (text.empty() ? "" : ", ") + term->name;
    return text;
}

std::string nameOf(const GlossaryTerm* term) { return term ? term->name : "none"; }

}  // namespace

class tst_Glossary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void finds_data() {
        QTest::addColumn<std::string>("words");
        QTest::addColumn<std::string>("found");
        const auto row = [](const char* words, const char* found) {
            QTest::newRow(words) << std::string(words) << std::string(found);
        };
        row("MIG", "MIG");
        row("mig", "MIG");
        row("multi-instance gpu", "MIG");
        row("LR", "learning rate");
        row("train.optimizer.lr", "learning rate");
        row("learning", "none");
        row("", "none");
    }
    void finds() {
        QFETCH(std::string, words);
        QFETCH(std::string, found);
        const Glossary glossary = small();
        QCOMPARE(nameOf(glossary.find(words)), found);
    }

    void aSettingHasATerm() {
        const Glossary glossary = small();
        QCOMPARE(nameOf(glossary.ofSetting("resources.slice")), std::string("MIG"));
        QCOMPARE(nameOf(glossary.ofSetting("mig")), std::string("none"));  // a name is no setting
    }

    // In names before settings before texts.
    void matches_data() {
        QTest::addColumn<std::string>("words");
        QTest::addColumn<std::string>("found");
        const auto row = [](const char* words, const char* found) {
            QTest::newRow(words) << std::string(words) << std::string(found);
        };
        row("", "epoch, learning rate, MIG, step");
        row("  ", "epoch, learning rate, MIG, step");
        row("step", "step, epoch, learning rate");
        row("STEP", "step, epoch, learning rate");
        row("lr", "learning rate");
        row("optimizer", "learning rate");
        row("rate far", "learning rate");
        row("gpu parts", "MIG");
        row("quota", "");
        row("rate quota", "");
    }
    void matches() {
        QFETCH(std::string, words);
        QFETCH(std::string, found);
        const Glossary glossary = small();
        QCOMPARE(names(glossary.matching(words)), found);
    }

    void theNearestNameIsFound() {
        const Glossary glossary = small();
        QCOMPARE(nameOf(glossary.nearest("lerning rate")), std::string("learning rate"));
        QCOMPARE(nameOf(glossary.nearest("multi instance gpu")), std::string("MIG"));
        QCOMPARE(nameOf(glossary.nearest("quota")), std::string("none"));
    }

    void theFirstSentenceEndsAtItsFullStop() {
        const Glossary glossary = small();
        QCOMPARE(firstSentence(*glossary.find("epoch")), std::string("One pass over all data."));
        QCOMPARE(firstSentence(*glossary.find("MIG")), std::string("A GPU in parts."));
    }
};

QTEST_APPLESS_MAIN(tst_Glossary)
#include "tst_glossary.moc"
