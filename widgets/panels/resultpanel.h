// SPDX-License-Identifier: GPL-3.0-or-later
// A run's result: its files with digests, where they are, and the button that brings them home. GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class ErrorBanner;
class EmptyState;
class StatefulView;

class ResultPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ResultPanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    void setError(const Error& error);
    void setFetched(const RunId& run);
    QPushButton* action() const { return m_fetch; }
    int rows() const;

Q_SIGNALS:
    void fetchTriggered(const slipway::RunId& run);

private:
    RunSnapshotPtr m_run;
    QLabel* m_verdict;
    QLabel* m_place;
    QPushButton* m_fetch;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    EmptyState* m_empty;
    StatefulView* m_view;
};

}  // namespace slipway
