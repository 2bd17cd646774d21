// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/itemmodels/targetlistmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

TargetRow row(const std::string& id, std::optional<Verdict> verdict = {}) {
    TargetRow result;
    result.info.id = TargetId(id);
    result.info.label = id;
    if (verdict)
        result.verdict = TargetVerdict{
            TargetId(id), *verdict, "asks for 6; 5 of 16 are free", {{"5 ranks run now", "replicas=5"}}};
    return result;
}

}  // namespace

class tst_TargetListModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aNewVerdictChangesOneRow() {
        TargetListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({row("here"), row("lab/vision")});
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setRows({row("here"), row("lab/vision", Verdict::Never)});
        QCOMPARE(changes.size(), 1);
        QCOMPARE(resets.size(), 0);
        QCOMPARE(model.index(1).data(TargetListModel::VerdictRole).toInt(), static_cast<int>(Verdict::Never));
        QCOMPARE(model.index(1).data(TargetListModel::SuggestionsRole).toStringList(),
                 QStringList{QStringLiteral("5 ranks run now")});
        QVERIFY(!model.index(0).data(TargetListModel::VerdictRole).isValid());
        model.setRows({row("lab/vision")});
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowOf(TargetId("here")), -1);
    }
};

QTEST_GUILESS_MAIN(tst_TargetListModel)
#include "tst_targetlistmodel.moc"
