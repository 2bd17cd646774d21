// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/jobpage.h"

#include "widgets/common/errorbanner.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statechip.h"
#include "widgets/common/themedicon.h"
#include "widgets/itemmodels/loglistmodel.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/evaluationpanel.h"
#include "widgets/panels/jobeditpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/packagepanel.h"
#include "widgets/panels/resultpanel.h"
#include "widgets/panels/runpanel.h"
#include "widgets/panels/smokepanel.h"
#include "widgets/panels/targetspanel.h"
#include "widgets/panels/timelinepanel.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QShortcut>
#include <QStackedLayout>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

QString chipText(const RunRecord& run) {
    const QString word = format::stateWord(run.status.state);
    return run.target.str() == "here" ? JobPage::tr("%1 here").arg(word)
                                      : JobPage::tr("%1 on %2").arg(word, format::targetName(run.target));
}

QString summaryText(const RunSnapshot& run) {
    if (isFinal(run.record.status.state)) {
        if (!run.record.ended) return {};
        const QString ago = format::relativeTime(*run.record.ended, now());
        return ago == JobPage::tr("just now") || ago == JobPage::tr("yesterday")
                   ? ago
                   : JobPage::tr("%1 ago").arg(ago);
    }
    if (!run.progress || run.progress->steps <= 0) return format::text(run.record.status.reason);
    QString text = JobPage::tr("%1 %").arg(100 * run.progress->step / run.progress->steps);
    if (run.progress->stepSeconds > 0)
        text +=
            JobPage::tr(" · %1 left")
                .arg(format::text(durationText(static_cast<double>(run.progress->steps - run.progress->step) *
                                               run.progress->stepSeconds)));
    return text;
}

}  // namespace

