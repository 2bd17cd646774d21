// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs in the user's folders and the examples that come along; opening one shows its job page. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QStackedLayout;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class FilterBar;
class JobPage;
class StatefulView;

class WorkspacePage final : public Page {
    Q_OBJECT
public:
    explicit WorkspacePage(const Services& services, QWidget* parent = nullptr);

    // "" lists jobs; "job:<file>" and "run:<id>" open one; "run:<id>+<id>" shows the second's curves beside the first's,
    // "run:<id>#evaluation" how well its model does.
    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    QWidget* sidePanel() const override;
    QString sideTitle() const override;
    QWidget* drawer() const override;
    QString drawerTitle() const override;
    QString drawerSummary() const override;
    std::vector<PaletteEntry> commands() override;
    QTreeView* table() const { return m_table; }
    // None until a job is first opened: it is most of this page, and the list of jobs is to be seen at once.
    JobPage* jobPage() const { return m_jobPage; }
    StatefulView* view() const { return m_view; }

private:
    void makeBrowser(QWidget* browser);
    void makeJobPage();
    void refresh();
    void showJobs(const JobFilesPtr& jobs);
    void addFolder();
    void newJob(const QString& kind);
    void copyExample(const JobFile& example);
    void openCurrent();
    void openRun(const QString& runs);
    bool isJobOpen() const;

    Services m_services;
    JobFilesPtr m_jobs;
    RunListPtr m_runs;
    QStackedLayout* m_stack;
    StatefulView* m_view;
    FilterBar* m_filter;
    QLabel* m_count;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    JobPage* m_jobPage = nullptr;
    bool m_isMaking = false;  // a new job, which wants a name
};

}  // namespace slipway
