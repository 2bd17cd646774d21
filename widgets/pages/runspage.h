// SPDX-License-Identifier: GPL-3.0-or-later
// All runs, here and remote: filter as you type, groups of states, sort, mark, copy, open, compare. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace slipway {

class ComparisonPage;
class FilterBar;
class RunsFilterModel;
class RunsTableModel;
class StatefulView;

class RunsPage final : public Page {
    Q_OBJECT
public:
    explicit RunsPage(const Services& services, QWidget* parent = nullptr);

    // "" lists runs; "compare:<id>+<id>…" shows them beside each other, the newest first.
    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    std::vector<PaletteEntry> commands() override;
    QTableView* table() const { return m_table; }
    FilterBar* filter() const { return m_filter; }
    StatefulView* view() const { return m_view; }
    // None until runs are first compared.
    ComparisonPage* comparison() const { return m_comparison; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeTable();
    QWidget* makeTop();
    QBoxLayout* makeBar();
    void connectAll();
    void showRuns(const RunListPtr& runs);
    void setFilter(const QString& text);
    void refreshCounts();
    void refreshActions();
    void openCurrent();
    void compare();
    void editMark(int column);
    void mark(const RunId& run, const MarkChange& change);
    void openRowMenu(const QPoint& at);
    void openColumnsMenu(const QPoint& at);
    void addExtraColumns(QMenu& menu, const QString& title, const std::vector<std::string>& names);
    void fitWhere();
    void remember();
    RunId currentRun() const;
    const RunSummary* current() const;
    std::vector<const RunSummary*> selected() const;  // newest first

    Services m_services;
    RunsTableModel* m_model;
    RunsFilterModel* m_rows;
    QTableView* m_table;
    StatefulView* m_view;
    QWidget* m_noMatch;  // in the place of rows
    FilterBar* m_filter;
    QLabel* m_filterProblem;
    QLabel* m_count;
    QStackedLayout* m_stack = nullptr;
    ComparisonPage* m_comparison = nullptr;
    bool m_isWhereSized = false;  // by the user
    QPushButton* m_chips[3]{};
    QPushButton* m_cancel;
    QPushButton* m_resume;
    QPushButton* m_compare;
    QPushButton* m_open;
};

}  // namespace slipway
