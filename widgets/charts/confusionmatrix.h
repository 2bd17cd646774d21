// SPDX-License-Identifier: GPL-3.0-or-later
// A confusion matrix: a row each expected class, a column each predicted one, darker where more of the row's samples went. What is right
// has the accent's colour. Numbers stand in cells that have room; every cell says itself in its tool tip. GUI thread only.
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace slipway {

class ConfusionMatrix final : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionMatrix(QWidget* parent = nullptr);

    // `counts` is names.size() rows of as many.
    void setCounts(const QStringList& names, const std::vector<std::vector<std::int64_t>>& counts);
    // What the cell says: "dog taken for cat: 1 of 3 (33 %)"; empty outside of the cells.
    QString textAt(const QPoint& at) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    int cellSide() const;
    QPoint origin() const;  // of the first cell
    int longestName() const;
    void paintCell(QPainter& painter, int row, int column, const QRect& rect) const;

    QStringList m_names;
    std::vector<std::vector<std::int64_t>> m_counts;
    std::vector<std::int64_t> m_rowSums;
};

}  // namespace slipway
