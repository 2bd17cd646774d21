// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of a list as a table; fed whole lists, tells only what changed. Sends meaning by roles, never looks. GUI thread only.
#pragma once

#include "backends/core/runsummary.h"
#include "backends/core/timestamp.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <vector>

namespace slipway {

class RunsTableModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { State, Run, Job, Where, Progress, Loss, Metric, Rate, Duration, Started, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1,
        StateRole,   // int of RunState
        ShareRole,   // 0 … 1, or nothing
        DetailRole,  // muted words after the value
        NumberRole,  // true: right-aligned digits
        RunIdRole,
        IsHereRole,
    };

    explicit RunsTableModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    // Newest first. `now` is what ages and durations are counted to.
    void setRuns(std::vector<RunSummary> runs, Timestamp now);
    const RunSummary* at(int row) const;
    int rowOf(const RunId& id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant text(const RunSummary& run, int column) const;
    QVariant sortKey(const RunSummary& run, int column) const;
    double seconds(const RunSummary& run) const;

    std::vector<RunSummary> m_runs;
    Timestamp m_now{};
};

// Filter as you type: every word must stand somewhere in the row; and by groups of states.
class RunsFilterModel final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum class Group { All, Active, Failed, Resumable };
    explicit RunsFilterModel(QObject* parent = nullptr);
    void setWords(const QString& words);
    void setGroup(Group group);
    static bool isIn(Group group, const RunSummary& run);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
    Group m_group = Group::All;
};

}  // namespace slipway
