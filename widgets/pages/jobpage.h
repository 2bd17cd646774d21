// SPDX-License-Identifier: GPL-3.0-or-later
// One job and its runs, wherever they are: edit, run, logs, timeline, package, result, with one primary button that is always
// the next sensible step. Owns its services of one job and one run. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

#include <map>
#include <set>

class QBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedLayout;
class QTabBar;
class QToolButton;

namespace slipway {

class DataPanel;
class ErrorBanner;
class EvaluationPanel;
class JobEditPanel;
class LogListModel;
class LogPanel;
class PackagePanel;
class ResultPanel;
class RunPanel;
class SegmentedControl;
class SmokePanel;
class StateChip;
class TargetsPanel;
class TimelinePanel;

class JobPage final : public QWidget {
    Q_OBJECT
public:
    enum Tab { JobTab, DataTab, RunTab, LogsTab, TimelineTab, PackageTab, EvaluationTab, ResultTab };

    explicit JobPage(const Services& services, QWidget* parent = nullptr);

    void openFile(const QString& jobFile);
    // The job file of the run, if its folder still has one, and the run itself.
    // `run` may also be its number, its job's name or "last".
    void openRun(const RunId& run);
    // Its curves beside those of the run that is shown; empty: none.
    void compareWith(const RunId& run);
    QString file() const { return m_file; }
    QString jobName() const;
    TargetsPanel* targetsPanel() const { return m_targets; }
    LogPanel* drawer() const { return m_drawer; }
    JobEditPanel* editPanel() const { return m_edit; }
    RunPanel* runPanel() const { return m_runPanel; }
    QPushButton* primary() const { return m_primary; }
    QTabBar* tabs() const { return m_tabs; }
    std::vector<PaletteEntry> commands();
    // "#18, 3,418 lines · 1 warning"; "#18 waits: no log yet".
    QString logSummary() const;

Q_SIGNALS:
    void nameChanged(const QString& name);
    void logSummaryChanged();
    void logCloseTriggered();

private:
    void makeHeader(QBoxLayout* layout);
    void wire();
    void setFile(const QString& jobFile);
    void showJob(const JobSnapshotPtr& job);
    void showRuns(const RunListPtr& runs);
    void showRun(const RunSnapshotPtr& run);
    void selectRun(const RunId& run);
    void showRunLoading();
    void showRunError(const Error& error);
    void refreshHeader();
    void showTrouble(const std::optional<Error>& trouble);
    void refreshRunMenu();
    void doPrimary();
    void goToProblem(int step);
    void start();
    void begin(const StartRequest& request);
    void applySetting(const QString& setting);
    QString folder() const;  // of the job
    bool isStarting() const { return m_starting.contains(folder()); }
    const RunRecord* record() const;
    const RunSummary* listed() const;
    bool hasProblems() const { return m_job && !m_job->problems.empty(); }

    Services m_services;
    QString m_file;
    JobService* m_jobService;
    RunFeed* m_feed;
    RunFeed* m_compareFeed;
    PackageService* m_package;
    DataService* m_dataService;
    SmokeService* m_smokeService;
    JobSnapshotPtr m_job;
    RunSnapshotPtr m_run;
    std::vector<RunSummary> m_runs;  // of this job, newest first
    RunId m_askedRun;                // as it was asked for: an id, a number or "last"
    RunId m_runId;                   // the same until the first snapshot says which run that is
    bool m_isRunChosen = false;      // by the user: new runs do not take its place
    std::optional<StartRequest> m_startWhenSaved;
    std::set<QString> m_starting;            // job folders whose run is being started
    std::map<QString, Error> m_startErrors;  // by job folder, until the next try
    LogListModel* m_log;

    QLabel* m_name;
    QToolButton* m_runButton;
    QMenu* m_runMenu;
    StateChip* m_chip;
    QLabel* m_summary;
    QPushButton* m_save;
    QPushButton* m_cancel;
    QPushButton* m_resume;
    QPushButton* m_primary;
    ErrorBanner* m_banner;
    ErrorBanner* m_trouble;  // why the run cannot be followed, while it lasts
    QTabBar* m_tabs;
    QStackedLayout* m_stack;
    JobEditPanel* m_edit;
    SmokePanel* m_smoke;
    DataPanel* m_dataPanel;
    RunPanel* m_runPanel;
    LogPanel* m_logPanel;
    LogPanel* m_drawer;
    TimelinePanel* m_timeline;
    PackagePanel* m_packagePanel;
    EvaluationPanel* m_evaluation;
    ResultPanel* m_result;
    TargetsPanel* m_targets;
};

}  // namespace slipway
