// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to a run, in order: states and ranks with their times, the longest waits told by a bar. GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QTreeView;
class QStandardItemModel;

namespace slipway {

class StatefulView;

class TimelinePanel final : public QWidget {
    Q_OBJECT
public:
    explicit TimelinePanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    int rows() const;

private:
    QStandardItemModel* m_model;
    QTreeView* m_table;
    StatefulView* m_view;
};

}  // namespace slipway
