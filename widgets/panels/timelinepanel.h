// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to a run, in order: states and ranks with their times, the longest waits told by a bar. GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QLabel;
class QTreeView;
class QStandardItemModel;

namespace slipway {

class StatefulView;

class TimelinePanel final : public QWidget {
    Q_OBJECT
public:
    explicit TimelinePanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    void setError(const Error& error);
    void showLoading();
    int rows() const;

private:
    QStandardItemModel* m_model;
    QTreeView* m_table;
    QLabel* m_earlier;
    RunId m_run;
    std::size_t m_known = 0;  // how many entries it had told when the table was filled
    StatefulView* m_view;
};

}  // namespace slipway
