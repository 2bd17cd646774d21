// SPDX-License-Identifier: GPL-3.0-or-later
// "Where can it run?": every target with its verdict for the job at hand, why, and the smallest change that would help; what the
// job needs; one button that goes there. Fed with values, sends wishes. GUI thread only.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/services/targetservice.h"

#include <QWidget>

#include <map>
#include <optional>
#include <string>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace slipway {

class StatefulView;
class TargetListModel;
class TargetCard;

class TargetsPanel final : public QWidget {
    Q_OBJECT
public:
    explicit TargetsPanel(QWidget* parent = nullptr);

    void setTargets(const TargetStatesPtr& targets);
    void setError(const Error& error);
    // None while the job has problems; the button says so.
    // `missingHere`: what keeps it from running on this machine alone.
    void setJob(const std::optional<JobSpec>& job, int problems, const std::string& missingHere = {});
    void setCurrent(const TargetId& target);
    TargetId current() const { return m_current; }
    TargetListModel* model() const { return m_model; }
    // "Train here" or "Submit to research".
    QString actionText() const;
    // Why it cannot be done now; empty: it can.
    QString hindrance() const;
    QPushButton* action() const { return m_action; }
    // Where a cluster pulls from, as typed for its namespace; empty: as its profile says.
    QString registry() const;

Q_SIGNALS:
    void currentChanged(const slipway::TargetId& target);
    void suggestionChosen(const QString& setting);
    void actionTriggered();
    void refreshTriggered();
    // Another one is typed: what actionTriggered does, and whether it can, is new.
    void registryChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void refreshRows();
    void refresh();
    void refreshNeeds();
    void refreshAction();
    void refreshRegistry();
    const TargetState* state() const;

    TargetStatesPtr m_targets;  // as they were told
    TargetListModel* m_model;
    StatefulView* m_view;
    QVBoxLayout* m_cardLayout;
    std::vector<TargetCard*> m_cards;
    QWidget* m_needs;
    QPushButton* m_action;
    QLabel* m_reason;
    QLineEdit* m_registry;
    QLabel* m_push;
    std::map<std::string, QString> m_typed;  // registries, by context and namespace
    TargetId m_current{"here"};
    std::optional<JobSpec> m_job;
    int m_problems = 0;
    std::string m_missingHere;
};

}  // namespace slipway
