// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/clusterspage.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace slipway {
namespace {

constexpr int kTargetRole = Qt::UserRole + 100;

void setLook(QStandardItem* item, Glyph glyph, Tone tone) {
    item->setData(static_cast<int>(glyph), RowDelegate::GlyphRole);
    item->setData(static_cast<int>(tone), RowDelegate::GlyphToneRole);
    item->setData(static_cast<int>(tone), RowDelegate::ToneRole);
}

QStandardItem* muted(const QString& text) {
    auto* item = new QStandardItem(text);
    item->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
    item->setToolTip(text);
    return item;
}

}  // namespace

ClustersPage::ClustersPage(const Services& services, QWidget* parent)
    : Page(parent),
      m_services(services),
      m_count(look::label({}, TextRole::Body, Tone::Muted)),
      m_table(new QTreeView),
      m_model(new QStandardItemModel(this)),
      m_again(look::button(tr("Ask again"))),
      m_view(nullptr) {
    m_model->setHorizontalHeaderLabels(
        {tr("Namespace and queue"), tr("State"), tr("Queueing"), tr("What it says")});
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setUniformRowHeights(true);
    m_table->setRootIsDecorated(false);
    m_table->setItemsExpandable(false);
    m_table->setIndentation(0);
    m_table->setMouseTracking(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("Clusters"));
    makeRowsCopyable(m_table);
    m_table->header()->setStretchLastSection(true);
    m_table->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[] = {280, 150, 220};
    for (int column = 0; column < 3; ++column) m_table->header()->resizeSection(column, widths[column]);

    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("Clusters"), TextRole::Page));
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(m_again);
    auto* empty = new EmptyState(
        "clusters", tr("No clusters"),
        tr("Contexts of your kubeconfig are listed here:\n%1\nSlipway uses the same file as kubectl.")
            .arg(m_services.kubeconfig),
        tr("Look again"));
    m_view = new StatefulView(m_table, empty, tr("Asking the clusters"));
    m_view->showLoading();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(header);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);
    connect(m_again, &QPushButton::clicked, m_services.targets, &TargetService::refresh);
    connect(empty, &EmptyState::actionTriggered, m_services.targets, &TargetService::refresh);
    connect(m_view, &StatefulView::retryTriggered, m_services.targets, &TargetService::refresh);
    connect(m_services.targets, &TargetService::targetsChanged, this, &ClustersPage::showTargets);
    connect(m_services.targets, &TargetService::failed, this, [this](const Error& error) {
        m_view->showError(error, m_hasNone ? QString() : tr("Look again"));
        m_again->hide();
    });
}

void ClustersPage::open(const QString&) { m_services.targets->refresh(); }

std::vector<Crumb> ClustersPage::crumbs() const { return {{tr("Clusters"), {}}}; }

void ClustersPage::showTargets(const TargetStatesPtr& targets) {
    // What was chosen stays chosen, however often the clusters answer.
    const QString chosen = m_table->currentIndex().siblingAtColumn(0).data(kTargetRole).toString();
    QModelIndex again;
    m_model->removeRows(0, m_model->rowCount());
    QStandardItem* group = nullptr;
    std::string context;
    int contexts = 0;
    for (const TargetState& state : *targets) {
        if (state.info.kind == "machine") continue;
        if (!group || state.info.context != context) {
            context = state.info.context;
            ++contexts;
            group = new QStandardItem(format::text(context));
            group->setData(true, RowDelegate::IsGroupRole);
            group->setFlags(Qt::ItemIsEnabled);
            m_model->appendRow(group);
            m_table->setFirstColumnSpanned(group->row(), {}, true);
        }
        QString place = format::text(state.info.nameSpace);
        if (!state.info.queue.empty()) place += QStringLiteral(" / ") + format::text(state.info.queue);
        auto* name = new QStandardItem(place);
        name->setData(true, RowDelegate::IsStrongRole);
        name->setData(format::text(state.info.id.str()), kTargetRole);
        auto* reach = new QStandardItem;
        QString says;
        switch (state.reach) {
            case TargetState::Reach::Asking:
                reach->setText(tr("Asking"));
                setLook(reach, Glyph::RingQuarter, Tone::Info);
                break;
            case TargetState::Reach::Reachable:
                reach->setText(tr("Reachable"));
                setLook(reach, Glyph::Tick, Tone::Ok);
                break;
            case TargetState::Reach::Unreachable:
                reach->setText(state.error && state.error->code == ErrorCode::PermissionDenied
                                   ? tr("Not permitted")
                                   : tr("Unreachable"));
                setLook(reach, Glyph::Cross, Tone::Error);
                if (state.error) says = format::errorText(*state.error);
                break;
        }
        if (says.isEmpty() && state.verdict) says = format::text(state.verdict->reason);
        group->appendRow({name, reach, muted(format::text(state.info.detail)), muted(says)});
        if (!chosen.isEmpty() && format::text(state.info.id.str()) == chosen) again = name->index();
    }
    m_table->expandAll();
    if (again.isValid()) m_table->setCurrentIndex(again);
    m_count->setText(tr("%n context(s)", nullptr, contexts));
    if (contexts == 0)
        m_view->showEmpty();
    else
        m_view->showFull();
    m_hasNone = contexts == 0;
    m_again->setVisible(!m_hasNone);  // else the page itself has a button that looks again
}

}  // namespace slipway
