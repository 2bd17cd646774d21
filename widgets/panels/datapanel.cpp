// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/datapanel.h"

#include "backends/core/units.h"
#include "widgets/charts/countbars.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/picturegrid.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/stateglyph.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QProgressBar>
#include <QScrollArea>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTreeView>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kMostRows = 14;  // of a table, before it scrolls
constexpr int kMostCellWidth = 320;
constexpr int kTextColumn = 104;
constexpr int kNumberColumn = 84;

QLabel* wrapped(const QString& text) {
    QLabel* label = look::label(text);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace

DataPanel::DataPanel(DataService& service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_title(look::label({}, TextRole::Heading)),
      m_summary(look::label({}, TextRole::Body, Tone::Muted)),
      m_inputs(new SegmentedControl(tr("Input"))),
      m_progress(new QProgressBar),
      m_look(look::button(tr("Look again"))),
      m_cancel(look::button(tr("Cancel"))),
      m_full(new QWidget),
      m_empty(new EmptyState("file", {}, {}, tr("Look at the data"))) {
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 6, theme::kPadding, 6, 10);
    m_summary->setMinimumWidth(0);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(120);
    m_progress->setAccessibleName(tr("Samples looked at"));
    m_cancel->setAccessibleName(tr("Stop looking at the data"));
    head->addWidget(m_title);
    head->addWidget(m_summary, 1);
    head->addWidget(m_inputs);
    head->addWidget(m_progress);
    head->addWidget(m_cancel);
    head->addWidget(m_look);
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_full);
    scroll->setWidgetResizable(true);
    look::setSurface(this, Tone::Surface);
    look::setSurface(m_full, Tone::Surface);
    auto* full = new QVBoxLayout(m_full);
    look::pack(full);
    m_view = new StatefulView(scroll, m_empty, tr("Looking at the data"));
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addLayout(head);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);

    connect(m_look, &QPushButton::clicked, this, &DataPanel::look);
    connect(m_cancel, &QPushButton::clicked, &m_service, &DataService::cancel);
    connect(m_empty, &EmptyState::actionTriggered, this, &DataPanel::look);
    connect(m_inputs, &SegmentedControl::currentIndexChanged, this, &DataPanel::choose);
    connect(&m_service, &DataService::progressed, this, [this](qint64 done, qint64 total) {
        if (!m_isLooking) return;
        m_progress->setRange(0, total > 0 ? 100 : 0);
        if (total > 0)
            m_progress->setValue(
                static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total)));
        m_summary->setText(total > 0 ? tr("%1 of %2").arg(format::count(done), format::count(total))
                                     : format::count(done));
    });
    connect(&m_service, &DataService::described, this, &DataPanel::showDescription);
    connect(&m_service, &DataService::failed, this, [this](const Error& error) {
        if (!m_isLooking) return;
        stop();
        if (error.code != ErrorCode::Cancelled) return m_view->showError(error);
        m_empty->setTexts(tr("Not looked at"), tr("Columns, samples, class balance and what is broken."));
        m_view->showEmpty();
    });
    setJob(std::nullopt, {});
}

void DataPanel::setJob(const std::optional<JobSpec>& job, const QString& jobFolder) {
    const bool isOther = jobFolder != m_folder;
    if (!job && !isOther && !m_places.empty()) return;
    m_folder = jobFolder;
    auto places = job ? dataPlaces(*job, format::utf8(jobFolder))
                      : Result<std::vector<DataPlace>>(Error{ErrorCode::InvalidArgument, "", "", ""});
    if (!places) return showNothing(places.error());
    if (*places == m_places && !isOther) return;
    m_places = *std::move(places);
    QStringList names;
    for (const DataPlace& place : m_places) names << format::text(place.input);
    m_inputs->setChoices(names);
    m_inputs->setVisible(names.size() > 1);
    m_inputs->setCurrentIndex(0);
    choose(0);
}

void DataPanel::showNothing(const Error& reason) {
    if (m_isLooking) m_service.cancel();
    stop();
    m_places.clear();
    m_inputs->hide();
    m_isLookedAt = true;
    refresh();
    if (!reason.message.empty() && reason.code != ErrorCode::NotFound) return m_view->showError(reason);
    m_empty->setTexts(tr("No data to look at"), reason.code == ErrorCode::NotFound
                                                    ? tr("The job names no inputs.")
                                                    : tr("A job that has no problems shows its data here."));
    m_view->showEmpty();
}