JobPage::JobPage(const Services& services, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_jobService(services.makeJob(this)),
      m_feed(services.makeFeed(this)),
      m_compareFeed(services.makeFeed(this)),
      m_package(services.makePackage(this)),
      m_dataService(services.makeData(this)),
      m_smokeService(services.makeSmoke(this)),
      m_log(new LogListModel(this)),
      m_name(look::label({}, TextRole::Page)),
      m_runButton(new QToolButton),
      m_runMenu(new QMenu(this)),
      m_chip(new StateChip),
      m_summary(look::label({}, TextRole::Body, Tone::Muted)),
      m_save(look::button(tr("Save"))),
      m_cancel(look::button(tr("Cancel"))),
      m_resume(look::button(tr("Resume"))),
      m_primary(look::button(tr("Train here"), ButtonRole::Primary)),
      m_banner(new ErrorBanner),
      m_trouble(new ErrorBanner(ErrorBanner::Kind::Warning)),
      m_tabs(new QTabBar),
      m_stack(new QStackedLayout),
      m_edit(new JobEditPanel(*m_jobService)),
      m_smoke(new SmokePanel(*m_smokeService)),
      m_dataPanel(new DataPanel(*m_dataService)),
      m_runPanel(new RunPanel),
      m_logPanel(new LogPanel(m_log)),
      m_drawer(new LogPanel(m_log)),
      m_timeline(new TimelinePanel),
      m_packagePanel(new PackagePanel(*m_package)),
      m_evaluation(new EvaluationPanel),
      m_result(new ResultPanel),
      m_targets(new TargetsPanel) {
    look::setSurface(this, Tone::Surface);
    m_drawer->setParent(this);
    m_drawer->hide();
    m_targets->setParent(this);
    m_targets->hide();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    makeHeader(layout);
    layout->addWidget(m_banner);
    layout->addWidget(m_trouble);

    for (const QString& title : {tr("Job"), tr("Data"), tr("Run"), tr("Logs"), tr("Timeline"), tr("Package"),
                                 tr("Evaluation"), tr("Result")})
        m_tabs->addTab(title);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Parts of the job"));
    auto* tabRow = new QWidget;
    tabRow->setFixedHeight(theme::kTabs);
    auto* tabLayout = new QHBoxLayout(tabRow);
    look::pack(tabLayout, theme::kPadding, 0, theme::kPadding, 0, 8);
    tabLayout->addWidget(m_tabs, 0, Qt::AlignBottom);
    tabLayout->addStretch(1);
    tabLayout->addWidget(m_edit->viewChoice());
    layout->addWidget(tabRow);
    layout->addWidget(look::horizontalLine());
    m_edit->setFoot(m_smoke);
    for (QWidget* panel : {static_cast<QWidget*>(m_edit), static_cast<QWidget*>(m_dataPanel),
                           static_cast<QWidget*>(m_runPanel), static_cast<QWidget*>(m_logPanel),
                           static_cast<QWidget*>(m_timeline), static_cast<QWidget*>(m_packagePanel),
                           static_cast<QWidget*>(m_evaluation), static_cast<QWidget*>(m_result)})
        m_stack->addWidget(panel);
    layout->addLayout(m_stack, 1);
    wire();
    refreshHeader();
}

void JobPage::makeHeader(QBoxLayout* layout) {
    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    m_runButton->setMenu(m_runMenu);
    m_runButton->setPopupMode(QToolButton::InstantPopup);
    m_runButton->setFont(theme::font(TextRole::Strong));
    m_runButton->setIcon(themedIcon("chevron-down", Tone::Muted));
    m_runButton->setIconSize({12, 12});
    m_runButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_runButton->setLayoutDirection(Qt::RightToLeft);
    m_runButton->setFocusPolicy(Qt::StrongFocus);
    m_runButton->setAccessibleName(tr("Run"));
    m_runButton->setToolTip(tr("Choose a run of this job"));
    row->addWidget(m_name);
    row->addWidget(m_runButton);
    row->addWidget(m_chip);
    row->addWidget(m_summary);
    row->addStretch(1);
    for (QPushButton* button : {m_save, m_resume, m_cancel, m_primary}) row->addWidget(button);
    layout->addWidget(header);
}

void JobPage::wire() {
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_tabs->updateGeometry();  // the chosen tab is bold, and so wider
        m_stack->setCurrentIndex(tab);
        m_edit->viewChoice()->setVisible(tab == JobTab);
    });
    connect(m_primary, &QPushButton::clicked, this, &JobPage::doPrimary);
    connect(m_save, &QPushButton::clicked, m_jobService, &JobService::save);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.runs->cancel(m_runId); });
    connect(m_resume, &QPushButton::clicked, this, [this] { m_services.runs->resume(m_runId); });
    auto* saveShortcut = new QShortcut(QKeySequence::Save, this);
    connect(saveShortcut, &QShortcut::activated, m_jobService, &JobService::save);
    // Wherever the focus is, beside the page or nowhere.
    for (const int step : {1, -1}) {
        const QKeySequence keys(step > 0 ? QKeyCombination(Qt::Key_F8) : Qt::SHIFT | Qt::Key_F8);
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, [this, step] { goToProblem(step); });
    }

    connect(m_jobService, &JobService::snapshotChanged, this, &JobPage::showJob);
    connect(m_jobService, &JobService::saved, this, [this] {
        m_services.runs->refresh();
        if (m_startWhenSaved) begin(StartRequest(*m_startWhenSaved));
    });
    connect(m_jobService, &JobService::failed, this, [this] { m_startWhenSaved.reset(); });
    connect(m_services.runs, &RunService::runsChanged, this, &JobPage::showRuns);
    connect(m_services.runs, &RunService::started, this, [this](const RunRecord& started) {
        const QString jobFolder = format::text(started.jobFolder);
        m_starting.erase(jobFolder);
        if (jobFolder != folder()) return;
        m_isRunChosen = false;
        m_banner->clear();
        selectRun(started.id);
        m_tabs->setCurrentIndex(RunTab);
    });
    connect(m_services.runs, &RunService::startFailed, this,
            [this](const QString& jobFolder, const Error& error) {
                m_starting.erase(jobFolder);
                m_startErrors.insert_or_assign(jobFolder, error);
                if (jobFolder != folder()) return;  // told when that job is shown again
                m_banner->showError(error);
                refreshHeader();
            });
    connect(m_services.runs, &RunService::failed, this, [this](const RunId& run, const Error& error) {
        if (run.isEmpty() || run == m_runId) m_banner->showError(error);
    });
    connect(m_services.runs, &RunService::fetched, this, [this](const RunId& run) {
        if (run == m_runId && !m_startErrors.contains(folder())) m_banner->clear();  // why it failed before
    });
    connect(m_services.runs, &RunService::underWayChanged, this, &JobPage::refreshHeader);
    connect(m_services.targets, &TargetService::targetsChanged, m_targets, &TargetsPanel::setTargets);
    connect(m_services.targets, &TargetService::targetsChanged, this, &JobPage::refreshHeader);
    connect(m_services.targets, &TargetService::failed, m_targets, &TargetsPanel::setError);
    connect(m_targets, &TargetsPanel::refreshTriggered, m_services.targets, &TargetService::refresh);
    connect(m_targets, &TargetsPanel::currentChanged, this, &JobPage::refreshHeader);
    connect(m_targets, &TargetsPanel::registryChanged, this, &JobPage::refreshHeader);
    connect(m_targets, &TargetsPanel::actionTriggered, this, &JobPage::start);
    connect(m_targets, &TargetsPanel::suggestionChosen, this, &JobPage::applySetting);
    connect(m_smoke, &SmokePanel::settingChosen, this, &JobPage::applySetting);

    connect(m_feed, &RunFeed::snapshotChanged, this, &JobPage::showRun);
    connect(m_feed, &RunFeed::logRestarted, m_log, &LogListModel::clear);
    connect(m_feed, &RunFeed::linesAppended, m_log, &LogListModel::append);
    connect(m_feed, &RunFeed::failed, this, &JobPage::showRunError);
    connect(m_compareFeed, &RunFeed::snapshotChanged, m_runPanel, &RunPanel::setCompared);
    connect(m_compareFeed, &RunFeed::failed, m_runPanel, &RunPanel::setError);
    connect(m_runPanel, &RunPanel::startTriggered, this, &JobPage::start);
    connect(m_runPanel, &RunPanel::logTriggered, this, [this] { m_tabs->setCurrentIndex(LogsTab); });
    connect(m_runPanel, &RunPanel::compareTriggered, this, &JobPage::compareWith);
    connect(m_result, &ResultPanel::fetchTriggered, m_services.runs, &RunService::fetch);
    connect(m_result, &ResultPanel::resumeTriggered, m_services.runs, &RunService::resume);
    connect(m_logPanel, &LogPanel::closeTriggered, this, [this] { m_tabs->setCurrentIndex(RunTab); });
    connect(m_drawer, &LogPanel::closeTriggered, this, &JobPage::logCloseTriggered);
    connect(m_log, &QAbstractItemModel::rowsInserted, this, &JobPage::logSummaryChanged);
    connect(m_log, &QAbstractItemModel::modelReset, this, &JobPage::logSummaryChanged);
}

