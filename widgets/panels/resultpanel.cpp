// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/resultpanel.h"

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

ResultPanel::ResultPanel(QWidget* parent)
    : QWidget(parent),
      m_verdict(look::label({}, TextRole::Title)),
      m_place(look::label({}, TextRole::Body, Tone::Muted)),
      m_fetch(look::button(tr("Bring the model home"))),
      m_table(new QTreeView),
      m_model(new QStandardItemModel(this)),
      m_view(nullptr) {
    m_model->setHorizontalHeaderLabels({tr("File"), tr("Size"), tr("Digest")});
    m_model->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("Files of the result"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    makeRowsCopyable(m_table);
    m_table->header()->resizeSection(0, 280);
    m_table->header()->resizeSection(1, 100);
    m_place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* full = new QWidget;
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 12, theme::kPadding, 12, 12);
    auto* words = new QVBoxLayout;
    look::pack(words, 0, 0, 0, 0, 2);
    words->addWidget(m_verdict);
    words->addWidget(m_place);
    head->addLayout(words, 1);
    head->addWidget(m_fetch);
    auto* layout = new QVBoxLayout(full);
    look::pack(layout);
    layout->addLayout(head);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_table, 1);
    m_empty = new EmptyState("package", {}, {});
    m_view = new StatefulView(full, m_empty, tr("Reading the result"));
    setRun(nullptr);
    auto* outer = new QVBoxLayout(this);
    look::pack(outer);
    outer->addWidget(m_view);
    connect(m_fetch, &QPushButton::clicked, this, [this] {
        if (m_run) Q_EMIT fetchTriggered(m_run->record.id);
    });
}

void ResultPanel::setRun(const RunSnapshotPtr& run) {
    m_run = run;
    if (!run || (run->results.empty() && run->record.resultReference.empty())) {
        if (run && isFinal(run->record.status.state))
            m_empty->setTexts(tr("No result"), tr("The run ended without a model or another output."));
        else
            m_empty->setTexts(
                tr("No result yet"),
                tr("The model and the job's other outputs are listed here when the run has ended."));
        return m_view->showEmpty();
    }
    m_view->showFull();
    m_verdict->setText(tr("%n file(s) in the result.", nullptr, static_cast<int>(run->results.size())));
    const bool isRemote = run->record.target.str() != "here";
    m_place->setText(isRemote && !run->record.resultReference.empty()
                         ? format::text(run->record.resultReference)
                         : format::text(run->folder) + QStringLiteral("/result"));
    m_fetch->setVisible(isRemote);
    m_fetch->setEnabled(isFinal(run->record.status.state));
    m_model->removeRows(0, m_model->rowCount());
    for (const ResultFile& file : run->results) {
        auto* name = new QStandardItem(format::text(file.path));
        name->setData(QByteArray("file"), RowDelegate::IconRole);
        auto* size = new QStandardItem(format::text(decimalSize(file.size)));
        size->setData(true, RowDelegate::IsNumberRole);
        auto* digest = new QStandardItem(format::text(file.digest.str()));
        digest->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
        m_model->appendRow({name, size, digest});
    }
}

void ResultPanel::setError(const Error& error) { m_view->showError(error); }

void ResultPanel::setFetched(const RunId& run) {
    if (!m_run || m_run->record.id != run) return;
    m_verdict->setText(tr("The result is home, every digest is right."));
    m_place->setText(format::text(m_run->folder) + QStringLiteral("/result"));
    m_fetch->hide();
}

int ResultPanel::rows() const { return m_model->rowCount(); }

}  // namespace slipway
