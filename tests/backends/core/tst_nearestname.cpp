// SPDX-License-Identifier: Apache-2.0
#include "backends/core/nearestname.h"

#include <QTest>

#include <vector>

using namespace slipway;

class tst_NearestName : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void finds_data() {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("nearest");  // empty: none
        const auto row = [](const char* word, const char* nearest) {
            QTest::newRow(word) << QString::fromUtf8(word) << QString::fromUtf8(nearest);
        };
        row("epochs", "epochs");
        row("epoch", "epochs");
        row("epcohs", "epochs");  // two letters swapped
        row("Epochs", "epochs");
        row("batch-size", "batch_size");
        row("batchsize", "batch_size");
        row("learning_rate", "lr");
        row("lerning_rate", "lr");
        row("optimizer_kind", "optimizer");
        row("zebra", "");
        row("x", "");
        row("", "");
    }
    void finds() {
        QFETCH(QString, word);
        QFETCH(QString, nearest);
        const std::vector<std::string> known = {"epochs", "batch_size", "lr", "optimizer", "seed"};
        const auto found = nearestName(word.toStdString(), known);
        QCOMPARE(found.has_value(), !nearest.isEmpty());
        if (found) QCOMPARE(QString::fromStdString(*found), nearest);
    }

    void takesTheNearestOfSeveral() {
        const std::vector<std::string> known = {"train", "strain", "trains"};
        QCOMPARE(nearestName("trian", known), std::optional<std::string>("train"));
    }

    void isBounded() {
        const std::vector<std::string> known = {std::string(100, 'a')};
        QCOMPARE(nearestName(std::string(100, 'a'), known), std::nullopt);
        QCOMPARE(nearestName("a", {}), std::nullopt);
    }
};

QTEST_APPLESS_MAIN(tst_NearestName)
#include "tst_nearestname.moc"
