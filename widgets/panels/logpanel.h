// SPDX-License-Identifier: GPL-3.0-or-later
// A run's log: ranks merged, filter by rank and level, search, follow. Shows a model it does not own. GUI thread only.
#pragma once

#include "backends/core/error.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QListView;

namespace slipway {

class FilterBar;
class LogListModel;
class StatefulView;

class LogPanel final : public QWidget {
    Q_OBJECT
public:
    explicit LogPanel(LogListModel* model, QWidget* parent = nullptr);
    // "#42, 8 ranks merged by time"; and why there is no line yet. Ends loading and errors.
    void setSubject(const QString& subject, const QString& emptyReason);
    void showLoading();
    // Lines that came before it stay in sight.
    void setError(const Error& error);
    QListView* list() const { return m_list; }
    FilterBar* search() const { return m_search; }

Q_SIGNALS:
    void closeTriggered();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void refresh();
    void refreshView();
    void refreshRanks();
    void find(int step);

    LogListModel* m_model;
    bool m_isLoading = false;
    std::optional<Error> m_error;
    QListView* m_list;
    StatefulView* m_view;
    QLabel* m_subject;
    QLabel* m_counts;
    QComboBox* m_ranks;
    QComboBox* m_levels;
    FilterBar* m_search;
    QCheckBox* m_follow;
};

}  // namespace slipway