void DataPanel::choose(int index) {
    m_chosen = static_cast<std::size_t>(index);
    if (m_isLooking) m_service.cancel();
    stop();
    m_isLookedAt = false;
    m_view->showLoading();
    refresh();
    if (isVisible()) look();
}

void DataPanel::showEvent(QShowEvent*) {
    if (!m_isLookedAt && !m_isLooking) look();
}

void DataPanel::look() {
    if (m_chosen >= m_places.size()) return;
    m_isLooking = m_isLookedAt = true;
    m_progress->setRange(0, 0);
    m_view->showLoading();
    refresh();
    m_service.describe(m_places[m_chosen]);
}

void DataPanel::stop() {
    m_isLooking = false;
    refresh();
}

void DataPanel::refresh() {
    const bool hasPlace = m_chosen < m_places.size();
    m_title->setText(hasPlace ? format::text(m_places[m_chosen].input) : tr("Data"));
    m_summary->setText(hasPlace && !m_isLooking ? format::text(m_places[m_chosen].place.string())
                                                : QString());
    m_summary->setToolTip(m_summary->text());
    m_progress->setVisible(m_isLooking);
    m_cancel->setVisible(m_isLooking);
    m_look->setVisible(hasPlace && !m_isLooking && m_isLookedAt);
}

void DataPanel::showDescription(const DataDescriptionPtr& found) {
    if (!m_isLooking) return;
    stop();
    delete m_content;
    m_content = new QWidget;
    m_parts = new QVBoxLayout(m_content);
    look::pack(m_parts, theme::kPadding, 14, theme::kPadding, theme::kPadding, 6);
    showFacts(*found);
    showFaults(*found);
    showSamples(*found);
    showClasses(*found);
    showColumns(*found);
    m_parts->addStretch(1);
    m_full->layout()->addWidget(m_content);
    m_view->showFull();
}

void DataPanel::addHeading(const QString& text, const QString& detail) {
    auto* row = new QHBoxLayout;
    look::pack(row, 0, 12, 0, 2, 8);
    row->addWidget(look::label(text, TextRole::Heading));
    row->addWidget(look::label(detail, TextRole::Body, Tone::Muted));
    row->addStretch(1);
    m_parts->addLayout(row);
}

void DataPanel::showFacts(const DataDescription& found) {
    const bool isTable = !found.columns.empty() && found.form != "text";
    const QString amount = found.form == "text" ? tr("%n byte(s)", nullptr, static_cast<int>(found.samples))
                           : isTable            ? tr("%1 rows").arg(format::count(found.samples))
                                                : tr("%1 samples").arg(format::count(found.samples));
    m_parts->addWidget(look::label(amount, TextRole::Title));
    QString form = format::text(found.form);
    if (!form.isEmpty()) form[0] = form[0].toUpper();
    QStringList words{form, format::text(decimalSize({found.bytes}))};
    if (isTable) words.insert(1, tr("%n column(s)", nullptr, static_cast<int>(found.columns.size())));
    m_parts->addWidget(look::label(words.join(QStringLiteral(" · ")), TextRole::Body, Tone::Muted));
    if (!found.facts.empty()) {
        auto* facts = new QGridLayout;
        facts->setContentsMargins(0, 6, 0, 0);
        facts->setHorizontalSpacing(16);
        facts->setVerticalSpacing(4);
        facts->setColumnStretch(1, 1);
        for (const auto& [name, value] : found.facts) {
            const int row = facts->rowCount();
            facts->addWidget(look::label(format::text(name), TextRole::Body, Tone::Muted), row, 0,
                             Qt::AlignTop);
            facts->addWidget(wrapped(format::text(value)), row, 1);
        }
        m_parts->addLayout(facts);
    }
    if (found.hints.empty()) return;
    addHeading(tr("Worth a look"));
    for (const std::string& hint : found.hints) {
        auto* row = new QHBoxLayout;
        look::pack(row, 0, 0, 0, 0, 8);
        row->addWidget(new GlyphLabel(Glyph::Triangle, Tone::Warn), 0, Qt::AlignTop);
        row->addWidget(wrapped(format::text(hint)), 1);
        m_parts->addLayout(row);
    }
}

void DataPanel::showFaults(const DataDescription& found) {
    if (found.faults == 0) return;
    const auto shown = static_cast<std::int64_t>(found.firstFaults.size());
    addHeading(tr("Broken"),
               found.faults > shown
                   ? tr("%1, the first %2").arg(format::count(found.faults), format::count(shown))
                   : format::count(found.faults));
    std::vector<QStringList> rows;
    rows.reserve(found.firstFaults.size());
    for (const DataFault& fault : found.firstFaults)
        rows.push_back({format::text(fault.place), format::text(fault.what)});
    QTreeView* table = addTable({tr("Where"), tr("What")}, rows, tr("What is broken"));
    table->header()->resizeSection(0, kMostCellWidth);
}

