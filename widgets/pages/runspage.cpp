// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/runspage.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/tablecolumns.h"
#include "widgets/common/themedicon.h"
#include "widgets/itemmodels/runstablemodel.h"
#include "widgets/pages/comparisonpage.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QShortcut>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr const char* kTableName = "runs/columns";
constexpr int kWidestPlace = 320;
constexpr const char* kIsFilled = "isFilled";

class RunDelegate final : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

    // Once: a list that comes meanwhile must not undo what is being typed.
    void setEditorData(QWidget* editor, const QModelIndex& index) const override {
        if (editor->property(kIsFilled).toBool()) return;
        RowDelegate::setEditorData(editor, index);
        editor->setProperty(kIsFilled, true);
    }

protected:
    void paintCell(QPainter& painter, const QRect& rect, const QModelIndex& index) const override {
        const auto state = static_cast<RunState>(index.data(RunsTableModel::StateRole).toInt());
        const Look look = lookOf(state);
        const QString text = index.data().toString();
        const int column = index.data(RunsTableModel::NumberRole).isValid() ? index.column() : -1;
        if (column == RunsTableModel::State) {
            paintGlyph(painter, QRectF(rect.left(), rect.center().y() - 5.5, theme::kGlyph, theme::kGlyph),
                       look.glyph, look.tone);
            paintText(painter, rect.adjusted(18, 0, 0, 0), text, look.tone);
        } else if (column == RunsTableModel::Run) {
            painter.setFont(theme::font(TextRole::Strong));
            paintText(painter, rect, text, Tone::Text);
        } else if (column == RunsTableModel::Where) {
            paintIcon(painter, QRectF(rect.left(), rect.center().y() - 7, 15, 15),
                      index.data(RunsTableModel::IsHereRole).toBool() ? "monitor" : "clusters", Tone::Muted);
            paintText(painter, rect.adjusted(22, 0, 0, 0), text, Tone::Text);
        } else if (column == RunsTableModel::Progress) {
            paintProgress(painter, rect, index, text, state, look);
        } else if (column == RunsTableModel::Metric) {
            paintMetric(painter, rect, index, text);
        } else {
            const bool isNumber = index.data(RunsTableModel::NumberRole).toBool();
            const bool isQuiet =
                text == format::dash() || column == RunsTableModel::Started || column == RunsTableModel::Note;
            paintText(painter, rect, text, isQuiet ? Tone::Muted : Tone::Text, isNumber);
        }
    }

private:
    static void paintMetric(QPainter& painter, const QRect& rect, const QModelIndex& index,
                            const QString& text) {
        QRect value = rect;
        const QString name = index.data(RunsTableModel::DetailRole).toString();
        if (!name.isEmpty()) {
            painter.setFont(theme::font(TextRole::Small));
            const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideRight, 58);
            paintText(painter, QRect(rect.right() - 58, rect.top(), 58, rect.height()), shown, Tone::Muted);
            value.setRight(rect.right() - 64);
            painter.setFont(theme::font(TextRole::Body));
        }
        paintText(painter, value, text, text == format::dash() ? Tone::Muted : Tone::Text, true);
    }

    static void paintProgress(QPainter& painter, QRect rect, const QModelIndex& index, const QString& text,
                              RunState state, const Look& look) {
        const QVariant share = index.data(RunsTableModel::ShareRole);
        const QString reason = index.data(RunsTableModel::DetailRole).toString();
        const bool isBad = state == RunState::Failed || state == RunState::Lost;
        if (share.isValid() && !(isBad && !reason.isEmpty())) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            const QRectF track(rect.left(), rect.center().y() - 1.5, 54, 4);
            painter.setBrush(theme::color(Tone::Sunken));
            painter.drawRoundedRect(track, 2, 2);
            painter.setBrush(theme::color(look.tone));
            painter.drawRoundedRect(
                QRectF(track.left(), track.top(), std::max(2.0, track.width() * share.toDouble()), 4), 2, 2);
            rect.setLeft(rect.left() + 54);
            paintText(painter, QRect(rect.left(), rect.top(), 42, rect.height()), text, Tone::Text, true);
            rect.setLeft(rect.left() + 50);
        } else if (!text.isEmpty() && !isBad) {
            paintText(painter, rect, text, Tone::Muted);
            return;
        }
        paintText(painter, rect, reason, isBad ? Tone::Error : Tone::Muted);
    }
};

}  // namespace

