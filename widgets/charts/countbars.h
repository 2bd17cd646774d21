// SPDX-License-Identifier: GPL-3.0-or-later
// How many there are of each of a few things, as bars beside each other: classes of data. Painted as one. GUI thread only.
#pragma once

#include "backends/core/datadescription.h"

#include <QWidget>

namespace slipway {

class CountBars final : public QWidget {
    Q_OBJECT
public:
    explicit CountBars(QWidget* parent = nullptr);
    // Shares are of `total`. The first few are shown, and how many more there are.
    void setCounts(const std::vector<CountedValue>& counts, std::int64_t total);
    // What is shown, row by row: "cat  1,200  12.0 %".
    QStringList lines() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    struct Row {
        QString name;
        QString count;
        QString share;
        double length = 0;  // of the longest bar
    };
    std::vector<Row> m_rows;
    QString m_more;
};

}  // namespace slipway
