// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/statusstrip.h"

#include "widgets/common/looks.h"

#include <QHBoxLayout>

namespace slipway {

StatusStrip::StatusStrip(QWidget* parent)
    : QWidget(parent),
      m_marks(new QHBoxLayout),
      m_tasks(new TasksStrip) {
    look::setSurface(this, Tone::Window);
    setFixedHeight(theme::kStatus);
    look::pack(m_marks, 12, 0, 0, 0, 4);
    auto* layout = new QHBoxLayout(this);
    look::pack(layout);
    layout->addLayout(m_marks);
    layout->addStretch(1);
    layout->addWidget(m_tasks);
}

void StatusStrip::setMarks(const std::vector<StatusMark>& marks) {
    while (QLayoutItem* item = m_marks->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    for (const StatusMark& mark : marks) {
        auto* glyph = new GlyphLabel(mark.tone == Tone::Error ? Glyph::Cross
                                     : mark.tone == Tone::Ok  ? Glyph::Disc
                                                              : Glyph::DashedRing,
                                     mark.tone);
        auto* text = look::label(mark.text, TextRole::Small);
        for (QWidget* widget : {static_cast<QWidget*>(glyph), static_cast<QWidget*>(text)}) {
            widget->setToolTip(mark.detail);
            m_marks->addWidget(widget);
        }
        m_marks->addSpacing(10);
    }
}

}  // namespace slipway
