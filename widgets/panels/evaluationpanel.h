// SPDX-License-Identifier: GPL-3.0-or-later
// How well a run's model did on its test data: the scores of all, of each class and of each group, the confusion matrix, and
// samples that it got most wrong.
// GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QWidget>

class QLabel;
class QScrollArea;
class QStackedWidget;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class ConfusionMatrix;
class EmptyState;
class PictureGrid;
class SegmentedControl;
class StatefulView;

class EvaluationPanel final : public QWidget {
    Q_OBJECT
public:
    explicit EvaluationPanel(QWidget* parent = nullptr);
    void setRun(const RunSnapshotPtr& run);
    void setError(const Error& error);
    void showLoading();
    QTreeView* scores() const { return m_table; }
    SegmentedControl* parts() const { return m_parts; }
    QTreeView* worstRows() const { return m_rows; }
    PictureGrid* worstPictures() const { return m_pictures; }

private:
    QWidget* makeWorst();
    void showReport(const EvaluationReport& report);
    void showWorst(const std::vector<PredictedSample>& worst);
    void addParts(const QString& title, const std::vector<EvaluationPart>& parts);

    QLabel* m_headline;
    QLabel* m_others;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    ConfusionMatrix* m_matrix;
    SegmentedControl* m_parts;
    QStackedWidget* m_stack;
    QTreeView* m_rows;
    QStandardItemModel* m_rowsModel;
    PictureGrid* m_pictures;
    QScrollArea* m_scroll = nullptr;
    EmptyState* m_empty = nullptr;
    StatefulView* m_view;
    std::shared_ptr<const EvaluationReport> m_shown;
};

}  // namespace slipway
