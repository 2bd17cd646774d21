// SPDX-License-Identifier: GPL-3.0-or-later
// How well a run's model did on its test data: the scores of all, of each class and of each group, and the confusion matrix.
// GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QLabel;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class ConfusionMatrix;
class EmptyState;
class StatefulView;

class EvaluationPanel final : public QWidget {
    Q_OBJECT
public:
    explicit EvaluationPanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    void setError(const Error& error);
    void showLoading();

private:
    void show(const EvaluationReport& report);
    void addParts(const QString& title, const std::vector<EvaluationPart>& parts);

    QLabel* m_headline;
    QLabel* m_others;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    ConfusionMatrix* m_matrix;
    EmptyState* m_empty = nullptr;
    StatefulView* m_view;
    std::shared_ptr<const EvaluationReport> m_shown;
};

}  // namespace slipway