void JobPage::openFile(const QString& jobFile) {
    if (jobFile == m_file && m_job) return;  // one that could not be read is tried again
    m_isRunChosen = false;
    m_runId = m_askedRun = RunId{};
    m_runs.clear();
    showRun(nullptr);
    m_feed->stop();
    m_log->clear();
    setFile(jobFile);
    m_services.runs->refresh();
    m_tabs->setCurrentIndex(JobTab);
}

// Nothing of the job before stays in sight or can be started, however the reading ends.
void JobPage::setFile(const QString& jobFile) {
    m_file = jobFile;
    m_job.reset();
    m_edit->showLoading();
    const auto error = m_startErrors.find(folder());
    if (error == m_startErrors.end())
        m_banner->clear();
    else
        m_banner->showError(error->second);
    m_targets->setJob(std::nullopt, 0);
    m_packagePanel->setJob(std::nullopt, folder());
    m_dataPanel->setJob(std::nullopt, folder());
    m_smoke->setJob(std::nullopt, folder());
    m_services.targets->judge(std::nullopt);
    m_services.targets->refresh();
    m_jobService->load(jobFile);
    Q_EMIT nameChanged(jobName());
    refreshHeader();
}

void JobPage::openRun(const RunId& run) {
    m_isRunChosen = true;
    m_tabs->setCurrentIndex(RunTab);
    selectRun(run);
    m_services.runs->refresh();
}

