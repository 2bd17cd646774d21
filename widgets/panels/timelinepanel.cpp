// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/timelinepanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QHeaderView>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace slipway {

TimelinePanel::TimelinePanel(QWidget* parent)
    : QWidget(parent),
      m_model(new QStandardItemModel(this)),
      m_table(new QTreeView),
      m_view(nullptr) {
    m_model->setHorizontalHeaderLabels({tr("Time"), tr("After"), tr("Who"), tr("State"), tr("What")});
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("Timeline"));
    m_table->header()->setStretchLastSection(true);
    m_table->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[] = {130, 90, 80, 130};
    for (int column = 0; column < 4; ++column) m_table->header()->resizeSection(column, widths[column]);
    m_view =
        new StatefulView(m_table,
                         new EmptyState("clock", tr("Nothing has happened yet"),
                                        tr("States of the run and its ranks appear here, with their times.")),
                         tr("Reading the run"));
    m_view->showEmpty();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_view);
}

void TimelinePanel::setRun(const RunSnapshotPtr& run) {
    if (!run || run->timeline.empty()) {
        m_model->removeRows(0, m_model->rowCount());
        m_view->showEmpty();
        return;
    }
    m_view->showFull();
    if (m_model->rowCount() == static_cast<int>(run->timeline.size())) return;
    m_model->removeRows(0, m_model->rowCount());
    const Timestamp begin = run->timeline.front().time;
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
