// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runsettings.h"

#include "backends/runs/importedrun.h"
#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_runsettings : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

private Q_SLOTS:
    void haveThePathsOfTheJobFile() {
        const RunFolder folder = m_fixture.makeRun("fashion-mlp");
        const auto settings = runSettings(folder);
        QVERIFY(settings);
        QCOMPARE(settings->at("name"), std::string("fashion-mlp"));
        QCOMPARE(settings->at("program.command"), std::string("[true]"));
        QCOMPARE(settings->at("resources.cpu"), std::string("1"));
        RunFixture::overwrite(folder.jobFile(), "a: {b: [1, 2], c: [], d: [{e: f}]}\ng: \"1, 2\"\n");
        const std::map<std::string, std::string> expected{
            {"a.b", "[1, 2]"}, {"a.c", "[]"}, {"a.d.0.e", "f"}, {"g", "1, 2"}};
        QCOMPARE(*runSettings(folder), expected);
        RunFixture::overwrite(folder.jobFile(), "a: [");
        QCOMPARE(runSettings(folder).error().code, ErrorCode::Corrupt);
    }

    void areAnImportedRunsParameters() {
        RunRecord record;
        record.job = "elsewhere";
        record.target = TargetId(kImportedTarget);
        record.created = *parseTimestamp("2026-09-01T10:00:00Z");
        record.remote[kImportedFrom] = "mlflow";
        const auto folder = m_fixture.store().add(record, [](const RunFolder& aside) {
            return keepImported(aside, {"n", "s", {{"lr", "0.1"}}, {}});
        });
        QVERIFY(folder);
        QCOMPARE(*runSettings(*folder), (std::map<std::string, std::string>{{"lr", "0.1"}}));
    }
};

QTEST_APPLESS_MAIN(tst_runsettings)
#include "tst_runsettings.moc"
