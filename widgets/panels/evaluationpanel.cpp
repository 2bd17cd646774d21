// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/evaluationpanel.h"

#include "widgets/charts/confusionmatrix.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QTreeView>

namespace slipway {
namespace {

constexpr int kNumberWidth = 78;

QString scoreText(const std::optional<double>& score) {
    return score ? QString::number(*score, 'g', 4) : format::dash();
}

QStandardItem* numberItem(const QString& text) {
    auto* item = new QStandardItem(text);
    item->setData(true, RowDelegate::IsNumberRole);
    return item;
}

}  // namespace

EvaluationPanel::EvaluationPanel(QWidget* parent)
    : QWidget(parent),
      m_headline(look::label({}, TextRole::Title)),
      m_others(look::label({}, TextRole::Body, Tone::Muted)),
      m_table(new QTreeView),
      m_model(new QStandardItemModel(this)),
      m_matrix(new ConfusionMatrix) {
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(this));
    m_table->setRootIsDecorated(false);
    m_table->setItemsExpandable(false);
    m_table->setIndentation(0);
    m_table->setUniformRowHeights(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Scores by class and group"));
    makeRowsCopyable(m_table);
    auto* words = new QVBoxLayout;
    look::pack(words, theme::kPadding, 12, theme::kPadding, 12, 2);
    words->addWidget(m_headline);
    words->addWidget(m_others);
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_matrix);
    scroll->setWidgetResizable(true);
    auto* parts = new QHBoxLayout;
    look::pack(parts);
    parts->addWidget(m_table, 5);
    parts->addWidget(scroll, 4);
    auto* full = new QWidget;
    auto* layout = new QVBoxLayout(full);
    look::pack(layout);
    layout->addLayout(words);
    layout->addWidget(look::horizontalLine());
    layout->addLayout(parts, 1);
    m_empty = new EmptyState("check", {}, {});
    m_view = new StatefulView(full, m_empty, tr("Reading the evaluation"));
    auto* outer = new QVBoxLayout(this);
    look::pack(outer);
    outer->addWidget(m_view);
    setRun(nullptr);
}

void EvaluationPanel::setRun(const RunSnapshotPtr& run) {
    const auto report = run ? run->evaluation : nullptr;
    if (!report) {
        m_shown.reset();
        const bool hasEnded = run && isFinal(run->record.status.state);
        m_empty->setTexts(
            hasEnded ? tr("No evaluation") : tr("No evaluation yet"),
            hasEnded && !run->isHome
                ? tr("It is part of the result, which is not on this machine.")
                : tr("A result with an evaluation.json is shown here; the trainer writes one where data are held out for it."));
        return m_view->showEmpty();
    }
    m_view->showFull();
    if (report == m_shown) return;
    m_shown = report;
    show(*report);
}

void EvaluationPanel::setError(const Error& error) { m_view->showError(error); }

void EvaluationPanel::showLoading() {
    m_shown.reset();
    m_view->showLoading();
}

void EvaluationPanel::show(const EvaluationReport& report) {
    QStringList others;
    m_headline->clear();
    for (const auto& [name, score] : report.scores) {
        const QString text = format::metricName(name) + u' ' + scoreText(score);
        if (m_headline->text().isEmpty())
            m_headline->setText(text);
        else
            others << text;
    }
    others << tr("%1 samples").arg(format::count(report.samples));
    m_others->setText(others.join(QStringLiteral("   ")));

    m_model->clear();
    QStringList titles{tr("Name"), tr("Samples")};
    for (const auto* parts : {&report.classes, &report.groups})
        if (!parts->empty())
            for (const auto& [name, score] : parts->front().scores)
                if (!titles.contains(format::metricName(name))) titles << format::metricName(name);
    m_model->setHorizontalHeaderLabels(titles);
    for (int column = 1; column < titles.size(); ++column) {
        m_model->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->header()->resizeSection(column, kNumberWidth);
    }
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    addParts(tr("By class"), report.classes);
    addParts(tr("By group"), report.groups);
    m_table->setVisible(m_model->rowCount() > 0);

    QStringList names;
    for (const EvaluationPart& one : report.classes) names << format::text(one.name);
    m_matrix->setCounts(names, report.confusion);
    m_matrix->setVisible(!report.confusion.empty());
}

void EvaluationPanel::addParts(const QString& title, const std::vector<EvaluationPart>& parts) {
    if (parts.empty()) return;
    auto* group = new QStandardItem(title);
    group->setData(true, RowDelegate::IsGroupRole);
    group->setFlags(Qt::ItemIsEnabled);
    m_model->appendRow(group);
    m_table->setFirstColumnSpanned(group->row(), {}, true);
    for (const EvaluationPart& part : parts) {
        QList<QStandardItem*> row{new QStandardItem(format::text(part.name)),
                                  numberItem(format::count(part.samples))};
        // A group has other scores than a class: what a column is named after stands in it.
        for (int column = 2; column < m_model->columnCount(); ++column) {
            const QString name = m_model->horizontalHeaderItem(column)->text();
            QString text = format::dash();
            for (const auto& [known, score] : part.scores)
                if (format::metricName(known) == name) text = scoreText(score);
            row << numberItem(text);
        }
        m_model->appendRow(row);
    }
}

}  // namespace slipway
