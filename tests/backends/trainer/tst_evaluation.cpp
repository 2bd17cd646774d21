// SPDX-License-Identifier: Apache-2.0
// The expected numbers are worked by hand from the definitions that scikit-learn gives for them.
#include "backends/trainer/evaluation.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace slipway::trainer;
using Json = nlohmann::json;
using Labels = std::vector<std::int64_t>;

namespace {

bool isNear(const nlohmann::ordered_json& json, double expected) {
    return json.is_number() && std::abs(json.get<double>() - expected) < 1e-6;
}

}  // namespace

class tst_evaluation : public QObject {
    Q_OBJECT

    static Samples ofClasses() {
        Samples samples;
        samples.classes = 3;
        samples.classNames = {"cat", "dog", "owl"};
        samples.groupNames = {"day", "night", "dusk"};
        return samples;
    }

private Q_SLOTS:
    void classesAreCountedByClassAndByGroup() {
        Evaluation evaluation(ofClasses());
        // In two parts, as batches come.
        evaluation.addClasses(Labels{0, 0, 1}, Labels{0, 1, 1}, Labels{0, 0, 1});
        evaluation.addClasses(Labels{1, 1, 0}, Labels{1, 0, 0}, Labels{1, 1, 0});
        evaluation.addLoss(0.5, 3);
        evaluation.addLoss(1.5, 3);
        QCOMPARE(evaluation.loss(), 1.0);
        QCOMPARE(evaluation.metrics(),
                 (std::map<std::string, double>{{"test/loss", 1.0}, {"test/accuracy", 4.0 / 6}}));
        const auto report = evaluation.report();
        QVERIFY(isNear(report["accuracy"], 0.6666667));
        QCOMPARE(report["samples"].get<int>(), 6);
        QVERIFY(Json(report["confusion"]) == Json::parse("[[2,1,0],[1,2,0],[0,0,0]]"));
        QCOMPARE(report["classes"][0]["name"].get<std::string>(), std::string("cat"));
        QVERIFY(isNear(report["classes"][1]["precision"], 0.6666667));
        QVERIFY(isNear(report["classes"][1]["recall"], 0.6666667));
        QVERIFY(isNear(report["classes"][1]["f1"], 0.6666667));
        QVERIFY(report["classes"][2]["recall"].is_null());  // no owl was there
        QVERIFY(report["classes"][2]["precision"].is_null());
        QVERIFY(isNear(report["groups"][0]["accuracy"], 0.6666667));
        QCOMPARE(report["groups"][1]["samples"].get<int>(), 3);
        QVERIFY(report["groups"][2]["accuracy"].is_null());
    }

    void valuesHaveErrors() {
        Samples samples;
        samples.groupNames = {"a", "b"};
        Evaluation evaluation(samples);
        evaluation.addValues(std::vector<float>{3, -0.5F, 2, 7}, std::vector<float>{2.5F, 0, 2, 8},
                             Labels{0, 0, 1, 1});
        evaluation.addLoss(0.375, 4);
        const auto metrics = evaluation.metrics();
        QVERIFY(std::abs(metrics.at("test/rmse") - 0.6123724) < 1e-6);
        QVERIFY(std::abs(metrics.at("test/mae") - 0.5) < 1e-6);
        const auto report = evaluation.report();
        QVERIFY(isNear(report["r2"], 0.9486081));
        QVERIFY(isNear(report["groups"][0]["mae"], 0.5));
        QVERIFY(isNear(report["groups"][1]["rmse"], std::sqrt(0.5)));
        QVERIFY(!report.contains("classes") && !report.contains("confusion"));
    }

    void valuesThatAreAllTheSameHaveNoR2() {
        Evaluation evaluation((Samples()));
        evaluation.addValues(std::vector<float>{2, 2}, std::vector<float>{2, 3}, {});
        evaluation.addLoss(0.5, 2);
        QVERIFY(evaluation.report()["r2"].is_null());
    }

    void aTextHasAPerplexity() {
        Samples samples;
        samples.shape.vocabulary = 256;
        Evaluation evaluation(samples);
        evaluation.addLoss(std::log(8.0), 100);
        QVERIFY(std::abs(evaluation.metrics().at("test/perplexity") - 8) < 1e-9);
        QVERIFY(isNear(evaluation.report()["perplexity"], 8));
    }

    void thousandsOfClassesHaveNoMatrix() {
        Samples samples;
        samples.classes = kMaxConfusionClasses + 1;
        samples.classNames.resize(static_cast<std::size_t>(samples.classes));
        Evaluation evaluation(samples);
        evaluation.addClasses(Labels{kMaxConfusionClasses}, Labels{0}, {});
        evaluation.addLoss(1, 1);
        QVERIFY(!evaluation.report().contains("confusion"));
        QCOMPARE(evaluation.report()["classes"].size(), std::size_t(samples.classes));
    }
};

QTEST_APPLESS_MAIN(tst_evaluation)
#include "tst_evaluation.moc"
