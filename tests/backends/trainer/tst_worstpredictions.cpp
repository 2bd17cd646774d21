// SPDX-License-Identifier: Apache-2.0
#include "backends/core/units.h"
#include "backends/platform/base64.h"
#include "backends/trainer/worstpredictions.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace slipway;
using namespace slipway::trainer;

class tst_WorstPredictions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWorstAreKeptInOrder() {
        WorstPredictions worst;
        for (int i = 0; i < 1000; ++i) worst.take({i, 0, 1, static_cast<double>(i * 7919 % 500)});
        worst.take({1000, 0, 1, std::nan("")});
        const auto kept = worst.worst();
        QCOMPARE(kept.size(), WorstPredictions::kMost);
        for (std::size_t i = 0; i < kept.size(); ++i) {
            const std::size_t pair = i / 2;  // each twice
            QCOMPARE(kept[i].wrongness, 499.0 - static_cast<double>(pair));
            if (i % 2 == 1) QVERIFY(kept[i - 1].row < kept[i].row);
        }
    }

    // Gray of one channel is spread over three; normalised numbers are the file's bytes again.
    void aPictureIsShownAsItIs() {
        Samples samples;
        samples.shape = {1, 2, 2, true};
        samples.classes = 2;
        samples.classNames = {"cat", "dog"};
        samples.mean = {0.3F};
        samples.deviation = {0.5F};
        samples.test.count = 2;
        samples.test.bytes = {9, 9, 9, 9, 0, 255, 128, 7};
        samples.test.labels = {0, 0};
        WorstPredictions worst;
        worst.take({1, 0, 1, 0.9});
        const auto json = worstJson(worst, samples, samples.test);
        QVERIFY(json);
        QCOMPARE(json->size(), std::size_t{1});
        const auto& one = json->front();
        QCOMPARE(one["sample"].get<std::string>(), std::string("2"));
        QCOMPARE(one["expected"].get<std::string>(), std::string("cat"));
        QCOMPARE(one["predicted"].get<std::string>(), std::string("dog"));
        QCOMPARE(one["probability"].get<double>(), 0.9);
        QCOMPARE(*decodeBase64(one["picture"]["pixels"].get<std::string>()),
                 std::string("\0\0\0\xff\xff\xff\x80\x80\x80\x07\x07\x07", 12));
    }

    void aRowIsShownByItsColumns() {
        Samples samples;
        samples.shape = {1, 1, 3, false, {3}};
        samples.columns = {{"size", {}, 0}, {"weight", {}, 0}, {"colour", {"red", "blue"}, 0}};
        samples.mean = {10, 1};
        samples.deviation = {2, 0.5F};
        samples.test.count = 2;
        samples.test.floats = {12.5F, 0.25F, 2, 11, 1, 0};
        samples.test.targets = {1, 2};
        WorstPredictions worst;
        worst.take({0, 1, 9.25, 8.25});
        worst.take({1, 2, 3, 1});
        const auto json = worstJson(worst, samples, samples.test);
        QVERIFY(json);
        const auto& one = json->front();
        QVERIFY(!one.contains("probability") && !one.contains("picture"));
        QCOMPARE(one["values"]["size"].get<std::string>(), metricText(12.5));
        QCOMPARE(one["values"]["colour"].get<std::string>(), std::string("blue"));
        QCOMPARE(one["expected"].get<std::string>(), metricText(1));
        QCOMPARE((*json)[1]["values"]["colour"].get<std::string>(), std::string());
    }

    void ofNoneThereIsNothing() {
        const auto json = worstJson({}, {}, {});
        QVERIFY(json);
        QVERIFY(json->empty());
    }
};

QTEST_APPLESS_MAIN(tst_WorstPredictions)
#include "tst_worstpredictions.moc"
