// SPDX-License-Identifier: GPL-3.0-or-later
// The 28 px at the bottom: places and whether they answer, and long work. GUI thread only.
#pragma once

#include "widgets/common/stateglyph.h"
#include "widgets/common/tasksstrip.h"

#include <QWidget>

class QHBoxLayout;

namespace slipway {

struct StatusMark {
    QString text;
    Tone tone = Tone::Muted;
    QString detail;
};

class StatusStrip final : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(QWidget* parent = nullptr);
    void setMarks(const std::vector<StatusMark>& marks);
    TasksStrip* tasks() const { return m_tasks; }

private:
    QHBoxLayout* m_marks;
    TasksStrip* m_tasks;
};

}  // namespace slipway
