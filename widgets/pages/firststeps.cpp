// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/firststeps.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

constexpr int kSteps = static_cast<int>(FirstSteps::Step::Done);
constexpr int kDot = 8;
constexpr int kDotGap = 6;
constexpr int kDots = kSteps * (kDot + kDotGap) - kDotGap;

QString exampleName() { return QStringLiteral("fashion-mlp"); }

}  // namespace

FirstSteps::FirstSteps(const Services& services, const QString& home, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_home(home),
      m_text(look::label({})),
      m_action(look::button({}, ButtonRole::Small)) {
    setAccessibleName(tr("First steps"));
    m_text->setWordWrap(true);
    auto* close = look::iconButton("close", tr("Close the first steps"));
    close->setIconSize({13, 13});
    auto* row = new QHBoxLayout(this);
    look::pack(row, theme::kPadding + kDots + 14, 8, 8, 8, 12);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(close);
    hide();
    if (m_services.ui->isTourDone()) return;
    connect(close, &QToolButton::clicked, this, &FirstSteps::close);
    connect(m_action, &QPushButton::clicked, this, &FirstSteps::act);
    connect(m_services.workspace, &WorkspaceService::scanned, this, &FirstSteps::showJobs);
    connect(m_services.workspace, &WorkspaceService::created, this, [this](const QString& file) {
        if (!std::exchange(m_isCopying, false)) return;
        Q_EMIT placeRequested({QStringLiteral("workspace"), QStringLiteral("job:") + file});
        go(Step::Train);
    });
    connect(m_services.workspace, &WorkspaceService::failed, this, [this] { m_isCopying = false; });
    connect(m_services.runs, &RunService::runsChanged, this, &FirstSteps::showRuns);
    connect(m_services.runs, &RunService::started, this, [this](const RunRecord& run) {
        m_run = run.id;
        go(Step::Watch);
    });
}

void FirstSteps::showJobs(const JobFilesPtr& jobs) {
    const auto found = std::find_if(jobs->begin(), jobs->end(),
                                    [](const JobFile& job) { return job.name == exampleName(); });
    if (found == jobs->end()) return;
    m_example = *found;
    if (m_step == Step::Open && m_areRunsKnown && isHidden()) go(Step::Open);
}

void FirstSteps::showRuns(const RunListPtr& runs) {
    for (const RunSummary& run : *runs) {
        if (run.record.id == m_run) return follow(run);
        if (m_run.isEmpty() && run.record.status.state == RunState::Succeeded) return close();
    }
    m_areRunsKnown = true;
    if (m_step == Step::Open && m_example && isHidden()) go(Step::Open);
}

void FirstSteps::follow(const RunSummary& run) {
    const RunState state = run.record.status.state;
    if (m_step == Step::Watch && state == RunState::Succeeded) {
        go(Step::Look);
        if (!run.metric.empty() && run.metricValue)
            say(tr("You trained a model: %1 %2 on data that it had not seen. The evaluation says how well it does class by class.")
                    .arg(format::metricName(run.metric), format::metric(*run.metricValue)),
                tr("See the evaluation"));
    } else if (m_step == Step::Watch && isFinal(state)) {
        m_step = Step::Train;
        say(tr(
            "The run ended without a model; its page says why and what to do. Then press Train here again."));
        update();
    } else if (m_step == Step::Watch && run.steps > 0) {
        say(tr("It trains, %1 % are done. The loss should fall and the accuracy rise. It would go on without this window.")
                .arg(100 * run.step / run.steps));
    }
}

void FirstSteps::act() {
    switch (m_step) {
        case Step::Open: {
            if (!m_example || m_isCopying) return;
            if (!m_example->root.isEmpty()) {  // there is a copy already
                Q_EMIT placeRequested(
                    {QStringLiteral("workspace"), QStringLiteral("job:") + m_example->file});
                return go(Step::Train);
            }
            if (m_services.ui->workspaces().isEmpty()) m_services.ui->setWorkspaces({m_home});
            m_isCopying = true;
            return m_services.workspace->copyExample(*m_example, m_services.ui->workspaces().value(0));
        }
        case Step::Look:
            Q_EMIT placeRequested(
                {QStringLiteral("workspace"),
                 QStringLiteral("run:") + format::text(m_run.str()) + QStringLiteral("#evaluation")});
            return go(Step::Done);
        case Step::Done: return close();
        case Step::Train:
        case Step::Watch: return;
    }
}

void FirstSteps::go(Step step) {
    m_step = step;
    switch (step) {
        case Step::Open:
            say(tr("New here? In four steps and two minutes to a trained model. First open an example: a network that tells clothes apart."),
                tr("Open %1").arg(exampleName()));
            break;
        case Step::Train:
            say(tr(
                "This is a job: what is trained, how and with what. The Data tab shows its pictures. Press Train here, at the top right."));
            break;
        case Step::Watch: say(tr("It starts. The loss should fall and the accuracy rise.")); break;
        case Step::Look:
            say(tr("You trained a model. Its evaluation says how well it does."), tr("See the evaluation"));
            break;
        case Step::Done:
            say(tr("That is all it takes. The Package tab makes an image of the same job, and “Where can it run?” says which cluster would take it."),
                tr("Done"));
            break;
    }
    update();
    show();
}

void FirstSteps::say(const QString& text, const QString& action) {
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

QString FirstSteps::text() const { return m_text->text(); }

void FirstSteps::close() {
    m_services.ui->setTourDone();
    disconnect(m_services.workspace, nullptr, this, nullptr);
    disconnect(m_services.runs, nullptr, this, nullptr);
    hide();
}

void FirstSteps::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(Tone::InfoTint));
    painter.fillRect(0, height() - 1, width(), 1, theme::color(Tone::Line));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < kSteps; ++i) {
        const bool isPast = i < static_cast<int>(m_step);
        const bool isNow = i == static_cast<int>(m_step);
        painter.setBrush(theme::color(isPast ? Tone::Ok : isNow ? Tone::Info : Tone::LineStrong));
        const int left = theme::kPadding + i * (kDot + kDotGap);
        const QRect dot(left, (height() - kDot) / 2, kDot, kDot);
        painter.drawEllipse(QStyle::visualRect(layoutDirection(), rect(), dot));
    }
}

}  // namespace slipway
