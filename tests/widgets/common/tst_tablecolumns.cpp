// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/tablecolumns.h"

#include <QHeaderView>
#include <QStandardItemModel>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_TableColumns : public QObject {
    Q_OBJECT
    static constexpr int kId = Qt::UserRole;
    static void name(QStandardItemModel& model, const QStringList& ids) {
        model.setColumnCount(static_cast<int>(ids.size()));
        for (int column = 0; column < ids.size(); ++column)
            model.setHeaderData(column, Qt::Horizontal, ids.at(column), kId);
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void comeBackThoughOthersCameAndWent() {
        QStandardItemModel model, later;
        name(model, {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d")});
        QHeaderView header(Qt::Horizontal);
        header.setModel(&model);
        header.moveSection(2, 0);
        header.resizeSection(0, 77);
        header.hideSection(1);
        header.setSortIndicator(3, Qt::DescendingOrder);
        const QByteArray state = columns::save(header, kId);
        QCOMPARE(columns::namesIn(state), (QStringList{QStringLiteral("c"), QStringLiteral("a"),
                                                       QStringLiteral("b"), QStringLiteral("d")}));
        name(later, {QStringLiteral("new"), QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("d"),
                     QStringLiteral("c")});
        QHeaderView again(Qt::Horizontal);
        again.setModel(&later);
        columns::restore(again, kId, state);
        QCOMPARE(again.logicalIndex(0), 4);
        QCOMPARE(again.logicalIndex(1), 1);
        QCOMPARE(again.sectionSize(1), 77);
        QVERIFY(again.isSectionHidden(2) && !again.isSectionHidden(0));
        QCOMPARE(again.sortIndicatorSection(), 3);
        QCOMPARE(again.sortIndicatorOrder(), Qt::DescendingOrder);
    }

    void damageChangesNothing() {
        QStandardItemModel model;
        name(model, {QStringLiteral("a"), QStringLiteral("b")});
        QHeaderView header(Qt::Horizontal);
        header.setModel(&model);
        const QByteArray before = columns::save(header, kId);
        for (const char* state : {"", "{", "[]", R"({"columns":[{"id":"z","width":9}]})"}) {
            columns::restore(header, kId, state);
            QCOMPARE(columns::save(header, kId), before);
        }
    }
};

QTEST_MAIN(tst_TableColumns)
#include "tst_tablecolumns.moc"