void DataPanel::showSamples(const DataDescription& found) {
    if (!found.pictures.empty()) {
        addHeading(tr("Samples"), tr("some of each class"));
        auto* grid = new PictureGrid;
        grid->setPictures(found.pictures);
        m_parts->addWidget(grid);
    }
    if (found.firstRows.empty() || found.columns.empty()) return;
    addHeading(found.form == "text" ? tr("Beginning") : tr("First rows"));
    QStringList titles;
    for (const DescribedColumn& column : found.columns) titles << format::text(column.name);
    std::vector<QStringList> rows;
    rows.reserve(found.firstRows.size());
    for (const auto& row : found.firstRows) {
        QStringList cells;
        for (const std::string& cell : row) cells << format::text(cell);
        rows.push_back(cells);
    }
    QTreeView* table = addTable(titles, rows, tr("First rows"));
    for (int column = 0; column < static_cast<int>(titles.size()); ++column) {
        table->resizeColumnToContents(column);
        table->header()->resizeSection(column,
                                       std::clamp(table->columnWidth(column) + 12, 56, kMostCellWidth));
    }
}

void DataPanel::showClasses(const DataDescription& found) {
    for (const DescribedPart& part : found.parts) {
        if (part.classes.empty()) continue;
        addHeading(part.name.empty() ? tr("Classes") : tr("Classes, %1").arg(format::text(part.name)),
                   tr("%1 samples").arg(format::count(part.samples)));
        auto* bars = new CountBars;
        bars->setCounts(part.classes, part.samples);
        m_parts->addWidget(bars);
    }
}

void DataPanel::showColumns(const DataDescription& found) {
    if (found.columns.empty() || found.form == "text") return;
    addHeading(tr("Columns"));
    std::vector<QStringList> rows;
    rows.reserve(found.columns.size());
    for (const DescribedColumn& column : found.columns)
        rows.push_back({format::text(column.name), format::text(kindText(column)),
                        format::count(column.missing),
                        column.distinct ? format::count(*column.distinct) : tr("many"),
                        format::text(valuesText(column))});
    QTreeView* table = addTable({tr("Column"), tr("Kind"), tr("Missing"), tr("Different"), tr("Values")},
                                rows, tr("Columns"));
    auto* model = qobject_cast<QStandardItemModel*>(table->model());
    for (int row = 0; row < model->rowCount(); ++row) {
        for (const int column : {2, 3}) model->item(row, column)->setData(true, RowDelegate::IsNumberRole);
        if (found.columns[static_cast<std::size_t>(row)].missing > 0)
            model->item(row, 2)->setData(static_cast<int>(Tone::Warn), RowDelegate::ToneRole);
    }
    for (const int column : {2, 3}) {
        model->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table->header()->resizeSection(column, kNumberColumn);
    }
    table->resizeColumnToContents(0);
    table->header()->resizeSection(0,
                                   std::clamp(table->columnWidth(0) + 12, kTextColumn, kMostCellWidth / 2));
    table->header()->resizeSection(1, kTextColumn);
}

QTreeView* DataPanel::addTable(const QStringList& titles, const std::vector<QStringList>& rows,
                               const QString& name) {
    auto* table = new QTreeView;
    auto* model = new QStandardItemModel(table);
    model->setHorizontalHeaderLabels(titles);
    for (const QStringList& row : rows) {
        QList<QStandardItem*> cells;
        for (const QString& cell : row) cells << new QStandardItem(cell);
        model->appendRow(cells);
    }
    setUpTable(table, model, name);
    const int height = table->header()->sizeHint().height() +
                       std::min(static_cast<int>(rows.size()), kMostRows) * theme::kTableRow + 2;
    table->setFixedHeight(height + table->horizontalScrollBar()->sizeHint().height());
    m_parts->addWidget(table);
    return table;
}

QString DataPanel::text() const {
    QStringList lines;
    for (const QLabel* label : findChildren<QLabel*>())
        if (label->isVisibleTo(this) && !label->text().isEmpty()) lines << label->text();
    for (const CountBars* bars : findChildren<CountBars*>()) lines << bars->lines();
    return lines.join(QLatin1Char('\n'));
}

}  // namespace slipway
