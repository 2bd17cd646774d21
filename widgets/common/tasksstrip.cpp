// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tasksstrip.h"

#include "widgets/common/looks.h"

#include <QHBoxLayout>
#include <QProgressBar>

#include <algorithm>

namespace slipway {

TasksStrip::TasksStrip(QWidget* parent)
    : QWidget(parent),
      m_title(look::label({}, TextRole::Small)),
      m_bar(new QProgressBar),
      m_detail(look::label({}, TextRole::Small, Tone::Muted)),
      m_cancel(look::iconButton("close", tr("Cancel the task"))) {
    m_bar->setFixedWidth(88);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_bar->setAccessibleName(tr("Progress"));
    m_cancel->setIconSize({12, 12});
    auto* layout = new QHBoxLayout(this);
    look::pack(layout, 0, 0, 8, 0, 8);
    layout->addWidget(look::verticalLine());
    layout->addSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_bar);
    layout->addWidget(m_detail);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (!m_tasks.empty()) Q_EMIT cancelTriggered(m_tasks.back().id);
    });
    hide();
}

void TasksStrip::update(const TaskRow& task) {
    const auto found =
        std::find_if(m_tasks.begin(), m_tasks.end(), [&](const TaskRow& one) { return one.id == task.id; });
    if (task.isDone) {
        if (found != m_tasks.end()) m_tasks.erase(found);
    } else if (found != m_tasks.end()) {
        *found = task;
    } else {
        m_tasks.push_back(task);
    }
    refresh();
}

void TasksStrip::refresh() {
    setVisible(!m_tasks.empty());
    if (m_tasks.empty()) return;
    const TaskRow& task = m_tasks.back();
    m_title->setText(m_tasks.size() == 1
                         ? task.title
                         : tr("%1 and %2 more").arg(task.title, QString::number(m_tasks.size() - 1)));
    m_bar->setRange(0, task.share < 0 ? 0 : 1000);
    m_bar->setValue(static_cast<int>(std::clamp(task.share, 0.0, 1.0) * 1000));
    m_detail->setText(task.detail);
    m_cancel->setVisible(task.canCancel);
}

}  // namespace slipway
