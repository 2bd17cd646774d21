// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of a list as a table; fed whole lists, tells only what changed. Sends meaning by roles, never looks. GUI thread only.
#pragma once

#include "backends/core/runfilter.h"
#include "backends/core/timestamp.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <vector>

namespace slipway {

class RunsTableModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        State,
        Run,
        Job,
        Where,
        Progress,
        Loss,
        Metric,
        Rate,
        Duration,
        Started,
        Tags,
        Group,
        Note,
        ColumnCount  // of those that are always there; the user's own follow
    };
    enum Role {
        SortRole = Qt::UserRole + 1,
        StateRole,   // int of RunState
        ShareRole,   // 0 … 1, or nothing
        DetailRole,  // muted words after the value
        NumberRole,  // true: right-aligned digits
        RunIdRole,
        IsHereRole,
        ColumnIdRole,  // of a header: what the column is kept by
    };

    explicit RunsTableModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    // Newest first. `now` is what ages and durations are counted to.
    void setRuns(std::vector<RunSummary> runs, Timestamp now);
    // Columns the user chose: names that runValue() knows, "optimizer.lr" or "best.accuracy".
    void setExtraColumns(const QStringList& names);
    const QStringList& extraColumns() const { return m_extra; }
    const std::vector<RunSummary>& runs() const { return m_runs; }
    Timestamp now() const { return m_now; }
    const RunSummary* at(int row) const;
    int rowOf(const RunId& id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    // Tags, group and note are edited: marksEdited tells, the list that comes then shows it.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void marksEdited(const slipway::RunId& run, const slipway::MarkChange& change);

private:
    QVariant text(const RunSummary& run, int column) const;
    QVariant sortKey(const RunSummary& run, int column) const;
    double seconds(const RunSummary& run) const;

    QVariant extraValue(const RunSummary& run, int column, bool isKey) const;
    QString extraName(int column) const { return m_extra.at(column - ColumnCount); }

    std::vector<RunSummary> m_runs;
    QStringList m_extra;
    Timestamp m_now{};
};

// By the filter's expression (see runfilter.h), and by groups of states.
class RunsFilterModel final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum class Group { All, Active, Failed, Resumable };
    explicit RunsFilterModel(QObject* parent = nullptr);
    // InvalidArgument: the rows stay as they are.
    Result<void> setFilter(const QString& text);
    void setGroup(Group group);
    static bool isIn(Group group, const RunSummary& run);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    RunFilter m_filter;
    Group m_group = Group::All;
};

}  // namespace slipway
