// SPDX-License-Identifier: GPL-3.0-or-later
// At the first start, a strip above the pages that leads in four steps to a trained model: open an example, train it here, watch it,
// see how well it does. Each step is done when that has happened, however the user did it. Gone for good once it is closed, and never
// there for who has trained already. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QPushButton;

namespace slipway {

class FirstSteps final : public QWidget {
    Q_OBJECT
public:
    enum class Step : quint8 { Open, Train, Watch, Look, Done };

    // `home`: where the example's copy goes while there is no workspace folder.
    FirstSteps(const Services& services, const QString& home, QWidget* parent = nullptr);
    Step step() const { return m_step; }
    QString text() const;
    QPushButton* action() const { return m_action; }

Q_SIGNALS:
    void placeRequested(const slipway::Place& place);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    void showJobs(const JobFilesPtr& jobs);
    void showRuns(const RunListPtr& runs);
    void follow(const RunSummary& run);
    void act();
    void go(Step step);
    void say(const QString& text, const QString& action = {});
    void close();

    Services m_services;
    QString m_home;
    std::optional<JobFile> m_example;
    bool m_areRunsKnown = false;
    bool m_isCopying = false;
    RunId m_run;
    Step m_step = Step::Open;
    QLabel* m_text;
    QPushButton* m_action;
};

}  // namespace slipway
