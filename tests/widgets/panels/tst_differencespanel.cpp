// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/panels/differencespanel.h"

#include <QApplication>
#include <QTableView>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_DifferencesPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Dark); }
    void init() { failOnWarnings(); }

    void onlyWhatDiffersIsListed() {
        DifferencesPanel panel;
        RunRecord first = record(2, RunState::Succeeded), second = record(1, RunState::Succeeded);
        first.marks.tags = {"a", "b"};
        RunComparison comparison;
        comparison.runs = {first, second};
        comparison.environment = {{"target", {"here", "lab"}}};
        const auto texts = [&panel] {
            QStringList all;
            const QAbstractItemModel* rows = panel.table()->model();
            for (int row = 0; row < rows->rowCount(); ++row)
                for (int column = 0; column < rows->columnCount(); ++column)
                    all.append(rows->index(row, column).data().toString());
            return all.join(QLatin1Char('|'));
        };
        panel.showDifferences({first, second}, nullptr);
        QCOMPARE(texts(), QStringLiteral("Run|||tags|a, b|–"));
        panel.showDifferences({first, second}, std::make_shared<const RunComparison>(comparison));
        QCOMPARE(texts(), QStringLiteral("Run|||tags|a, b|–|Environment|||target|here|lab"));
        QVERIFY(panel.table()->model()->index(2, 0).data(RowDelegate::IsGroupRole).toBool());
        comparison.code = {CodeDiff{2, 10, 3, "--- a\n"}};
        panel.showDifferences({first, second}, std::make_shared<const RunComparison>(comparison));
        QVERIFY2(texts().endsWith(QStringLiteral("|Code|||against the first|–|2 files, +10 −3")),
                 qPrintable(texts()));
        panel.table()->selectRow(3);
        panel.showDifferences({first, second}, std::make_shared<const RunComparison>(comparison));
        QCOMPARE(panel.table()->selectionModel()->selectedRows().size(), 1);
        panel.showDifferences({}, nullptr);
        QCOMPARE(texts(), QString());
    }
};

QTEST_MAIN(tst_DifferencesPanel)
#include "tst_differencespanel.moc"
