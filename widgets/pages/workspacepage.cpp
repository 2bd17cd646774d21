// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/workspacepage.h"

#include "backends/core/modeltypes.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/themedicon.h"
#include "widgets/pages/jobpage.h"
#include "widgets/panels/jobeditpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/targetspanel.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QStackedLayout>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

constexpr int kFileRole = Qt::UserRole + 1;
constexpr int kIndexRole = Qt::UserRole + 2;

// Of new jobs, as WorkspaceService::create() takes them.
QStringList newKinds() {
    return {QStringLiteral("mlp"), QStringLiteral("cnn"), QStringLiteral("table"), QStringLiteral("gpt"),
            QStringLiteral("program")};
}

// Of a new job, or the network of one that is there.
QString kindText(const QString& kind) {
    if (kind == QLatin1String("table")) return WorkspacePage::tr("Table network");
    if (kind == QLatin1String("program")) return WorkspacePage::tr("Program");
    const ParameterTable* network = findTable(networkTables(), kind.toStdString());
    if (network) return format::text(network->label);
    return kind.isEmpty() ? format::dash() : kind;
}

Timestamp timestampOf(const QDateTime& time) {
    return Timestamp(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

QStandardItem* muted(const QString& text) {
    auto* item = new QStandardItem(text);
    item->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
    return item;
}

}  // namespace

WorkspacePage::WorkspacePage(const Services& services, QWidget* parent)
    : Page(parent),
      m_services(services),
      m_stack(new QStackedLayout(this)),
      m_view(nullptr),
      m_filter(new FilterBar(tr("Filter jobs"))),
      m_count(look::label({}, TextRole::Body, Tone::Muted)),
      m_table(new QTreeView),
      m_model(new QStandardItemModel(this)) {
    auto* browser = new QWidget;
    makeBrowser(browser);
    m_stack->addWidget(browser);

    connect(m_services.workspace, &WorkspaceService::scanned, this, &WorkspacePage::showJobs);
    connect(m_services.workspace, &WorkspaceService::failed, this, [this](const Error& error) {
        m_isMaking = false;
        m_view->showError(error, tr("Look again"));
    });
    connect(m_services.workspace, &WorkspaceService::created, this, [this](const QString& file) {
        refresh();
        Q_EMIT placeRequested({QStringLiteral("workspace"), QStringLiteral("job:") + file});
        const bool isNew = std::exchange(m_isMaking, false);
        if (isNew && isJobOpen() && m_jobPage->file() == file) m_jobPage->editPanel()->editName();
    });
    connect(m_services.runs, &RunService::runsChanged, this, [this](const RunListPtr& runs) {
        m_runs = runs;
        if (m_jobs && !isJobOpen()) showJobs(m_jobs);
    });
    m_view->showLoading();
    refresh();
}

void WorkspacePage::makeBrowser(QWidget* browser) {
    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("Workspace"), TextRole::Page));
    row->addWidget(m_count);
    row->addStretch(1);
    auto* add = look::button(tr("Add folder"));
    auto* make = look::button(tr("New job"), ButtonRole::Primary);
    auto* kinds = new QMenu(make);
    for (const QString& kind : newKinds())
        connect(kinds->addAction(kindText(kind)), &QAction::triggered, this, [this, kind] { newJob(kind); });
    make->setMenu(kinds);
    row->addWidget(add);
    row->addWidget(make);
    auto* bar = new QHBoxLayout;
    look::pack(bar, theme::kPadding, 0, theme::kPadding, 10, 8);
    m_filter->setFixedWidth(320);
    bar->addWidget(m_filter);
    bar->addStretch(1);

    m_model->setHorizontalHeaderLabels({tr("Job"), tr("Kind"), tr("Last run"), tr("File"), tr("Changed")});
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setUniformRowHeights(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setMouseTracking(true);
    m_table->setAccessibleName(tr("Jobs"));
    makeRowsCopyable(m_table);
    m_table->setIndentation(0);
    m_table->setRootIsDecorated(false);
    m_table->setItemsExpandable(false);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(3, QHeaderView::Stretch);
    const int widths[] = {280, 170, 220, 300, 96};
    for (int column = 0; column < 5; ++column) m_table->header()->resizeSection(column, widths[column]);
    m_table->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto* empty = new EmptyState(
        "folder", tr("No jobs here yet"),
        tr("A job is a folder with a job.yaml. Start from a small one that trains in a minute, or add a folder that has some."),
        tr("New job: multilayer perceptron"));
    m_view = new StatefulView(m_table, empty, tr("Looking for jobs"));
    auto* layout = new QVBoxLayout(browser);
    look::pack(layout);
    layout->addWidget(header);
    layout->addLayout(bar);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);
    connect(empty, &EmptyState::actionTriggered, this, [this] { newJob(QStringLiteral("mlp")); });
    connect(m_view, &StatefulView::retryTriggered, this, &WorkspacePage::refresh);
    connect(add, &QPushButton::clicked, this, &WorkspacePage::addFolder);
    connect(m_table, &QTreeView::activated, this, &WorkspacePage::openCurrent);
    connect(m_filter, &FilterBar::filterChanged, this, [this] {
        if (m_jobs) showJobs(m_jobs);
    });
}

