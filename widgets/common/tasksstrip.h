// SPDX-License-Identifier: GPL-3.0-or-later
// Long work at the bottom right of the window: what, progress, rate, remaining time, cancel. Shows the newest task and how many
// more there are. GUI thread only.
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QToolButton;

namespace slipway {

struct TaskRow {
    QString id;
    QString title;        // "Pushing fashion-cnn"
    QString detail;       // "212 / 486 MB · 38 MB/s · 7 s"
    double share = -1;    // 0 … 1; below 0: unknown
    bool isDone = false;  // it goes away
    bool canCancel = true;
};

class TasksStrip final : public QWidget {
    Q_OBJECT
public:
    explicit TasksStrip(QWidget* parent = nullptr);
    void update(const TaskRow& task);
    int count() const { return static_cast<int>(m_tasks.size()); }

Q_SIGNALS:
    void cancelTriggered(const QString& id);

private:
    void refresh();

    std::vector<TaskRow> m_tasks;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_detail;
    QToolButton* m_cancel;
};

}  // namespace slipway