RunsPage::RunsPage(const Services& services, QWidget* parent)
    : Page(parent),
      m_services(services),
      m_model(new RunsTableModel(this)),
      m_rows(new RunsFilterModel(this)),
      m_table(new QTableView),
      m_view(nullptr),
      m_noMatch(new QWidget),
      m_filter(new FilterBar(tr("Filter: accuracy > 0.9 and tag:baseline, or words"))),
      m_filterProblem(look::label({}, TextRole::Small, Tone::Error)),
      m_count(look::label({}, TextRole::Body, Tone::Muted)),
      m_cancel(look::button(tr("Cancel run"))),
      m_resume(look::button(tr("Resume"))),
      m_compare(look::button(tr("Compare"))),
      m_open(look::button(tr("Open"), ButtonRole::Primary)) {
    makeTable();
    auto* empty = new EmptyState(
        "runs", tr("No runs yet"),
        tr("Every run of your jobs is listed here, on this machine and in clusters, while it runs and afterwards."),
        tr("Go to the workspace"));
    m_view = new StatefulView(m_table, empty, tr("Reading the runs"));
    m_view->showLoading();
    auto* list = new QWidget;
    auto* layout = new QVBoxLayout(list);
    look::pack(layout);
    layout->addWidget(makeTop());
    layout->addLayout(makeBar());
    layout->addWidget(look::horizontalLine());
    auto* noMatch = new QHBoxLayout(m_noMatch);
    look::pack(noMatch, theme::kPadding, 12, theme::kPadding, 12, 10);
    noMatch->addWidget(look::label(tr("No run passes the filter."), TextRole::Body, Tone::Muted));
    auto* showAll = look::button(tr("Show all"), ButtonRole::Link);
    noMatch->addWidget(showAll);
    noMatch->addStretch(1);
    connect(showAll, &QPushButton::clicked, this, [this] {
        m_filter->clear();
        for (QPushButton* chip : m_chips)
            if (chip->isChecked()) chip->click();
    });
    m_noMatch->hide();
    layout->addWidget(m_noMatch);
    layout->addWidget(m_view, 1);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(list);

    connect(empty, &EmptyState::actionTriggered, this, [this] {
        Q_EMIT placeRequested({QStringLiteral("workspace"), {}});
    });
    connectAll();
    refreshActions();
    refreshCounts();
}

void RunsPage::makeTable() {
    m_rows->setSourceModel(m_model);
    m_table->setModel(m_rows);
    m_table->setItemDelegate(new RunDelegate(this));
    makeRowsCopyable(m_table);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setMouseTracking(true);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("Runs"));
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->verticalHeader()->setMinimumSectionSize(theme::kTableRow);
    m_table->setSortingEnabled(true);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(48);
    const int widths[] = {112, 52, 136, 150, 200, 72, 122, 82, 72, 78, 110, 90, 160};
    for (int column = 0; column < RunsTableModel::ColumnCount; ++column)
        header->resizeSection(column, widths[column]);
    header->setSectionResizeMode(RunsTableModel::Progress, QHeaderView::Stretch);
    m_table->setColumnHidden(RunsTableModel::Group, true);
    m_table->setColumnHidden(RunsTableModel::Note, true);
    m_table->sortByColumn(RunsTableModel::Run, Qt::DescendingOrder);
    const QByteArray saved = m_services.ui->table(QLatin1String(kTableName));
    if (saved.isEmpty()) return;
    QStringList extra;
    for (const QString& name : columns::namesIn(saved))
        if (name.startsWith(QLatin1Char('='))) extra.append(name.mid(1));
    m_model->setExtraColumns(extra);
    columns::restore(*header, RunsTableModel::ColumnIdRole, saved);
}

