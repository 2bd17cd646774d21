// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/evaluationpanel.h"

#include "widgets/charts/confusionmatrix.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/picturegrid.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTreeView>

namespace slipway {
namespace {

constexpr int kNumberWidth = 78;

QString scoreText(const std::optional<double>& score) {
    return score ? QString::number(*score, 'g', 4) : format::dash();
}

// "98 %", "99.97 %": what is nearly certain is not told as all of it.
QString percentText(double share) {
    return QStringLiteral("%1 %").arg(100 * share, 0, 'f', share < 0.99 ? 0 : 2);
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
      m_matrix(new ConfusionMatrix),
      m_parts(new SegmentedControl(tr("What of the evaluation"))),
      m_stack(new QStackedWidget),
      m_rows(new QTreeView),
      m_rowsModel(new QStandardItemModel(this)),
      m_pictures(new PictureGrid) {
    setUpTable(m_table, m_model, tr("Scores by class and group"));
    setUpTable(m_rows, m_rowsModel, tr("Worst predictions"));
    m_parts->setChoices({tr("Scores"), tr("Worst predictions")});
    auto* words = new QVBoxLayout;
    look::pack(words, 0, 0, 0, 0, 2);
    words->addWidget(m_headline);
    words->addWidget(m_others);
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 12, theme::kPadding, 12, 10);
    head->addLayout(words, 1);
    head->addWidget(m_parts);
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_matrix);
    scroll->setWidgetResizable(true);
    auto* scores = new QWidget;
    auto* parts = new QHBoxLayout(scores);
    look::pack(parts);
    parts->addWidget(m_table, 5);
    parts->addWidget(scroll, 4);
    auto* full = new QWidget;
    auto* layout = new QVBoxLayout(full);
    look::pack(layout);
    layout->addLayout(head);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(scores);
    m_stack->addWidget(makeWorst());
    connect(m_parts, &SegmentedControl::currentIndexChanged, m_stack, &QStackedWidget::setCurrentIndex);
    m_empty = new EmptyState("check", {}, {});
    m_view = new StatefulView(full, m_empty, tr("Reading the evaluation"));
    auto* outer = new QVBoxLayout(this);
    look::pack(outer);
    outer->addWidget(m_view);
    setRun(nullptr);
}

QWidget* EvaluationPanel::makeWorst() {
    auto* worst = new QWidget;
    auto* layout = new QVBoxLayout(worst);
    look::pack(layout);
    auto* shown = new QWidget;
    look::setSurface(shown, Tone::Surface);
    auto* inner = new QVBoxLayout(shown);
    look::pack(inner, theme::kPadding, 12, theme::kPadding, 12, 8);
    inner->addWidget(
        look::label(tr("Expected → predicted, the most certain first"), TextRole::Small, Tone::Muted));
    inner->addWidget(m_pictures);
    inner->addStretch(1);
    m_scroll = new QScrollArea;
    m_scroll->setWidget(shown);
    m_scroll->setWidgetResizable(true);
    layout->addWidget(m_scroll);
    layout->addWidget(m_rows);
    return worst;
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
    showReport(*report);
}

void EvaluationPanel::setError(const Error& error) { m_view->showError(error); }

void EvaluationPanel::showLoading() {
    m_shown.reset();
    m_view->showLoading();
}

void EvaluationPanel::showReport(const EvaluationReport& report) {
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
    showWorst(report.worst);
}

void EvaluationPanel::showWorst(const std::vector<PredictedSample>& worst) {
    m_parts->setVisible(!worst.empty());
    if (worst.empty()) return m_parts->setCurrentIndex(0);
    std::vector<DescribedPicture> pictures;
    for (const PredictedSample& one : worst) {
        if (!one.picture) continue;
        pictures.push_back(*one.picture);
        pictures.back().label = one.expected + " → " + one.predicted;
        pictures.back().name = one.sample;
        if (one.probability)
            pictures.back().name +=
                tr(", predicted with %1").arg(percentText(*one.probability)).toStdString();
    }
    m_scroll->setVisible(!pictures.empty());
    m_rows->setVisible(pictures.empty());
    if (!pictures.empty()) return m_pictures->setPictures(pictures);

    const bool hasProbability = worst.front().probability.has_value();
    QStringList titles{tr("Sample"), tr("Expected"), tr("Predicted"),
                       hasProbability ? tr("Certain") : QString()};
    if (!hasProbability) titles.removeLast();
    for (const auto& [column, value] : worst.front().values) titles << format::text(column);
    m_rowsModel->clear();
    m_rowsModel->setHorizontalHeaderLabels(titles);
    for (const PredictedSample& one : worst) {
        QList<QStandardItem*> row{numberItem(format::text(one.sample)),
                                  new QStandardItem(format::text(one.expected)),
                                  new QStandardItem(format::text(one.predicted))};
        if (hasProbability)
            row << numberItem(one.probability ? percentText(*one.probability) : format::dash());
        for (const auto& [column, value] : one.values) row << new QStandardItem(format::text(value));
        m_rowsModel->appendRow(row);
    }
    m_rowsModel->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
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
