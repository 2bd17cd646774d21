// SPDX-License-Identifier: GPL-3.0-or-later
// What goes into a job's image and what stays out, each with its reason; then the layers and where they went. Talks to one
// PackageService. GUI thread only.
#pragma once

#include "backends/services/packageservice.h"

#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class ErrorBanner;
class StatefulView;

class PackagePanel final : public QWidget {
    Q_OBJECT
public:
    explicit PackagePanel(PackageService& service, QWidget* parent = nullptr);
    // Plans anew when shown; none: the job has problems.
    void setJob(const std::optional<JobSpec>& job, const QString& jobFolder);
    QTreeView* plan() const { return m_plan; }
    QPushButton* action() const { return m_package; }
    QLineEdit* destination() const { return m_to; }

protected:
    void showEvent(QShowEvent*) override;

private:
    void replan();
    void package();
    void endPackaging();
    void refreshAction();
    void showPlan(const PackagePlan& plan);
    void showOutcome(const PackageOutcome& outcome);

    PackageService& m_service;
    std::optional<JobSpec> m_job;
    QString m_jobFolder;
    bool m_isStale = true;
    bool m_isPackaging = false;
    StatefulView* m_view;
    QLabel* m_summary;
    QLabel* m_warnings;
    QTreeView* m_plan;
    QStandardItemModel* m_planModel;
    QTreeView* m_layers;
    QStandardItemModel* m_layersModel;
    QLineEdit* m_to;
    QPushButton* m_package;
    QProgressBar* m_progress;
    QLabel* m_status;
    ErrorBanner* m_failure;  // beneath what was clicked, so that the next click hits it too
};

}  // namespace slipway
