// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/rundetailsreader.h"

#include "runfixture.h"

#include <QTest>

#include <cmath>

using namespace slipway;

class tst_rundetailsreader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsSettingsAndExtents() {
        const RunFixture fixture;
        const RunFolder folder = fixture.makeRun();
        const std::string before = runDetailsStamp(folder);
        {
            EventWriter writer = *EventWriter::open(folder);
            for (int step = 1; step <= 5000; ++step) {
                const double value = step == 4 ? std::nan("") : step == 1234 ? -3 : step == 4321 ? 8 : 1;
                QVERIFY(writer.append(RunFixture::event(static_cast<std::uint64_t>(step),
                                                        MetricEvent{step, {{"loss", value}}})));
            }
        }
        QVERIFY(runDetailsStamp(folder) != before);
        const RunDetails details = readRunDetails(folder);
        QCOMPARE(details.settings.at("name"), std::string("fashion-mlp"));
        QCOMPARE(details.metrics.at("loss"), (MetricExtent{1, -3, 8}));
    }

    void comesBack() {
        RunDetails details;
        details.settings = {{"a.b", "x \"y\""}, {"c", ""}};
        details.metrics = {{"loss", {0.1, std::nullopt, 2.5}}, {"test/accuracy", {1e300, -1e-300, 0}}};
        QCOMPARE(*decodeDetails(encodeDetails(details)), details);
        details.metrics = {{"loss", {std::nan(""), 1, 1}}};
        QVERIFY(std::isnan(decodeDetails(encodeDetails(details))->metrics.at("loss").last));
        for (const char* damaged : {"", "[]", "{}", R"({"settings":{"a":1},"metrics":{}})",
                                    R"({"settings":{},"metrics":{"a":[1]}})"})
            QVERIFY2(!decodeDetails(damaged), damaged);
    }
};

QTEST_APPLESS_MAIN(tst_rundetailsreader)
#include "tst_rundetailsreader.moc"
