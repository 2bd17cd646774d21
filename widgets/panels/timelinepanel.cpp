// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/timelinepanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QHeaderView>
#include <QLabel>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace slipway {

TimelinePanel::TimelinePanel(QWidget* parent)
    : QWidget(parent),
      m_model(new QStandardItemModel(this)),
      m_table(new QTreeView),
      m_earlier(look::label({}, TextRole::Small, Tone::Muted)),
      m_view(nullptr) {
    m_model->setHorizontalHeaderLabels({tr("Time"), tr("After"), tr("Who"), tr("State"), tr("What")});
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    makeRowsCopyable(m_table);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("Timeline"));
    m_table->header()->setStretchLastSection(true);
    m_table->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[] = {130, 90, 80, 130};
    for (int column = 0; column < 4; ++column) m_table->header()->resizeSection(column, widths[column]);
    auto* full = new QWidget;
    auto* fullLayout = new QVBoxLayout(full);
    look::pack(fullLayout);
    m_earlier->setContentsMargins(theme::kPadding, 4, theme::kPadding, 4);
    m_earlier->hide();
    fullLayout->addWidget(m_earlier);
    fullLayout->addWidget(m_table, 1);
    m_view =
        new StatefulView(full,
                         new EmptyState("clock", tr("Nothing has happened yet"),
                                        tr("States of the run and its ranks appear here, with their times.")),
                         tr("Reading the run"));
    m_view->showEmpty();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_view);
}

void TimelinePanel::showLoading() { m_view->showLoading(); }

void TimelinePanel::setError(const Error& error) { m_view->showError(error); }

void TimelinePanel::setRun(const RunSnapshotPtr& run) {
    if (!run || run->timeline.empty()) {
        m_model->removeRows(0, m_model->rowCount());
        m_known = 0;
        m_view->showEmpty();
        return;
    }
    m_view->showFull();
    const std::size_t told = run->earlierEntries + run->timeline.size();
    if (m_known == told && m_run == run->record.id) return;
    m_known = told;
    m_run = run->record.id;
    m_earlier->setText(tr("%n earlier row(s) not shown", nullptr, static_cast<int>(run->earlierEntries)));
    m_earlier->setVisible(run->earlierEntries > 0);
    m_model->removeRows(0, m_model->rowCount());
    const Timestamp begin = run->earlierEntries > 0 ? run->timelineBegin : run->timeline.front().time;
    for (const TimelineEntry& entry : run->timeline) {
        const Look look = lookOf(entry.state);
        auto* time = new QStandardItem(format::clockTime(entry.time));
        time->setToolTip(format::exactTime(entry.time));
        time->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
        auto* after = new QStandardItem(QStringLiteral("+%1").arg(
            format::text(durationText(std::chrono::duration<double>(entry.time - begin).count()))));
        after->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
        auto* who = new QStandardItem(entry.rank < 0 ? tr("run") : tr("rank %1").arg(entry.rank));
        auto* state = new QStandardItem(format::stateWord(entry.state));
        state->setData(static_cast<int>(look.glyph), RowDelegate::GlyphRole);
        state->setData(static_cast<int>(look.tone), RowDelegate::GlyphToneRole);
        state->setData(static_cast<int>(look.tone), RowDelegate::ToneRole);
        m_model->appendRow({time, after, who, state, new QStandardItem(format::text(entry.what))});
    }
}

int TimelinePanel::rows() const { return m_model->rowCount(); }

}  // namespace slipway
