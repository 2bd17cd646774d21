// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

#include <utility>
#include <vector>

using namespace slipway;
using namespace slipway::test;

class tst_RowDelegate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void copiesWholeRowsInTheirOrder() {
        QStandardItemModel model(3, 2);
        for (int row = 0; row < 3; ++row) {
            model.setItem(row, 0, new QStandardItem(QStringLiteral("name %1").arg(row)));
            model.setItem(row, 1, new QStandardItem(QStringLiteral("a\tb\nc %1").arg(row)));
        }
        QTableView view;
        view.setModel(&model);
        makeRowsCopyable(&view);
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        view.setFocus();
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
        QTest::keySequence(&view, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before"));  // nothing is selected
        view.selectionModel()->select(model.index(2, 1),
                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
        view.selectionModel()->select(model.index(0, 0),
                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTest::keySequence(&view, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("name 0\ta b c 0\nname 2\ta b c 2\n"));
    }

    void rowsShowWhatTheyAre() {
        QStandardItem* item = nullptr;
        QStandardItemModel model;
        model.appendRow(item = new QStandardItem(QStringLiteral("name")));
        const RowDelegate delegate;
        QStyleOptionViewItem option;
        option.rect = QRect(0, 0, 200, theme::kTableRow);
        const auto painted = [&] {
            QImage image(option.rect.size(), QImage::Format_RGB32);
            QPainter painter(&image);
            delegate.paint(&painter, option, model.index(0, 0));
            return image;
        };
        const auto surface = [&] { return painted().pixelColor(195, 3); };
        QCOMPARE(surface(), theme::color(Tone::Surface));
        QCOMPARE(painted().pixelColor(100, theme::kTableRow - 1), theme::color(Tone::Line));
        option.state = QStyle::State_MouseOver;
        QCOMPARE(surface(), theme::color(Tone::Hover));
        option.state |= QStyle::State_Selected;
        QCOMPARE(surface(), theme::color(Tone::Selection));
        QCOMPARE(painted().pixelColor(1, 10), theme::color(Tone::Selection));
        option.state |= QStyle::State_HasFocus;
        QCOMPARE(painted().pixelColor(1, 10), theme::color(Tone::Accent));
        option.state = QStyle::State_HasFocus;  // Tab came here, nothing is chosen yet
        QCOMPARE(painted().pixelColor(1, 10), theme::color(Tone::Accent));
        option.state = {};
        QImage before = painted();
        const std::vector<std::pair<int, QVariant>> values{
            {RowDelegate::ToneRole, static_cast<int>(Tone::Error)},
            {RowDelegate::GlyphRole, static_cast<int>(Glyph::Tick)},
            {RowDelegate::IconRole, QByteArray("folder")},
            {RowDelegate::DetailRole, QStringLiteral("detail")},
            {RowDelegate::IsNumberRole, true},
            {RowDelegate::IsGroupRole, true}};
        for (const auto& [role, value] : values) {
            item->setData(value, role);
            const QImage after = painted();
            QVERIFY2(after != before, qPrintable(QString::number(role)));
            before = after;
        }
    }

    void aRowIsAsWideAsItsWordsAndOfOneHeight() {
        QStandardItemModel model;
        model.appendRow(new QStandardItem(QStringLiteral("name")));
        const RowDelegate delegate;
        const auto hint = [&] { return delegate.sizeHint({}, model.index(0, 0)); };
        const QSize alone = hint();
        QCOMPARE(alone.height(), theme::kTableRow);
        model.item(0)->setData(QStringLiteral("and more"), RowDelegate::DetailRole);
        QVERIFY(hint().width() > alone.width());
    }
};

QTEST_MAIN(tst_RowDelegate)
#include "tst_rowdelegate.moc"