void JobPage::compareWith(const RunId& run) {
    m_runPanel->setCompared(nullptr);
    if (run.isEmpty())
        m_compareFeed->stop();
    else
        m_compareFeed->follow(run);
}

QString JobPage::jobName() const {
    // The file may tell another name since a run was made of it.
    if (const RunRecord* run = m_isRunChosen ? record() : nullptr) return format::text(run->job);
    if (m_job && m_job->spec) return format::text(m_job->spec->name);
    if (m_run) return format::text(m_run->record.job);
    return m_file.isEmpty() ? format::text(m_runId.str()) : format::lastName(folder());
}

QString JobPage::folder() const { return format::folderOf(m_file); }

const RunSummary* JobPage::listed() const {
    const auto found = std::find_if(m_runs.begin(), m_runs.end(),
                                    [this](const RunSummary& run) { return run.record.id == m_runId; });
    return found == m_runs.end() ? nullptr : &*found;
}

const RunRecord* JobPage::record() const {
    if (m_run && m_run->record.id == m_runId) return &m_run->record;
    const RunSummary* run = listed();
    return run ? &run->record : nullptr;
}

void JobPage::showJob(const JobSnapshotPtr& job) {
    const bool wasOther = !m_job || !(m_job->spec == job->spec);
    m_job = job;
    m_targets->setJob(job->spec, static_cast<int>(job->problems.size()), job->missingHere);
    // Nothing is made of a text while it is asked whose counts.
    const auto agreed = job->disk == DiskChange::Newer ? std::nullopt : job->spec;
    m_packagePanel->setJob(agreed, folder());
    m_dataPanel->setJob(agreed, folder());
    m_smoke->setJob(agreed, folder(), format::text(job->missingHere));
    if (wasOther) m_services.targets->judge(job->spec);
    Q_EMIT nameChanged(jobName());
    refreshHeader();
}

void JobPage::showRuns(const RunListPtr& runs) {
    m_runs.clear();
    for (const RunSummary& run : *runs)
        if (format::jobFileOf(run.record) == m_file || run.record.id == m_runId) m_runs.push_back(run);
    m_runPanel->setComparable(*runs);
    if (!m_isRunChosen && !m_runs.empty()) selectRun(m_runs.front().record.id);
    refreshRunMenu();
    refreshHeader();
}

void JobPage::selectRun(const RunId& run) {
    if (run == m_runId || run == m_askedRun) return;
    m_runId = m_askedRun = run;
    m_run.reset();
    showRunLoading();
    m_feed->follow(run);
    refreshHeader();
}

void JobPage::showRunLoading() {
    m_runPanel->showLoading();
    m_timeline->showLoading();
    m_evaluation->showLoading();
    m_result->showLoading();
    for (LogPanel* panel : {m_logPanel, m_drawer}) panel->showLoading();
}

void JobPage::showRunError(const Error& error) {
    m_runPanel->setError(error);
    m_timeline->setError(error);
    m_evaluation->setError(error);
    m_result->setError(error);
    for (LogPanel* panel : {m_logPanel, m_drawer}) panel->setError(error);
}

