// SPDX-License-Identifier: GPL-3.0-or-later
// What is not the same in runs that are compared: how they are marked, their settings, places and digests. GUI thread only.
#pragma once

#include "backends/services/comparisonservice.h"

#include <QWidget>

class QStandardItemModel;
class QTableView;

namespace slipway {

class DifferencesPanel final : public QWidget {
    Q_OBJECT
public:
    explicit DifferencesPanel(QWidget* parent = nullptr);

    // `comparison` may still be on its way: null. What is shown already stays as it is, with its selection.
    void showDifferences(const std::vector<RunRecord>& runs, const RunComparisonPtr& comparison);
    QTableView* table() const { return m_table; }

private:
    struct Group {
        QString title;
        std::vector<RunDifference> differences;
        bool operator==(const Group&) const = default;
    };
    void addGroup(const Group& group);

    QTableView* m_table;
    QStandardItemModel* m_rows;
    QStringList m_heads;
    std::vector<Group> m_groups;
};

}  // namespace slipway
