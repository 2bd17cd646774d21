// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures in rows, each with a word below: samples of data and their classes. As high as its width makes it. GUI thread only.
#pragma once

#include "backends/core/datadescription.h"

#include <QImage>
#include <QWidget>

namespace slipway {

class PictureGrid final : public QWidget {
    Q_OBJECT
public:
    explicit PictureGrid(QWidget* parent = nullptr);
    void setPictures(const std::vector<DescribedPicture>& pictures);
    int count() const { return static_cast<int>(m_cells.size()); }
    // "cat: train/cat/1.png"; empty beside pictures.
    QString textAt(const QPoint& at) const;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;

private:
    struct Cell {
        QImage image;
        QString name;
        QString label;
    };
    int columns(int width) const;
    QRect cellRect(int index) const;

    std::vector<Cell> m_cells;
    bool m_hasLabels = false;
};

}  // namespace slipway