QWidget* RunsPage::makeTop() {
    auto* top = new QWidget;
    top->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(top);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("Runs"), TextRole::Page));
    row->addWidget(m_count);
    row->addStretch(1);
    for (QPushButton* button : {m_cancel, m_resume, m_compare, m_open}) row->addWidget(button);
    return top;
}

QBoxLayout* RunsPage::makeBar() {
    auto* bar = new QHBoxLayout;
    look::pack(bar, theme::kPadding, 0, theme::kPadding, 10, 8);
    m_filter->setFixedWidth(420);
    m_filter->setAccessibleName(tr("Filter runs"));
    bar->addWidget(m_filter);
    for (int at = 0; at < 3; ++at) {
        m_chips[at] = look::button({}, ButtonRole::Chip);
        m_chips[at]->setCheckable(true);
        bar->addWidget(m_chips[at]);
        connect(m_chips[at], &QPushButton::clicked, this, [this, at](bool isOn) {
            for (int other = 0; other < 3; ++other)
                if (other != at) m_chips[other]->setChecked(false);
            m_rows->setGroup(isOn ? static_cast<RunsFilterModel::Group>(at + 1)
                                  : RunsFilterModel::Group::All);
            refreshCounts();
        });
    }
    m_filterProblem->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar->addWidget(m_filterProblem, 1);
    auto* columns = look::iconButton("columns", tr("Choose the columns"));
    bar->addWidget(columns);
    connect(columns, &QToolButton::clicked, this,
            [this, columns] { openColumnsMenu(columns->mapToGlobal(QPoint(0, columns->height()))); });
    return bar;
}

void RunsPage::connectAll() {
    connect(m_view, &StatefulView::retryTriggered, m_services.runs, &RunService::refresh);
    connect(m_filter, &FilterBar::filterChanged, this, &RunsPage::setFilter);
    connect(m_services.runs, &RunService::runsChanged, this, &RunsPage::showRuns);
    connect(m_services.runs, &RunService::underWayChanged, this, &RunsPage::refreshActions);
    connect(m_services.runs, &RunService::failed, this,
            [this](const RunId&, const Error& error) { m_view->showError(error, tr("Read again")); });
    connect(m_services.runs, &RunService::startFailed, this,
            [this](const QString&, const Error& error) { m_view->showError(error, tr("Read again")); });
    connect(m_model, &RunsTableModel::marksEdited, this, &RunsPage::mark);
    connect(m_table, &QTableView::activated, this, [this] {
        if (selected().size() > 1)
            compare();
        else
            openCurrent();
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPage::openRowMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RunsPage::refreshActions);
    connect(m_open, &QPushButton::clicked, this, &RunsPage::openCurrent);
    connect(m_compare, &QPushButton::clicked, this, &RunsPage::compare);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.runs->cancel(currentRun()); });
    connect(m_resume, &QPushButton::clicked, this, [this] { m_services.runs->resume(currentRun()); });
    const std::pair<Qt::Key, int> keys[] = {{Qt::Key_T, RunsTableModel::Tags},
                                            {Qt::Key_N, RunsTableModel::Note},
                                            {Qt::Key_G, RunsTableModel::Group}};
    for (const auto& [key, column] : keys) {
        auto* shortcut = new QShortcut(QKeySequence(key), m_table);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, edited = column] { editMark(edited); });
    }
    QHeaderView* header = m_table->horizontalHeader();
    connect(header, &QHeaderView::customContextMenuRequested, this,
            [this, header](const QPoint& at) { openColumnsMenu(header->mapToGlobal(at)); });
    connect(header, &QHeaderView::sectionMoved, this, &RunsPage::remember);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &RunsPage::remember);
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        if (column == RunsTableModel::Where && m_table->isVisible()) m_isWhereSized = true;
    });
}

void RunsPage::remember() {
    m_services.ui->setTable(QLatin1String(kTableName),
                            columns::save(*m_table->horizontalHeader(), RunsTableModel::ColumnIdRole));
}