void WorkspacePage::makeJobPage() {
    if (m_jobPage) return;
    m_jobPage = new JobPage(m_services);
    m_stack->addWidget(m_jobPage);
    connect(m_jobPage, &JobPage::nameChanged, this, &Page::surroundingsChanged);
    connect(m_jobPage, &JobPage::logSummaryChanged, this, &Page::drawerSummaryChanged);
    connect(m_jobPage, &JobPage::logCloseTriggered, this, &Page::drawerCloseTriggered);
}

bool WorkspacePage::isJobOpen() const { return m_jobPage && m_stack->currentWidget() == m_jobPage; }

void WorkspacePage::refresh() { m_services.workspace->scan(m_services.ui->workspaces()); }

void WorkspacePage::open(const QString& argument) {
    const bool isJob = argument.startsWith(QLatin1String("job:"));
    if (isJob || argument.startsWith(QLatin1String("run:"))) {
        makeJobPage();
        if (isJob)
            m_jobPage->openFile(argument.mid(4));
        else
            openRun(argument.mid(4));
        m_stack->setCurrentWidget(m_jobPage);
    } else {
        m_stack->setCurrentIndex(0);
        refresh();
        m_services.runs->refresh();
    }
    Q_EMIT surroundingsChanged();
}

void WorkspacePage::openRun(const QString& runs) {
    const QStringList ids = runs.section(QLatin1Char('#'), 0, 0).split(QLatin1Char('+'));
    m_jobPage->openRun(RunId(ids.front().toStdString()));
    if (ids.size() > 1) m_jobPage->compareWith(RunId(ids.at(1).toStdString()));
    if (runs.endsWith(QLatin1String("#evaluation")))
        m_jobPage->tabs()->setCurrentIndex(JobPage::EvaluationTab);
}

std::vector<Crumb> WorkspacePage::crumbs() const {
    const Place home{QStringLiteral("workspace"), {}};
    std::vector<Crumb> result{{tr("Workspace"), home}};
    if (!isJobOpen()) return result;
    const QString root = format::lastName(format::folderOf(format::folderOf(m_jobPage->file())));
    if (!root.isEmpty()) result.push_back({root, home});
    result.push_back({m_jobPage->jobName(), {}});
    return result;
}

QWidget* WorkspacePage::sidePanel() const { return isJobOpen() ? m_jobPage->targetsPanel() : nullptr; }
QString WorkspacePage::sideTitle() const { return tr("Where can it run?"); }
QWidget* WorkspacePage::drawer() const { return isJobOpen() ? m_jobPage->drawer() : nullptr; }

QString WorkspacePage::drawerTitle() const { return tr("Log"); }
QString WorkspacePage::drawerSummary() const { return isJobOpen() ? m_jobPage->logSummary() : QString(); }

std::vector<PaletteEntry> WorkspacePage::commands() {
    std::vector<PaletteEntry> result;
    if (isJobOpen()) result = m_jobPage->commands();
    for (const QString& kind : newKinds())
        result.push_back({tr("New job: %1").arg(kindText(kind).toLower()), {}, {}, "plus", [this, kind] {
                              newJob(kind);
                          }});
    result.push_back({tr("Add a workspace folder"), {}, {}, "folder", [this] { addFolder(); }});
    return result;
}

