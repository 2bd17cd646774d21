// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/importedrun.h"

#include "runfixture.h"

#include <QTest>

using namespace slipway;

class tst_importedrun : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

private Q_SLOTS:
    void isReadAsItWasKept() {
        const RunFolder folder = m_fixture.makeRun();
        QCOMPARE(importedRun(folder).error().code, ErrorCode::NotFound);
        const ImportedRun run{
            "fashion/first try", "/logs/a", {{"lr", "0.1"}, {"note", "two\nlines"}}, {{"team", "a"}}};
        QVERIFY(keepImported(folder, run));
        const auto read = importedRun(folder);
        QVERIFY(read);
        QCOMPARE(read->name, run.name);
        QCOMPARE(read->source, run.source);
        QCOMPARE(read->parameters, run.parameters);
        QCOMPARE(read->tags, run.tags);
        RunFixture::overwrite(folder.path() / "imported.json", R"({"version":1,"name":3})");
        QCOMPARE(importedRun(folder).error().code, ErrorCode::Corrupt);
    }

    void aRecordTells() {
        RunRecord record = *m_fixture.makeRun().record();
        QVERIFY(!isImported(record));
        record.remote[kImportedFrom] = "mlflow";
        QVERIFY(isImported(record));
    }
};

QTEST_APPLESS_MAIN(tst_importedrun)
#include "tst_importedrun.moc"