void JobPage::showRun(const RunSnapshotPtr& run) {
    if (run) m_runId = run->record.id;  // the feed follows what was asked for last
    m_run = run;
    m_runPanel->setRun(run);
    m_timeline->setRun(run);
    m_evaluation->setRun(run);
    m_result->setRun(run);
    QString subject;
    QString reason = tr("What the program writes appears here.");
    if (run) {
        subject = run->record.replicas > 1
                      ? tr("#%1, %2 ranks merged by time").arg(run->record.number).arg(run->record.replicas)
                      : QStringLiteral("#%1").arg(run->record.number);
        const RunState state = run->record.status.state;
        if (isFinal(state))
            reason = tr("#%1 ended without writing anything.").arg(run->record.number);
        else if (state < RunState::Running)
            reason = tr("#%1 waits: no log yet.").arg(run->record.number);
        // A run opened from the list of runs brings its job file along.
        const QString jobFile = format::jobFileOf(run->record);
        if (m_file != jobFile) setFile(jobFile);
    }
    for (LogPanel* panel : {m_logPanel, m_drawer}) panel->setSubject(subject, reason);
    refreshHeader();
    Q_EMIT logSummaryChanged();
}

void JobPage::refreshRunMenu() {
    m_runMenu->clear();
    for (const RunSummary& one : m_runs) {
        const RunRecord& run = one.record;
        QAction* action = m_runMenu->addAction(QStringLiteral("#%1 · %2").arg(run.number).arg(chipText(run)));
        connect(action, &QAction::triggered, this, [this, id = run.id] {
            m_isRunChosen = true;
            selectRun(id);
            m_tabs->setCurrentIndex(RunTab);
        });
        if (m_runMenu->actions().size() >= 20) break;
    }
}

void JobPage::refreshHeader() {
    if (const QString name = jobName(); name != m_name->text()) {
        m_name->setText(name);
        Q_EMIT nameChanged(name);
    }
    const RunRecord* run = record();
    const bool isActive = run && !isFinal(run->status.state);
    m_runButton->setVisible(run);
    if (run) m_runButton->setText(QStringLiteral("#%1").arg(run->number));
    if (run) {
        m_chip->setState(run->status.state, chipText(*run));
    } else {
        m_chip->setState(RunState::Draft, m_job && m_job->isModified() ? tr("Draft, edited") : tr("Draft"));
    }
    if (hasProblems()) {
        look::setTone(m_summary, Tone::Error);
        m_summary->setText(tr("✕ %n problem(s)", nullptr, static_cast<int>(m_job->problems.size())));
    } else {
        look::setTone(m_summary, Tone::Muted);
        m_summary->setText(m_run ? summaryText(*m_run) : QString());
    }
    m_tabs->setTabText(JobTab, m_job && m_job->isModified() ? tr("Job ●") : tr("Job"));
    m_tabs->setTabText(RunTab, run ? tr("Run #%1").arg(run->number) : tr("Run"));
    m_save->setVisible(m_job && m_job->isModified());
    m_cancel->setVisible(isActive);
    m_cancel->setEnabled(run && !run->isCancelRequested);
    m_cancel->setText(run && run->isCancelRequested ? tr("Cancelling") : tr("Cancel"));
    const RunSummary* summary = listed();
    m_resume->setVisible(summary && summary->isResumable);
    m_result->setResumable(summary && summary->isResumable);
    const bool isResuming = m_services.runs->isResuming(m_runId);
    look::setHindrance(m_resume, format::resumeHindrance(isResuming));
    m_result->setUnderWay(isResuming, m_services.runs->isFetching(m_runId));
    showTrouble(summary ? summary->trouble : std::nullopt);
    m_primary->setText(isStarting()    ? tr("Starting")
                       : hasProblems() ? tr("Fix problem")
                                       : m_targets->actionText());
    const QString why = m_targets->hindrance();
    m_primary->setEnabled(!isStarting() && (hasProblems() || why.isEmpty()));
    m_primary->setToolTip(hasProblems() ? QString() : why);
}

