// SPDX-License-Identifier: GPL-3.0-or-later
// Targets with their verdict for the job at hand, one row each. Sends meaning by roles, never looks. GUI thread only.
#pragma once

#include <QAbstractListModel>

#include "backends/core/target.h"

#include <optional>
#include <vector>

namespace slipway {

struct TargetRow {
    TargetInfo info;
    std::optional<TargetVerdict> verdict;  // none: being asked, or no job
    bool isAsking = false;
    QString problem;    // why it cannot be reached; empty: it can, or is not known yet
    QString hindrance;  // why it is not asked: the job has problems; empty: it is
    bool operator==(const TargetRow& other) const;
};

class TargetListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        DetailRole = Qt::UserRole + 1,
        VerdictRole,
        ReasonRole,
        SuggestionsRole,
        IsAskingRole,
        TargetIdRole
    };

    explicit TargetListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}
    // Best verdict first is the caller's choice of order; rows that stay keep their place.
    void setRows(std::vector<TargetRow> rows);
    const TargetRow* at(int row) const;
    int rowOf(const TargetId& id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<TargetRow> m_rows;
};

}  // namespace slipway
