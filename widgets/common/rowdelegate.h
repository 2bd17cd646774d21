// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of tables and lists: 28 px, hairline below, hover and selection that keep the text colour, tabular numbers. Subclasses
// paint what a cell says; pages' own small models may send a tone and a glyph by the roles below. GUI thread only.
#pragma once

#include "widgets/common/stateglyph.h"

#include <QStyledItemDelegate>

class QAbstractItemModel;
class QAbstractItemView;
class QTreeView;

namespace slipway {

class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    enum Role {
        ToneRole = Qt::UserRole + 500,
        GlyphRole,
        GlyphToneRole,
        IsGroupRole,
        IsNumberRole,
        IsStrongRole,
        DetailRole,
        IconRole
    };

    explicit RowDelegate(QObject* parent = nullptr) : QStyledItemDelegate(parent) {}
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const final;
    // What does not fit its cell is whole in the tool tip, where the model has no other.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

protected:
    // `rect` is the cell without its 8 px of padding.
    virtual void paintCell(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    static void paintText(QPainter& painter, const QRect& rect, const QString& text, Tone tone,
                          bool isNumber = false);
};

// From now on the view's Copy key puts the selected rows, whole, on the clipboard as TSV. Call it once its model is set.
void makeRowsCopyable(QAbstractItemView* view);

// A table of rows that are looked at, chosen and copied, and no more. The model's owner keeps it.
void setUpTable(QTreeView* table, QAbstractItemModel* model, const QString& name);

}  // namespace slipway
