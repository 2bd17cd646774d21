// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/picturegrid.h"

#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kSide = 56;
constexpr int kGap = 8;
constexpr int kCaption = 18;

}  // namespace

PictureGrid::PictureGrid(QWidget* parent) : QWidget(parent) {
    setFont(theme::font(TextRole::Small));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void PictureGrid::setPictures(const std::vector<DescribedPicture>& pictures) {
    m_cells.clear();
    m_hasLabels = false;
    for (const DescribedPicture& one : pictures) {
        const QImage image(reinterpret_cast<const uchar*>(one.pixels.data()), static_cast<int>(one.width),
                           static_cast<int>(one.height), 3 * static_cast<qsizetype>(one.width),
                           QImage::Format_RGB888);
        m_cells.push_back({image.copy(), format::text(one.name), format::text(one.label)});
        m_hasLabels = m_hasLabels || !one.label.empty();
    }
    setAccessibleName(tr("%n sample(s)", nullptr, count()));
    updateGeometry();
    update();
}

int PictureGrid::columns(int width) const { return std::max(1, (width + kGap) / (kSide + kGap)); }

int PictureGrid::heightForWidth(int width) const {
    const int rows = (count() + columns(width) - 1) / columns(width);
    return rows * (kSide + kGap + (m_hasLabels ? kCaption : 0)) - (rows > 0 ? kGap : 0);
}

QSize PictureGrid::sizeHint() const {
    const int width = 8 * (kSide + kGap);
    return {width, heightForWidth(width)};
}

QRect PictureGrid::cellRect(int index) const {
    const int column = index % columns(width());
    const int row = index / columns(width());
    const QRect cell(column * (kSide + kGap), row * (kSide + kGap + (m_hasLabels ? kCaption : 0)), kSide,
                     kSide);
    return QStyle::visualRect(layoutDirection(), rect(), cell);
}

QString PictureGrid::textAt(const QPoint& at) const {
    for (int i = 0; i < count(); ++i) {
        const Cell& cell = m_cells[static_cast<std::size_t>(i)];
        if (cellRect(i).contains(at))
            return cell.label.isEmpty() ? cell.name : tr("%1: %2").arg(cell.label, cell.name);
    }
    return {};
}

bool PictureGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), textAt(help->pos()), this);
    return true;
}

void PictureGrid::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(theme::color(Tone::Muted));
    for (int i = 0; i < count(); ++i) {
        const Cell& cell = m_cells[static_cast<std::size_t>(i)];
        const QRect rect = cellRect(i);
        painter.fillRect(rect, theme::color(Tone::Sunken));
        const QSize size = cell.image.size().scaled(rect.size(), Qt::KeepAspectRatio);
        QRect image(QPoint(0, 0), size);
        image.moveCenter(rect.center());
        // Pixels of tiny pictures stay squares.
        painter.setRenderHint(QPainter::SmoothPixmapTransform, cell.image.width() > size.width());
        painter.drawImage(image, cell.image);
        const QRect caption(rect.left(), rect.bottom() + 1, rect.width(), kCaption);
        painter.drawText(caption, Qt::AlignCenter,
                         fontMetrics().elidedText(cell.label, Qt::ElideRight, caption.width()));
    }
}

}  // namespace slipway
