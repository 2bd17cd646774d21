// SPDX-License-Identifier: GPL-3.0-or-later
// All runs, here and remote: filter as you type, groups of states, sort, copy, open. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QPushButton;
class QTableView;

namespace slipway {

class FilterBar;
class RunsFilterModel;
class RunsTableModel;
class StatefulView;

class RunsPage final : public Page {
    Q_OBJECT
public:
    explicit RunsPage(const Services& services, QWidget* parent = nullptr);

    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    std::vector<PaletteEntry> commands() override;
    QTableView* table() const { return m_table; }
    FilterBar* filter() const { return m_filter; }
    StatefulView* view() const { return m_view; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showRuns(const RunListPtr& runs);
    void refreshCounts();
    void refreshActions();
    void openCurrent();
    void compare();
    void openColumnsMenu(const QPoint& at);
    RunId currentRun() const;
    const RunSummary* current() const;
    std::vector<const RunSummary*> selected() const;  // newest first

    Services m_services;
    RunsTableModel* m_model;
    RunsFilterModel* m_rows;
    QTableView* m_table;
    StatefulView* m_view;
    FilterBar* m_filter;
    QLabel* m_count;
    QPushButton* m_chips[3]{};
    QPushButton* m_cancel;
    QPushButton* m_resume;
    QPushButton* m_compare;
    QPushButton* m_open;
};

}  // namespace slipway