// Why the run cannot be followed does not take away what is known of it.
void JobPage::showTrouble(const std::optional<Error>& trouble) {
    if (!trouble) return m_trouble->clear();
    if (!hasProblems()) m_summary->setText(tr("last known state"));
    Error told = *trouble;
    told.message = tr("What is shown is the last known state of the run: %1")
                       .arg(format::text(trouble->message))
                       .toStdString();
    if (!m_trouble->shows(told)) m_trouble->showError(told);
}

void JobPage::doPrimary() {
    if (!hasProblems()) return start();
    goToProblem(1);
}

void JobPage::goToProblem(int step) {
    if (!hasProblems()) return;
    m_tabs->setCurrentIndex(JobTab);
    m_edit->goToProblem(step);
}

void JobPage::start() {
    if (!m_job || !m_job->spec || isStarting()) return;
    if (m_job->disk == DiskChange::Newer) return m_tabs->setCurrentIndex(JobTab);  // which asks
    StartRequest request;
    request.job = *m_job->spec;
    request.jobFolder = folder();
    request.jobFileName = format::lastName(m_file);
    request.target = m_targets->current();
    request.registry = m_targets->registry();
    if (!m_job->isModified()) return begin(request);
    m_startWhenSaved = request;
    m_jobService->save();
}

void JobPage::begin(const StartRequest& request) {
    m_startWhenSaved.reset();
    m_starting.insert(request.jobFolder);
    m_startErrors.erase(request.jobFolder);
    m_banner->clear();
    m_services.runs->start(request);
    refreshHeader();
}

void JobPage::applySetting(const QString& setting) {
    const qsizetype equals = setting.indexOf(QLatin1Char('='));
    if (equals <= 0) return;
    m_tabs->setCurrentIndex(JobTab);
    m_jobService->setValue(setting.left(equals), setting.mid(equals + 1));
}

QString JobPage::logSummary() const {
    const RunRecord* run = record();
    if (!run) return tr("not run yet");
    if (m_log->totalLines() == 0)
        return isFinal(run->status.state) ? tr("#%1 wrote none").arg(run->number)
                                          : tr("#%1: no log yet").arg(run->number);
    QString text = tr("#%1, %n line(s)", nullptr, static_cast<int>(m_log->totalLines())).arg(run->number);
    if (m_log->warnings() > 0) text += tr(" · %n warning(s)", nullptr, static_cast<int>(m_log->warnings()));
    return text;
}

std::vector<PaletteEntry> JobPage::commands() {
    std::vector<PaletteEntry> result;
    const auto add = [&](const QString& text, const char* icon, std::function<void()> run,
                         const QString& shortcut = {}) {
        result.push_back({text, jobName(), shortcut, icon, std::move(run)});
    };
    if (m_primary->isEnabled()) add(m_primary->text(), "play", [this] { doPrimary(); });
    if (m_job && m_job->isModified())
        add(
            tr("Save the job"), "download", [this] { m_jobService->save(); }, tr("Ctrl+S"));
    const auto inJob = [this](auto step) {
        return [this, step] {
            m_tabs->setCurrentIndex(JobTab);
            step();
        };
    };
    if (m_edit->canUndo())
        add(tr("Undo the last edit"), "undo", inJob([this] { m_edit->undo(); }), tr("Ctrl+Z"));
    if (m_edit->canRedo())
        add(tr("Redo the edit"), "undo", inJob([this] { m_edit->redo(); }), tr("Ctrl+Shift+Z"));
    if (m_cancel->isVisible()) add(tr("Cancel the run"), "stop", [this] { m_cancel->click(); });
    if (m_resume->isVisible() && m_resume->isEnabled())
        add(tr("Resume the run"), "play", [this] { m_resume->click(); });
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        add(tr("Show %1").arg(m_tabs->tabText(tab).section(QLatin1Char(' '), 0, 0)), "chevron-right",
            [this, tab] { m_tabs->setCurrentIndex(tab); });
    return result;
}

}  // namespace slipway