void WorkspacePage::showJobs(const JobFilesPtr& jobs) {
    m_jobs = jobs;
    const QString selected = m_table->currentIndex().siblingAtColumn(0).data(kFileRole).toString();
    m_model->removeRows(0, m_model->rowCount());
    const QString words = m_filter->text();
    QString root;
    QStandardItem* group = nullptr;
    int count = 0;
    for (std::size_t at = 0; at < jobs->size(); ++at) {
        const JobFile& job = (*jobs)[at];
        if (!words.isEmpty() && !(job.name + job.kind + job.file).contains(words, Qt::CaseInsensitive))
            continue;
        if (!group || job.root != root) {
            root = job.root;
            group = new QStandardItem(root.isEmpty() ? tr("Examples") : format::lastName(root));
            group->setData(root.isEmpty() ? tr("opening one makes a copy to change") : root,
                           RowDelegate::DetailRole);
            group->setFlags(Qt::ItemIsEnabled);
            group->setData(true, RowDelegate::IsGroupRole);
            m_model->appendRow(group);
            m_table->setFirstColumnSpanned(group->row(), {}, true);
        }
        count += root.isEmpty() ? 0 : 1;
        auto* name = new QStandardItem(job.name);
        name->setData(QByteArray("file"), RowDelegate::IconRole);
        name->setData(true, RowDelegate::IsStrongRole);
        name->setData(job.file, kFileRole);
        name->setData(static_cast<uint>(at), kIndexRole);
        auto* last = new QStandardItem(job.root.isEmpty() ? QString() : tr("never run"));
        last->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
        if (job.problems > 0) {
            last->setText(tr("%n problem(s) in the file", nullptr, job.problems));
            last->setData(static_cast<int>(Glyph::Triangle), RowDelegate::GlyphRole);
            last->setData(static_cast<int>(Tone::Warn), RowDelegate::GlyphToneRole);
            last->setData(static_cast<int>(Tone::Warn), RowDelegate::ToneRole);
        }
        const auto run = m_runs ? std::find_if(m_runs->begin(), m_runs->end(),
                                               [&](const RunSummary& one) {
                                                   return format::jobFileOf(one.record) == job.file;
                                               })
                                : RunList::const_iterator{};
        if (m_runs && run != m_runs->end()) {
            const Look look = lookOf(run->record.status.state);
            last->setText(QStringLiteral("%1 #%2")
                              .arg(format::stateWord(run->record.status.state))
                              .arg(run->record.number));
            last->setData(format::relativeTime(run->record.started.value_or(run->record.created), now()),
                          RowDelegate::DetailRole);
            last->setData(static_cast<int>(look.glyph), RowDelegate::GlyphRole);
            last->setData(static_cast<int>(look.tone), RowDelegate::GlyphToneRole);
            last->setData(static_cast<int>(look.tone), RowDelegate::ToneRole);
        }
        auto* changed = muted(format::relativeTime(timestampOf(job.changed), now()));
        changed->setToolTip(job.changed.toString(Qt::ISODate));
        const QString relative =
            job.root.isEmpty() ? format::lastName(job.folder) : format::relativeTo(job.root, job.file);
        group->appendRow({name, muted(kindText(job.kind)), last, muted(relative), changed});
        if (job.file == selected) m_table->setCurrentIndex(name->index());
    }
    m_table->expandAll();
    m_count->setText(tr("%n job(s)", nullptr, count));
    if (jobs->empty())
        m_view->showEmpty();
    else
        m_view->showFull();
}

void WorkspacePage::openCurrent() {
    const QModelIndex index = m_table->currentIndex().siblingAtColumn(0);
    if (!index.data(kIndexRole).isValid() || !m_jobs) return;
    const JobFile& job = m_jobs->at(index.data(kIndexRole).toUInt());
    if (job.root.isEmpty()) return copyExample(job);
    Q_EMIT placeRequested({QStringLiteral("workspace"), QStringLiteral("job:") + job.file});
}

void WorkspacePage::copyExample(const JobFile& example) {
    const QStringList folders = m_services.ui->workspaces();
    if (folders.isEmpty()) return addFolder();
    m_services.workspace->copyExample(example, folders.front());
}

void WorkspacePage::addFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose a folder with jobs"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        QStringList folders = m_services.ui->workspaces();
        if (!folders.contains(folder)) folders.append(folder);
        m_services.ui->setWorkspaces(folders);
        refresh();
    });
    dialog->open();
}

void WorkspacePage::newJob(const QString& kind) {
    const QStringList folders = m_services.ui->workspaces();
    if (folders.isEmpty()) return addFolder();
    m_isMaking = true;
    m_services.workspace->create(kind, folders.front());
}

}  // namespace slipway