void RunsPage::open(const QString& argument) {
    m_services.runs->refresh();
    const QString runs = argument.section(QLatin1Char(':'), 1);
    if (runs.isEmpty()) {
        if (m_comparison) m_comparison->close();
        m_stack->setCurrentIndex(0);
        Q_EMIT surroundingsChanged();
        return;
    }
    if (!m_comparison) {
        m_comparison = new ComparisonPage(m_services, this);
        m_stack->addWidget(m_comparison);
        connect(m_comparison, &ComparisonPage::titleChanged, this, &RunsPage::surroundingsChanged);
        connect(m_comparison, &ComparisonPage::closeTriggered, this, [this] {
            Q_EMIT placeRequested({QStringLiteral("runs"), {}});
        });
    }
    std::vector<RunId> ids;
    for (const QString& id : runs.split(QLatin1Char('+'))) ids.emplace_back(id.toStdString());
    m_comparison->open(ids);
    m_stack->setCurrentWidget(m_comparison);
    Q_EMIT surroundingsChanged();
}

std::vector<Crumb> RunsPage::crumbs() const {
    if (!m_comparison || m_stack->currentWidget() != m_comparison) return {{tr("Runs"), {}}};
    return {{tr("Runs"), {QStringLiteral("runs"), {}}}, {m_comparison->title(), {}}};
}

std::vector<PaletteEntry> RunsPage::commands() {
    return {{tr("Filter runs"), {}, tr("Ctrl+F"), "filter", [this] { m_filter->setFocus(); }},
            {tr("Compare the chosen runs"), {}, tr("Enter"), "runs", [this] { compare(); }}};
}

void RunsPage::showRuns(const RunListPtr& runs) {
    m_model->setRuns(*runs, now());
    if (!m_filter->text().isEmpty()) setFilter(m_filter->text());  // it may ask for what came just now
    if (runs->empty())
        m_view->showEmpty();
    else
        m_view->showFull();
    fitWhere();
    refreshCounts();
    refreshActions();
}

void RunsPage::setFilter(const QString& text) {
    const auto set = m_rows->setFilter(text);
    look::setProblem(m_filter, !set);
    m_filterProblem->setText(set ? QString() : format::text(set.error().message));
    m_filterProblem->setToolTip(m_filterProblem->text());
    refreshCounts();
}

// A place is never cut: its column is as wide as the longest, until the user sizes it.
void RunsPage::fitWhere() {
    if (m_isWhereSized) return;
    const QFontMetrics metrics(theme::font(TextRole::Body));
    int widest = 0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        widest = std::max(widest,
                          metrics.horizontalAdvance(
                              m_model->index(row, RunsTableModel::Where).data(Qt::DisplayRole).toString()));
    constexpr int kBesides = 58;  // the icon and the cell's padding, as RowDelegate counts it
    m_table->setColumnWidth(RunsTableModel::Where, std::clamp(widest + kBesides, 90, kWidestPlace));
    m_isWhereSized = false;  // that was not the user
}

void RunsPage::refreshCounts() {
    const int all = m_model->rowCount();
    m_count->setText(m_rows->rowCount() == all ? tr("%n run(s)", nullptr, all)
                                               : tr("%1 of %2").arg(m_rows->rowCount()).arg(all));
    int counts[3]{};
    for (int row = 0; row < all; ++row)
        for (int at = 0; at < 3; ++at)
            counts[at] +=
                RunsFilterModel::isIn(static_cast<RunsFilterModel::Group>(at + 1), *m_model->at(row)) ? 1 : 0;
    m_noMatch->setVisible(all > 0 && m_rows->rowCount() == 0);
    const QString words[] = {tr("active %1"), tr("failed %1"), tr("resumable %1")};
    for (int at = 0; at < 3; ++at) {
        m_chips[at]->setText(words[at].arg(counts[at]));
        m_chips[at]->setVisible(counts[at] > 0 || m_chips[at]->isChecked());
    }
}

const RunSummary* RunsPage::current() const {
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : m_model->at(m_rows->mapToSource(rows.front()).row());
}

RunId RunsPage::currentRun() const {
    const RunSummary* run = current();
    return run ? run->record.id : RunId{};
}

