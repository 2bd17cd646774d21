// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/itemmodels/targetlistmodel.h"

#include <algorithm>

namespace slipway {

bool TargetRow::operator==(const TargetRow& other) const {
    const auto sameVerdict = [](const std::optional<TargetVerdict>& a,
                                const std::optional<TargetVerdict>& b) {
        if (a.has_value() != b.has_value()) return false;
        if (!a) return true;
        return a->verdict == b->verdict && a->reason == b->reason &&
               a->suggestions.size() == b->suggestions.size() &&
               std::equal(
                   a->suggestions.begin(), a->suggestions.end(), b->suggestions.begin(),
                   [](const auto& x, const auto& y) { return x.text == y.text && x.setting == y.setting; });
    };
    return info.id == other.info.id && info.label == other.info.label && info.detail == other.info.detail &&
           isAsking == other.isAsking && problem == other.problem && hindrance == other.hindrance &&
           sameVerdict(verdict, other.verdict);
}

void TargetListModel::setRows(std::vector<TargetRow> rows) {
    const bool isSameSet =
        rows.size() == m_rows.size() &&
        std::equal(rows.begin(), rows.end(), m_rows.begin(),
                   [](const TargetRow& a, const TargetRow& b) { return a.info.id == b.info.id; });
    if (!isSameSet) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (rows[at] == m_rows[at]) continue;
        m_rows[at] = std::move(rows[at]);
        const QModelIndex changed = index(static_cast<int>(at));
        Q_EMIT dataChanged(changed, changed);
    }
}

const TargetRow* TargetListModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int TargetListModel::rowOf(const TargetId& id) const {
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const TargetRow& row) { return row.info.id == id; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int TargetListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant TargetListModel::data(const QModelIndex& index, int role) const {
    const TargetRow* row = index.isValid() ? at(index.row()) : nullptr;
    if (!row) return {};
    switch (role) {
        case Qt::DisplayRole: return QString::fromStdString(row->info.label);
        case DetailRole: return QString::fromStdString(row->info.detail);
        case VerdictRole:
            return row->verdict ? QVariant(static_cast<int>(row->verdict->verdict)) : QVariant();
        case ReasonRole:
            return !row->problem.isEmpty() ? row->problem
                   : row->verdict          ? QString::fromStdString(row->verdict->reason)
                                           : QString();
        case SuggestionsRole: {
            QStringList texts;
            if (row->verdict)
                for (const VerdictSuggestion& one : row->verdict->suggestions)
                    texts.append(QString::fromStdString(one.text));
            return texts;
        }
        case IsAskingRole: return row->isAsking;
        case TargetIdRole: return QString::fromStdString(row->info.id.str());
        default: return {};
    }
}

}  // namespace slipway
