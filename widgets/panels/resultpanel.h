// SPDX-License-Identifier: GPL-3.0-or-later
// A run's result: its files with digests, where they are, and the button that brings them home; or the checkpoint that a run
// without one left, to go on from. GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class ElidedLabel;
class EmptyState;
class StatefulView;

class ResultPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ResultPanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    // Until setRun() or setError().
    void showLoading();
    void setError(const Error& error);
    // Whether the run ended early with a checkpoint to go on from.
    void setResumable(bool isResumable);
    // What the run service is doing for this run, and so is not asked for again.
    void setUnderWay(bool isResuming, bool isFetching);
    QPushButton* action() const { return m_fetch; }
    QString place() const;
    int rows() const;

Q_SIGNALS:
    void fetchTriggered(const slipway::RunId& run);
    void resumeTriggered(const slipway::RunId& run);

private:
    bool isHome() const;
    bool canVerify() const;
    bool wasFetched() const;
    void refresh();
    void showResult();
    QString resultVerdict() const;
    void showCheckpoint();
    void refreshActions();
    void showPlace(const QString& place, bool isFolder);
    void openFolder();

    RunSnapshotPtr m_run;
    bool m_isRead = true;  // else loading, or unreadable
    bool m_isResumable = false;
    bool m_isResuming = false;
    bool m_isFetching = false;
    QLabel* m_verdict;
    ElidedLabel* m_place;
    QPushButton* m_resume;
    QPushButton* m_fetch;
    QPushButton* m_open;
    QPushButton* m_copy;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    EmptyState* m_empty;
    StatefulView* m_view;
};

}  // namespace slipway
