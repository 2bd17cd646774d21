// SPDX-License-Identifier: GPL-3.0-or-later
// A job's first steps, below its settings: started by a button, then what they tell of a run, what limits it, and what to ask for, which a
// button puts into the job. Talks to one SmokeService. GUI thread only.
#pragma once

#include "backends/services/smokeservice.h"

#include <QWidget>

#include <optional>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace slipway {

class ErrorBanner;

class SmokePanel final : public QWidget {
    Q_OBJECT
public:
    explicit SmokePanel(SmokeService& service, QWidget* parent = nullptr);

    // None: the job has problems. `missing`: why it cannot run on this machine; empty: it can.
    void setJob(const std::optional<JobSpec>& job, const QString& jobFolder, const QString& missing = {});
    QPushButton* startButton() const { return m_start; }
    QPushButton* cancelButton() const { return m_cancel; }
    QPushButton* useButton() const { return m_use; }
    // What is said in all, line by line.
    QString text() const;

Q_SIGNALS:
    // "resources.memory=768Mi"
    void settingChosen(const QString& setting);

private:
    void start();
    void clear();
    void refresh();
    void showProgress(const SmokeProgress& progress);
    void showOutcome(const SmokeOutcomePtr& outcome);
    void showFacts(const SmokeReport& report);
    void addFact(const QString& name, const QString& value, const QString& detail);
    void showError(const Error& error);

    SmokeService& m_service;
    std::optional<JobSpec> m_job;
    QString m_jobFolder;
    QString m_missing;
    std::optional<JobSpec> m_looked;  // the job that the report is of
    SmokeOutcomePtr m_outcome;
    bool m_isRunning = false;

    QLabel* m_summary;
    QProgressBar* m_progress;
    QPushButton* m_start;
    QPushButton* m_cancel;
    QPushButton* m_use;
    ErrorBanner* m_failure;
    QWidget* m_card;
    QHBoxLayout* m_facts;
    QLabel* m_limit;
    QLabel* m_unknown;
    QLabel* m_wish;
};

}  // namespace slipway
