// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/rowdelegate.h"

#include "widgets/common/formats.h"
#include "widgets/common/themedicon.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QShortcut>
#include <QToolTip>
#include <QTreeView>

namespace slipway {

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QFontMetrics metrics(theme::font(TextRole::Body));
    const QString text = index.data().toString() + QStringLiteral("    ") + index.data(DetailRole).toString();
    return {
        std::max(metrics.horizontalAdvance(text) + 40, QStyledItemDelegate::sizeHint(option, index).width()),
        theme::kTableRow};
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    painter->save();
    const bool isGroup = index.data(IsGroupRole).toBool();
    Tone surface = isGroup ? Tone::Window : Tone::Surface;
    if (option.state.testFlag(QStyle::State_MouseOver)) surface = Tone::Hover;
    if (option.state.testFlag(QStyle::State_Selected)) surface = Tone::Selection;
    painter->fillRect(option.rect, theme::color(surface));
    const int edge = index.column() == 0 ? 0 : option.rect.left();  // under a tree's branches, too
    painter->fillRect(QRect(edge, option.rect.bottom(), option.rect.right() - edge + 1, 1),
                      theme::color(Tone::Line));
    if (option.state.testFlag(QStyle::State_HasFocus))
        painter->fillRect(
            QRect(option.rect.left(), option.rect.top(), index.column() == 0 ? 3 : 0, option.rect.height()),
            theme::color(Tone::Accent));
    painter->setFont(theme::font(TextRole::Body));
    const int left = index.column() == 0 ? theme::kPadding : 8;
    paintCell(*painter, option.rect.adjusted(left, 0, -8, -1), index);
    painter->restore();
}

bool RowDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                            const QModelIndex& index) {
    const bool isCut = sizeHint(option, index).width() > option.rect.width();
    if (event->type() != QEvent::ToolTip || !isCut || index.data(Qt::ToolTipRole).isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QStringList words{index.data().toString(), index.data(DetailRole).toString()};
    words.removeAll(QString());
    QToolTip::showText(event->globalPos(), words.join(QStringLiteral(" · ")), view);
    return true;
}

void RowDelegate::paintCell(QPainter& painter, const QRect& cell, const QModelIndex& index) const {
    QRect rect = cell;
    if (const QVariant icon = index.data(IconRole); icon.isValid()) {
        const QByteArray name = icon.toByteArray();
        paintIcon(painter, QRectF(rect.left(), rect.center().y() - 7.0, 16, 16), name.constData(),
                  Tone::Muted);
        rect.setLeft(rect.left() + 24);
    }
    if (const QVariant glyph = index.data(GlyphRole); glyph.isValid()) {
        paintGlyph(painter, QRectF(rect.left(), rect.center().y() - 5.5, theme::kGlyph, theme::kGlyph),
                   static_cast<Glyph>(glyph.toInt()), static_cast<Tone>(index.data(GlyphToneRole).toInt()));
        rect.setLeft(rect.left() + theme::kGlyph + 6);
    }
    const QVariant tone = index.data(ToneRole);
    if (index.data(IsStrongRole).toBool() || index.data(IsGroupRole).toBool())
        painter.setFont(theme::font(index.data(IsGroupRole).toBool() ? TextRole::Heading : TextRole::Strong));
    const QString text = index.data().toString();
    paintText(painter, rect, text, tone.isValid() ? static_cast<Tone>(tone.toInt()) : Tone::Text,
              index.data(IsNumberRole).toBool());
    const QString detail = index.data(DetailRole).toString();
    if (detail.isEmpty()) return;
    rect.setLeft(rect.left() + painter.fontMetrics().horizontalAdvance(text) + 8);
    painter.setFont(theme::font(TextRole::Body));
    paintText(painter, rect, detail, Tone::Muted);
}

void RowDelegate::paintText(QPainter& painter, const QRect& rect, const QString& text, Tone tone,
                            bool isNumber) {
    painter.setPen(theme::color(tone));
    if (isNumber)
        format::drawNumber(painter, QRectF(rect), text);
    else
        painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
}

namespace {

void copyRows(const QAbstractItemView& view) {
    const QAbstractItemModel* model = view.model();
    QModelIndexList rows = view.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(),
              [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    QString text;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int column = 0; column < model->columnCount(row.parent()); ++column)
            cells.append(row.siblingAtColumn(column)
                             .data()
                             .toString()
                             .replace(QLatin1Char('\t'), QLatin1Char(' '))
                             .replace(QLatin1Char('\n'), QLatin1Char(' ')));
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    if (!text.isEmpty()) QGuiApplication::clipboard()->setText(text);
}

}  // namespace

void makeRowsCopyable(QAbstractItemView* view) {
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    // The view itself would take the key and copy one cell.
    auto* copy = new QShortcut(QKeySequence::Copy, view);
    copy->setContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QShortcut::activated, view, [view] { copyRows(*view); });
}

void setUpTable(QTreeView* table, QAbstractItemModel* model, const QString& name) {
    table->setModel(model);
    table->setItemDelegate(new RowDelegate(table));
    table->setRootIsDecorated(false);
    table->setItemsExpandable(false);
    table->setIndentation(0);
    table->setUniformRowHeights(true);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setAccessibleName(name);
    makeRowsCopyable(table);
}

}  // namespace slipway
