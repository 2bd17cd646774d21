// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/smokepanel.h"

#include "widgets/common/errorbanner.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

QString words(double seconds) { return format::text(durationText(seconds)); }

QString rangeOf(const SmokeRange& range) {
    return SmokePanel::tr("%1 to %2").arg(words(range.low), words(range.high));
}

QString memoryDetail(const SmokeReport& report) {
    if (!report.memoryEstimate) return SmokePanel::tr("the most a rank held");
    const double error = 100.0 * static_cast<double>(report.memoryEstimate->count - report.memory->count) /
                         static_cast<double>(report.memory->count);
    const int percent = qRound(error);
    return SmokePanel::tr("reckoned before: %1 (%2 %)")
        .arg(format::text(binarySize(*report.memoryEstimate)),
             (percent > 0 ? QStringLiteral("+%1") : QStringLiteral("%1")).arg(percent));
}

QString wholeDetail(const SmokeReport& report) {
    return SmokePanel::tr("%1, %2 steps").arg(rangeOf(*report.whole), format::count(report.wholeSteps));
}

Error errorOf(const SmokeOutcome& outcome) {
    Error error{ErrorCode::Internal,
                SmokePanel::tr("The first steps failed: %1")
                    .arg(format::text(outcome.findings.empty() ? outcome.record.status.reason
                                                               : outcome.findings.front().cause))
                    .toStdString(),
                {},
                {}};
    if (outcome.findings.empty()) return error;
    error.hint = outcome.findings.front().nextStep;
    for (const FindingEvidence& line : outcome.findings.front().evidence)
        error.detail += (error.detail.empty() ? "" : "\n") + line.text;
    return error;
}

}  // namespace

SmokePanel::SmokePanel(SmokeService& service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_summary(look::label({}, TextRole::Body, Tone::Muted)),
      m_progress(new QProgressBar),
      m_start(look::button(tr("Smoke run"))),
      m_cancel(look::button(tr("Cancel"))),
      m_use(look::button(tr("Use these"))),
      m_failure(new ErrorBanner),
      m_card(new QWidget),
      m_facts(new QHBoxLayout),
      m_limit(look::label({})),
      m_unknown(look::label({}, TextRole::Small, Tone::Muted)),
      m_wish(look::label({}, TextRole::Strong)) {
    look::setSurface(this, Tone::Surface);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(look::horizontalLine());
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 6, theme::kPadding, 6, 10);
    m_summary->setMinimumWidth(0);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(120);
    m_progress->setAccessibleName(tr("Steps of the smoke run"));
    m_cancel->setAccessibleName(tr("Cancel the smoke run"));
    head->addWidget(look::label(tr("Smoke run"), TextRole::Heading));
    head->addWidget(m_summary, 1);
    head->addWidget(m_progress);
    head->addWidget(m_cancel);
    head->addWidget(m_start);
    layout->addLayout(head);
    layout->addWidget(m_failure);

    auto* card = new QVBoxLayout(m_card);
    look::pack(card, theme::kPadding, 2, theme::kPadding, 10, 8);
    look::pack(m_facts, 0, 0, 0, 0, 24);
    card->addLayout(m_facts);
    card->addWidget(m_limit);
    card->addWidget(m_unknown);
    auto* wishes = new QHBoxLayout;
    look::pack(wishes, 0, 0, 0, 0, 10);
    wishes->addWidget(m_wish, 1);
    wishes->addWidget(m_use);
    card->addLayout(wishes);
    for (QLabel* label : {m_limit, m_unknown, m_wish}) label->setWordWrap(true);
    layout->addWidget(m_card);

    connect(m_start, &QPushButton::clicked, this, &SmokePanel::start);
    connect(m_cancel, &QPushButton::clicked, &m_service, &SmokeService::cancel);
    connect(m_use, &QPushButton::clicked, this, [this] {
        const SmokeOutcomePtr outcome = m_outcome;  // what follows may show another
        for (const SmokeReport::Setting& setting : outcome->report->settings)
            if (!setting.isAsNow) Q_EMIT settingChosen(format::text(setting.path + "=" + setting.value));
    });
    connect(&m_service, &SmokeService::progressed, this, &SmokePanel::showProgress);
    connect(&m_service, &SmokeService::finished, this, &SmokePanel::showOutcome);
    connect(&m_service, &SmokeService::failed, this, &SmokePanel::showError);
    refresh();
}

void SmokePanel::setJob(const std::optional<JobSpec>& job, const QString& jobFolder, const QString& missing) {
    if (jobFolder != m_jobFolder) {
        if (m_isRunning) m_service.cancel();
        clear();
    }
    m_job = job;
    m_jobFolder = jobFolder;
    m_missing = missing;
    refresh();
}

void SmokePanel::clear() {
    m_isRunning = false;
    m_outcome.reset();
    m_looked.reset();
    m_failure->clear();
}

