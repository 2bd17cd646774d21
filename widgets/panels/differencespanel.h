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

    // `comparison` may still be on its way: null.
    void showDifferences(const std::vector<RunRecord>& runs, const RunComparisonPtr& comparison);
    QTableView* table() const { return m_table; }

private:
    void addGroup(const QString& title, const std::vector<RunDifference>& differences);

    QTableView* m_table;
    QStandardItemModel* m_rows;
};

}  // namespace slipway