void RunsPage::refreshActions() {
    const RunSummary* run = current();
    m_open->setEnabled(run);
    m_cancel->setVisible(run && !isFinal(run->record.status.state));
    m_resume->setVisible(run && run->isResumable);
    const std::size_t chosen = selected().size();
    m_compare->setVisible(chosen > 1);
    m_compare->setText(tr("Compare %1").arg(chosen));
    look::setHindrance(m_resume, format::resumeHindrance(m_services.runs->isResuming(currentRun())));
}

void RunsPage::openCurrent() {
    if (const RunId run = currentRun(); !run.isEmpty())
        Q_EMIT placeRequested(
            {QStringLiteral("workspace"), QStringLiteral("run:") + format::text(run.str())});
}

std::vector<const RunSummary*> RunsPage::selected() const {
    std::vector<const RunSummary*> runs;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows())
        runs.push_back(m_model->at(m_rows->mapToSource(row).row()));
    std::sort(runs.begin(), runs.end(),
              [](const RunSummary* a, const RunSummary* b) { return a->record.number > b->record.number; });
    return runs;
}

void RunsPage::compare() {
    const std::vector<const RunSummary*> runs = selected();
    if (runs.size() < 2) return;
    QStringList ids;
    for (const RunSummary* run : runs) ids.append(format::text(run->record.id.str()));
    Q_EMIT placeRequested({QStringLiteral("runs"), QStringLiteral("compare:") + ids.join(QLatin1Char('+'))});
}

void RunsPage::editMark(int column) {
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid()) return;
    if (m_table->isColumnHidden(column)) {
        m_table->setColumnHidden(column, false);
        remember();
    }
    const QModelIndex cell = m_rows->index(current.row(), column);
    m_table->scrollTo(cell);
    m_table->edit(cell);
}

// What is edited in one of the chosen rows holds for all of them.
void RunsPage::mark(const RunId& run, const MarkChange& change) {
    std::vector<RunId> runs;
    for (const RunSummary* one : selected()) runs.push_back(one->record.id);
    if (std::find(runs.begin(), runs.end(), run) == runs.end()) runs = {run};
    m_services.runs->mark(runs, change);
}

void RunsPage::openRowMenu(const QPoint& at) {
    if (!current()) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (selected().size() > 1)
        menu->addAction(m_compare->text(), this, &RunsPage::compare);
    else
        menu->addAction(tr("Open"), this, &RunsPage::openCurrent);
    menu->addSeparator();
    menu->addAction(tr("Edit tags\tT"), this, [this] { editMark(RunsTableModel::Tags); });
    menu->addAction(tr("Edit note\tN"), this, [this] { editMark(RunsTableModel::Note); });
    menu->addAction(tr("Edit group\tG"), this, [this] { editMark(RunsTableModel::Group); });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void RunsPage::openColumnsMenu(const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 0; column < RunsTableModel::ColumnCount; ++column) {
        if (column == RunsTableModel::Run) continue;
        QAction* action =
            menu->addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool isShown) {
            m_table->setColumnHidden(column, !isShown);
            remember();
        });
    }
    menu->addSeparator();
    addExtraColumns(*menu, tr("Settings"), settingNames(m_model->runs()));
    addExtraColumns(*menu, tr("Metrics"), metricNames(m_model->runs()));
    menu->popup(at);
}

void RunsPage::addExtraColumns(QMenu& menu, const QString& title, const std::vector<std::string>& names) {
    QMenu* inner = menu.addMenu(title);
    inner->setEnabled(!names.empty());
    for (const std::string& one : names) {
        const QString name = format::text(one);
        QAction* action = inner->addAction(name);
        action->setCheckable(true);
        action->setChecked(m_model->extraColumns().contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool isShown) {
            QStringList extra = m_model->extraColumns();
            if (isShown)
                extra.append(name);
            else
                extra.removeAll(name);
            m_model->setExtraColumns(extra);
            if (isShown) m_table->setColumnWidth(m_model->columnCount() - 1, 110);
            remember();
        });
    }
}

void RunsPage::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Find)) return m_filter->setFocus();
    Page::keyPressEvent(event);
}

}  // namespace slipway