void SmokePanel::start() {
    if (!m_job || m_isRunning) return;
    clear();
    m_isRunning = true;
    m_looked = m_job;
    m_progress->setRange(0, 0);
    m_service.start(*m_job, m_jobFolder);
    refresh();
    m_summary->setText(tr("Starting"));
}

void SmokePanel::showProgress(const SmokeProgress& progress) {
    if (!m_isRunning) return;
    m_progress->setRange(0, progress.step > 0 ? progress.steps : 0);
    m_progress->setValue(progress.step);
    m_summary->setText(progress.step > 0 ? tr("Step %1 of %2").arg(progress.step).arg(progress.steps)
                                         : format::text(progress.words));
}

void SmokePanel::showOutcome(const SmokeOutcomePtr& outcome) {
    if (!m_isRunning) return;
    m_isRunning = false;
    m_outcome = outcome;
    if (!outcome->report) m_failure->showError(errorOf(*outcome));
    refresh();
}

void SmokePanel::showError(const Error& error) {
    if (!m_isRunning) return;
    clear();
    if (error.code != ErrorCode::Cancelled) m_failure->showError(error);
    refresh();
}

void SmokePanel::refresh() {
    const bool hasReport = m_outcome && m_outcome->report;
    m_progress->setVisible(m_isRunning);
    m_cancel->setVisible(m_isRunning);
    m_start->setVisible(!m_isRunning);
    m_start->setText(hasReport ? tr("Run again") : tr("Smoke run"));
    look::setHindrance(m_start, !m_job                 ? tr("The job has problems")
                                : !m_missing.isEmpty() ? m_missing
                                                       : QString());
    m_card->setVisible(hasReport);
    if (hasReport) showFacts(*m_outcome->report);
    if (m_isRunning) return;
    if (!hasReport)
        m_summary->setText(tr("A few real steps tell memory, time and what to ask for."));
    else if (m_looked != m_job)
        m_summary->setText(tr("Of the job as it was before its last change"));
    else
        m_summary->setText(
            tr("%n step(s) in %1", nullptr, m_outcome->report->steps).arg(words(m_outcome->report->seconds)));
}

void SmokePanel::addFact(const QString& name, const QString& value, const QString& detail) {
    auto* column = new QVBoxLayout;
    look::pack(column, 0, 0, 0, 0, 2);
    column->addWidget(look::label(name, TextRole::Small, Tone::Muted));
    column->addWidget(look::label(value, TextRole::Title));
    column->addWidget(look::label(detail, TextRole::Small, Tone::Muted));
    m_facts->addLayout(column);
}

void SmokePanel::showFacts(const SmokeReport& report) {
    while (QLayoutItem* item = m_facts->takeAt(0)) {
        if (QLayout* column = item->layout())
            while (QLayoutItem* one = column->takeAt(0)) {
                delete one->widget();
                delete one;
            }
        delete item;
    }
    if (report.memory)
        addFact(tr("Peak memory"), format::text(binarySize(*report.memory)), memoryDetail(report));
    if (report.gpuMemory)
        addFact(tr("Peak GPU memory"), format::text(binarySize(*report.gpuMemory)), tr("on one GPU"));
    if (report.step)
        addFact(tr("Step"), words(report.step->likely),
                report.samplesPerSecond
                    ? tr("%1, %2 samples/s")
                          .arg(rangeOf(*report.step), format::text(siNumber(*report.samplesPerSecond)))
                    : rangeOf(*report.step));
    if (report.checkpoint)
        addFact(tr("Checkpoint"), format::text(decimalSize(report.checkpointSize)),
                tr("in %1").arg(words(*report.checkpoint)));
    if (report.whole) addFact(tr("A whole run"), words(report.whole->likely), wholeDetail(report));
    m_facts->addStretch(1);
    m_limit->setText(tr("What limits it: %1").arg(format::text(report.limitWords)));
    QStringList unknown;
    for (const std::string& one : report.unknown) unknown << format::text(one);
    m_unknown->setText(tr("Not known: %1").arg(unknown.join(QStringLiteral(" · "))));
    m_unknown->setVisible(!unknown.isEmpty());

    QStringList wishes;
    bool isAsNow = true;
    for (const SmokeReport::Setting& setting : report.settings) {
        wishes << format::text(setting.path.substr(setting.path.find('.') + 1) + ": " + setting.value);
        isAsNow = isAsNow && setting.isAsNow;
    }
    m_wish->setText(isAsNow ? tr("The job asks for what it needs: %1").arg(wishes.join(QStringLiteral(", ")))
                            : tr("Ask for %1").arg(wishes.join(QStringLiteral(", "))));
    m_wish->setToolTip(tr("Memory is the peak and 15 %, in steps of 256 MiB"));
    m_wish->setVisible(!wishes.isEmpty());
    m_use->setVisible(!isAsNow && m_job && m_looked == m_job);
}

QString SmokePanel::text() const {
    QStringList lines;
    for (const QLabel* label : findChildren<QLabel*>())
        if (label->isVisibleTo(this) && !label->text().isEmpty()) lines << label->text();
    return lines.join(QLatin1Char('\n'));
}

}  // namespace slipway
