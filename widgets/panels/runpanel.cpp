// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/runpanel.h"

#include "widgets/charts/chartgroup.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/ranksstrip.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/stateglyph.h"
#include "widgets/common/themedicon.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace slipway {

// A label, the number that counts with its unit, and what it means: 11, 15, 11.
class RunFact final : public QWidget {
public:
    explicit RunFact(const QString& name) : m_name(name) {
        setFixedHeight(54);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    void set(const QString& value, const QString& unit, const QString& detail) {
        if (m_value == value && m_unit == unit && m_detail == detail) return;
        m_value = value;
        m_unit = unit;
        m_detail = detail;
        setAccessibleName(QStringLiteral("%1: %2 %3. %4").arg(m_name, value, unit, detail));
        setToolTip(detail);
        update();
    }
    void setName(const QString& name) {
        m_name = name;
        update();
    }
    QString value() const { return m_value; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(theme::font(TextRole::Small));
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(QRect(0, 0, width(), 16), Qt::AlignVCenter, m_name);
        painter.drawText(QRect(0, 37, width() - 4, 16), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_detail, Qt::ElideRight, width() - 4));
        painter.setFont(theme::font(TextRole::Title));
        painter.setPen(theme::color(Tone::Text));
        const qreal numberWidth = format::numberWidth(painter, m_value);
        format::drawNumber(painter, QRectF(0, 17, numberWidth, 20), m_value);
        painter.setFont(theme::font(TextRole::Body));
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(QRectF(numberWidth + 4, 17, width() - numberWidth, 20),
                         Qt::AlignVCenter | Qt::AlignLeft, m_unit);
    }

private:
    QString m_name;
    QString m_value = format::dash();
    QString m_unit;
    QString m_detail;
};

namespace {

// With its job's name where it is not that of `shown`.
QString runName(const RunSnapshot& run, const RunSnapshot& shown) {
    const QString place =
        run.record.target.str() == "here" ? RunPanel::tr("here") : format::targetName(run.record.target);
    const QString job =
        run.record.job == shown.record.job ? QString() : format::text(run.record.job) + QLatin1Char(' ');
    return QStringLiteral("#%1 %2%3").arg(run.record.number).arg(job, place);
}

// What tells one run from another: job, state, last value, when.
QString offerText(const RunSummary& run) {
    const RunRecord& record = run.record;
    QStringList parts{
        QStringLiteral("#%1 %2").arg(record.number).arg(format::text(record.job)),
        format::stateWord(record.status.state),
    };
    if (record.target.str() != "here") parts.append(format::targetName(record.target));
    if (run.metricValue)
        parts.append(QStringLiteral("%1 %2").arg(format::text(run.metric), format::metric(*run.metricValue)));
    else if (run.loss)
        parts.append(RunPanel::tr("loss %1").arg(format::metric(*run.loss)));
    parts.append(format::relativeTime(record.started.value_or(record.created), now()));
    return parts.join(QStringLiteral(" · "));
}

// The value and its step of the best point: lowest loss, else highest.
std::pair<double, double> best(const Curve& curve, bool isLowest) {
    const auto at = isLowest ? std::min_element(curve.values.begin(), curve.values.end())
                             : std::max_element(curve.values.begin(), curve.values.end());
    return {*at, curve.steps[static_cast<std::size_t>(at - curve.values.begin())]};
}

class LegendLine final : public QWidget {
public:
    LegendLine(int color, bool isDashed) : m_color(color), m_isDashed(isDashed) { setFixedSize(18, 16); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        QPen pen(theme::series(m_color), 2);
        if (m_isDashed) pen.setDashPattern({2.5, 1.5});
        painter.setPen(pen);
        painter.drawLine(QPointF(0, 8.5), QPointF(width(), 8.5));
    }

private:
    int m_color;
    bool m_isDashed;
};

}  // namespace

RunPanel::RunPanel(QWidget* parent)
    : QWidget(parent),
      m_view(nullptr),
      m_findingsBox(new QWidget),
      m_progress(new QProgressBar),
      m_reason(look::label({}, TextRole::Body, Tone::Error)),
      m_curves(new QWidget),
      m_noCurves(
          new EmptyState("info", tr("No metrics yet"),
                         tr("Curves of the numbers that the run tells appear here. In a Python program: "
                            "import slipway, then slipway.log(step=1, loss=0.5)."))),
      m_legend(new QHBoxLayout),
      m_add(new QToolButton),
      m_addMenu(new QMenu(this)),
      m_axis(new SegmentedControl(tr("x axis"))),
      m_smoothing(new QSlider(Qt::Horizontal)),
      m_smoothingText(look::label({}, TextRole::Small, Tone::Muted)),
      m_group(new ChartGroup(this)),
      m_ranksHead(new QWidget),
      m_ranksWarning(look::label({}, TextRole::Small, Tone::Warn)),
      m_ranks(new RanksStrip) {
    auto* full = new QWidget;
    auto* layout = new QVBoxLayout(full);
    look::pack(layout, theme::kPadding, 12, theme::kPadding, 12, 0);

    auto* findings = new QVBoxLayout(m_findingsBox);
    look::pack(findings, 0, 0, 0, 8, 4);
    for (ErrorBanner*& banner : m_findings) {
        banner = new ErrorBanner;
        findings->addWidget(banner);
        connect(banner, &ErrorBanner::actionTriggered, this, &RunPanel::logTriggered);
    }
    layout->addWidget(m_findingsBox);
    auto* facts = new QHBoxLayout;
    look::pack(facts, 0, 0, 0, 0, 8);
    const std::array names{tr("Step"),      tr("Rate"),        tr("Step time"),
                           tr("Remaining"), tr("Test metric"), tr("Checkpoint")};
    for (std::size_t at = 0; at < m_facts.size(); ++at) {
        m_facts[at] = new RunFact(names[at]);
        facts->addWidget(m_facts[at], 1);
    }
    layout->addLayout(facts);
    layout->addSpacing(6);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setAccessibleName(tr("Progress"));
    layout->addWidget(m_progress);
    m_reason->setWordWrap(true);
    m_reason->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_reason);
    layout->addSpacing(8);

    m_add->setText(tr("Add run"));
    m_add->setIcon(themedIcon("plus", Tone::Accent));
    m_add->setIconSize({12, 12});
    m_add->setFont(theme::font(TextRole::Small));
    m_add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setMenu(m_addMenu);
    connect(m_addMenu, &QMenu::aboutToShow, this, &RunPanel::fillAddMenu);
    m_add->setFocusPolicy(Qt::StrongFocus);
    m_axis->setChoices({tr("Step"), tr("Time")});
    m_smoothing->setRange(0, 99);
    m_smoothing->setValue(60);
    m_smoothing->setFixedWidth(70);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    auto* row = new QHBoxLayout;
    look::pack(row, 0, 0, 0, 0, 8);
    look::pack(m_legend, 0, 0, 0, 0, 6);
    row->addLayout(m_legend);
    row->addWidget(m_add);
    row->addStretch(1);
    row->addWidget(look::label(tr("x"), TextRole::Small, Tone::Muted));
    row->addWidget(m_axis);
    row->addSpacing(8);
    row->addWidget(look::label(tr("Smoothing"), TextRole::Small, Tone::Muted));
    row->addWidget(m_smoothing);
    m_smoothingText->setFixedWidth(28);
    row->addWidget(m_smoothingText);
    auto* curves = new QVBoxLayout(m_curves);
    look::pack(curves);
    curves->addLayout(row);
    curves->addSpacing(8);

    auto* charts = new QHBoxLayout;
    look::pack(charts, 0, 0, 0, 0, 16);
    const std::array chartNames{tr("Loss"), tr("Test metric")};
    for (int at = 0; at < 2; ++at) {
        ChartBox& box = m_charts[static_cast<std::size_t>(at)];
        box = makeChart(at, chartNames[static_cast<std::size_t>(at)]);
        auto* column = new QVBoxLayout(box.box);
        look::pack(column, 0, 0, 0, 0, 2);
        auto* head = new QHBoxLayout;
        look::pack(head, 0, 0, 0, 0, 6);
        head->addWidget(box.title);
        head->addWidget(box.detail);
        head->addStretch(1);
        head->addWidget(box.scale);
        column->addLayout(head);
        column->addWidget(box.chart, 1);
        charts->addWidget(box.box, 1);
        m_group->add(box.chart);
    }
    curves->addLayout(charts, 1);
    layout->addWidget(m_curves, 1);
    layout->addWidget(m_noCurves, 1);
    layout->addSpacing(8);

    auto* ranksHead = new QHBoxLayout(m_ranksHead);
    look::pack(ranksHead, 0, 0, 0, 6, 8);
    ranksHead->addWidget(look::label(tr("Ranks"), TextRole::Heading));
    ranksHead->addWidget(look::label(tr("rank · host · device"), TextRole::Small, Tone::Muted));
    ranksHead->addStretch(1);
    ranksHead->addWidget(m_ranksWarning);
    layout->addWidget(m_ranksHead);
    layout->addWidget(m_ranks);

    auto* empty =
        new EmptyState("play", tr("Not run yet"),
                       tr("Curves, ranks and progress of this job's runs appear here."), tr("Train here"));
    m_view = new StatefulView(full, empty, tr("Reading the run"));
    m_view->showEmpty();
    auto* outer = new QVBoxLayout(this);
    look::pack(outer);
    outer->addWidget(m_view);

    connect(empty, &EmptyState::actionTriggered, this, &RunPanel::startTriggered);
    connect(m_axis, &SegmentedControl::currentIndexChanged, this, &RunPanel::refreshCharts);
    const auto applySmoothing = [this](int value) {
        m_smoothingText->setText(QString::number(value / 100.0, 'f', 2));
        for (ChartBox& box : m_charts)
            box.chart->setSmoothing(box.metric.starts_with("test/") ? 0 : value / 100.0);
    };
    connect(m_smoothing, &QSlider::valueChanged, this, applySmoothing);
    applySmoothing(m_smoothing->value());
}

RunPanel::ChartBox RunPanel::makeChart(int index, const QString& name) {
    ChartBox box{};
    box.name = name;
    box.box = new QWidget;
    box.title = new QToolButton;
    box.title->setProperty("role", QStringLiteral("heading"));
    box.title->setText(name);
    box.title->setFont(theme::font(TextRole::Heading));
    box.title->setPopupMode(QToolButton::InstantPopup);
    box.title->setFocusPolicy(Qt::StrongFocus);
    box.title->setIcon(themedIcon("chevron-down", Tone::Muted));
    box.title->setIconSize({10, 10});
    box.title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    box.title->setLayoutDirection(Qt::RightToLeft);
    box.title->setToolTip(tr("Choose the curve"));
    box.menu = new QMenu(this);
    box.title->setMenu(box.menu);
    box.detail = look::label({}, TextRole::Small, Tone::Muted);
    box.scale = new SegmentedControl(tr("%1 scale").arg(name));
    box.scale->setChoices({tr("Linear"), tr("Log")});
    box.chart = new TimeSeriesChart(name);
    connect(box.scale, &SegmentedControl::currentIndexChanged, box.chart,
            [chart = box.chart](int at) { chart->setScale(at == 1 ? ChartScale::Log : ChartScale::Linear); });
    if (index == 0) box.scale->setCurrentIndex(1);
    return box;
}

void RunPanel::showLoading() { m_view->showLoading(); }

void RunPanel::setError(const Error& error) { m_view->showError(error); }

void RunPanel::setRun(const RunSnapshotPtr& run) {
    const bool isAnother = !run || isOther(run->record.id);
    m_run = run;
    if (!m_run) {
        m_view->showEmpty();
        return;
    }
    if (isAnother)
        for (ChartBox& box : m_charts) {
            box.metric.clear();
            box.isChosen = false;
            box.chart->setRange(std::nullopt);
        }
    m_view->showFull();
    refresh();
}

void RunPanel::setCompared(const RunSnapshotPtr& run) {
    m_compared = run;
    if (m_run) refresh();
}

void RunPanel::setComparable(const std::vector<RunSummary>& runs) {
    m_comparable = runs;
    refreshAdd();
}

void RunPanel::refreshAdd() {
    m_add->setVisible(std::any_of(m_comparable.begin(), m_comparable.end(),
                                  [this](const RunSummary& run) { return isOther(run.record.id); }));
}

// Made anew each time it opens, so that no news changes it under the mouse.
void RunPanel::fillAddMenu() {
    m_addMenu->clear();
    offer(true);
    offer(false);
    m_addMenu->addSeparator();
    connect(m_addMenu->addAction(tr("Compare with none")), &QAction::triggered, this,
            [this] { Q_EMIT compareTriggered(RunId{}); });
}

void RunPanel::offer(bool isOfThisJob) {
    constexpr int kOffered = 12;
    int offered = 0;
    for (const RunSummary& run : m_comparable) {
        const bool isOwn = !m_run || run.record.jobFolder == m_run->record.jobFolder;
        if (isOwn != isOfThisJob || !isOther(run.record.id)) continue;
        if (!isOwn && offered == 0) m_addMenu->addSeparator();
        connect(m_addMenu->addAction(offerText(run)), &QAction::triggered, this,
                [this, id = run.record.id] { Q_EMIT compareTriggered(id); });
        if (++offered >= kOffered) break;
    }
}

bool RunPanel::isOther(const RunId& run) const { return !m_run || run != m_run->record.id; }

QString RunPanel::fact(int index) const { return m_facts.at(static_cast<std::size_t>(index))->value(); }

void RunPanel::refresh() {
    chooseMetrics();
    refreshAdd();
    refreshFindings();
    refreshFacts();
    refreshCharts();
    refreshLegend();
    m_ranks->setRanks(m_run->ranks);
    const double median = m_ranks->median();
    m_ranks->setVisible(!m_run->ranks.empty());
    m_ranksHead->setVisible(!m_run->ranks.empty());
    QStringList slow;
    for (const RankStatus& rank : m_run->ranks)
        if (m_ranks->isSlow(rank))
            slow.append(
                tr("rank %1 is %2× the median").arg(rank.rank).arg(rank.stepSeconds / median, 0, 'f', 2));
    m_ranksWarning->setText(slow.join(QStringLiteral(" · ")));
    const RunStatus& status = m_run->record.status;
    const bool isBad = status.state == RunState::Failed || status.state == RunState::Lost ||
                       status.state == RunState::Interrupted;
    look::setTone(m_reason, status.state == RunState::Failed ? Tone::Error
                            : isBad                          ? Tone::Warn
                                                             : Tone::Muted);
    m_reason->setText(format::text(status.reason));
    m_reason->setVisible(!status.reason.empty() && status.state != RunState::Succeeded);
}

void RunPanel::refreshFindings() {
    m_findingsBox->setVisible(!m_run->findings.empty());
    for (std::size_t at = 0; at < m_findings.size(); ++at) {
        if (at >= m_run->findings.size()) {
            m_findings[at]->clear();
            continue;
        }
        const RunFinding& finding = m_run->findings[at];
        std::string lines;
        for (const FindingEvidence& one : finding.evidence) {
            if (!lines.empty()) lines += '\n';
            if (one.rank >= 0 && m_run->record.replicas > 1) lines += std::to_string(one.rank) + " | ";
            lines += one.text;
        }
        m_findings[at]->showError({ErrorCode::Internal, finding.cause, lines, finding.nextStep},
                                  tr("Open the log"));
    }
}

// The unit stands apart, but for "1 h 26".
void RunPanel::setDuration(std::size_t at, double seconds, const QString& detail) {
    const QString time = format::text(durationText(seconds));
    const bool hasUnit = time.count(QLatin1Char(' ')) == 1;
    m_facts[at]->set(hasUnit ? time.section(QLatin1Char(' '), 0, 0) : time,
                     hasUnit ? time.section(QLatin1Char(' '), 1) : QString(), detail);
}

void RunPanel::refreshFacts() {
    const bool isEnded = isFinal(m_run->record.status.state);
    const std::optional<ProgressEvent>& progress = m_run->progress;
    const auto none = [this](std::size_t at, const QString& why) {
        m_facts[at]->set(format::dash(), {}, why);
    };
    if (!progress) {
        for (std::size_t at = 0; at < 3; ++at) none(at, isEnded ? tr("it told none") : tr("not yet"));
        m_progress->setValue(0);
    } else {
        m_facts[0]->set(format::count(progress->step),
                        progress->steps > 0 ? tr("/ %1").arg(format::count(progress->steps)) : QString(),
                        progress->epoch > 0 ? tr("epoch %1").arg(progress->epoch, 0, 'f', 1) : QString());
        if (progress->samplesPerSecond > 0) {
            const QString rate = format::text(siNumber(progress->samplesPerSecond));
            const auto ranks = static_cast<int>(m_run->ranks.size());
            m_facts[1]->set(rate.section(QLatin1Char(' '), 0, 0),
                            tr("%1samples/s")
                                .arg(rate.contains(QLatin1Char(' '))
                                         ? rate.section(QLatin1Char(' '), 1) + QLatin1Char(' ')
                                         : QString()),
                            ranks > 1 ? tr("over %n rank(s)", nullptr, ranks) : tr("one rank"));
        } else {
            none(1, tr("not told"));
        }
        if (progress->stepSeconds > 0) {
            setDuration(2, progress->stepSeconds, tr("mean of the last steps"));
        } else {
            none(2, tr("not told"));
        }
        m_progress->setValue(progress->steps > 0
                                 ? static_cast<int>(1000.0 * static_cast<double>(progress->step) /
                                                    static_cast<double>(progress->steps))
                                 : 0);
    }
    const RunRecord& run = m_run->record;
    m_facts[3]->setName(isEnded ? tr("Duration") : tr("Remaining"));
    if (isEnded && run.started && run.ended) {
        setDuration(3, std::chrono::duration<double>(*run.ended - *run.started).count(), tr("took in all"));
    } else if (isEnded) {
        none(3, tr("it did not start"));
    } else if (!progress) {
        none(3, tr("not yet"));
    } else if (progress->steps > 0 && progress->stepSeconds > 0) {
        setDuration(3, static_cast<double>(progress->steps - progress->step) * progress->stepSeconds,
                    tr("at this pace"));
    } else {
        none(3, tr("its number of steps is unknown"));
    }
    look::setTone(m_progress, m_run->record.status.state == RunState::Succeeded ? Tone::Ok
                              : m_run->record.status.state == RunState::Failed  ? Tone::Error
                              : isEnded                                         ? Tone::Muted
                                                                                : Tone::Accent);

    const std::string& metric = m_charts[1].metric;
    const auto found = m_run->curves.find(metric);
    m_facts[4]->setName(metric.empty() ? tr("Test metric") : format::metricName(metric));
    if (found != m_run->curves.end() && !found->second->values.empty()) {
        const auto [value, step] = best(*found->second, metric.find("loss") != std::string::npos);
        m_facts[4]->set(
            format::metric(found->second->values.back()), {},
            tr("best %1, step %2").arg(format::metric(value), format::count(static_cast<qint64>(step))));
    } else {
        none(4, isEnded ? tr("it told none") : tr("not measured yet"));
    }
    if (m_run->checkpoint) {
        const std::int64_t ago = progress ? progress->step - m_run->checkpoint->step : 0;
        const QString size = format::text(decimalSize(m_run->checkpoint->size));
        m_facts[5]->set(
            format::count(m_run->checkpoint->step), {},
            ago > 0 ? tr("%1 step(s) ago · %2", nullptr, static_cast<int>(ago)).arg(format::count(ago), size)
                    : size);
    } else {
        none(5, tr("none written"));
    }
}

// What the person chose stays; else the loss on the left and what held-out data say on the right, as soon as they say it.
void RunPanel::chooseMetrics() {
    const auto firstOf = [this](std::initializer_list<const char*> names) {
        for (const char* name : names)
            if (m_run->curves.contains(name)) return std::string(name);
        return std::string();
    };
    if (!m_charts[0].isChosen) {
        m_charts[0].metric = firstOf({"loss", "train/loss", "test/loss"});
        if (m_charts[0].metric.empty() && !m_run->curves.empty())
            m_charts[0].metric = m_run->curves.begin()->first;
    }
    if (!m_charts[1].isChosen) {
        m_charts[1].metric = firstOf({"test/accuracy", "accuracy", "test/loss"});
        if (m_charts[1].metric == m_charts[0].metric) m_charts[1].metric.clear();
        for (const auto& [name, curve] : m_run->curves)
            if (m_charts[1].metric.empty() && name != m_charts[0].metric && name != "lr")
                m_charts[1].metric = name;
    }
    QStringList names;
    for (const auto& [name, curve] : m_run->curves) names << format::text(name);
    if (names == m_metrics) return;
    m_metrics = names;
    for (ChartBox& box : m_charts) {
        box.menu->clear();
        for (const auto& [name, curve] : m_run->curves)
            connect(box.menu->addAction(format::metricName(name)), &QAction::triggered, this,
                    [this, &box, chosen = name] {
                        box.metric = chosen;
                        box.isChosen = true;
                        if (m_run) refresh();
                    });
    }
}

void RunPanel::refreshCharts() {
    if (!m_run) return;
    const bool isEnded = isFinal(m_run->record.status.state);
    const bool hasCurves = !m_run->curves.empty();
    m_curves->setVisible(hasCurves);
    m_noCurves->setVisible(!hasCurves);
    m_noCurves->setTitle(isEnded ? tr("No metrics") : tr("No metrics yet"));
    const bool isTime = m_axis->currentIndex() == 1;
    for (ChartBox& box : m_charts) {
        box.box->setVisible(!isEnded || !box.metric.empty());
        std::vector<ChartSeries> series;
        const auto add = [&](const RunSnapshotPtr& run, int color, bool isCurrent) {
            if (!run) return;
            const auto found = run->curves.find(box.metric);
            if (found == run->curves.end() || found->second->values.empty()) return;
            const Curve& curve = *found->second;
            series.push_back({runName(*run, *m_run), isTime ? curve.seconds : curve.steps, curve.values,
                              color, isCurrent, !isCurrent});
        };
        add(m_compared, 1, false);
        add(m_run, 0, true);
        box.title->setText(box.metric.empty() ? box.name : format::metricName(box.metric));
        box.detail->setText(box.metric.empty()                ? tr("after the first evaluation")
                            : box.metric.starts_with("test/") ? tr("held-out data")
                                                              : tr("training"));
        box.chart->setXUnit(isTime ? tr("s") : tr("step"));
        // Room for what is to come, as long as something is.
        const bool isGoing = !isFinal(m_run->record.status.state);
        box.chart->setXEnd(!isTime && isGoing && m_run->progress ? static_cast<double>(m_run->progress->steps)
                                                                 : 0);
        box.chart->setSmoothing(box.metric.starts_with("test/") ? 0 : m_smoothing->value() / 100.0);
        box.chart->setSeries(std::move(series));
    }
}

void RunPanel::refreshLegend() {
    while (QLayoutItem* item = m_legend->takeAt(0)) {
        if (QWidget* widget = item->widget()) widget->deleteLater();
        delete item;
    }
    const auto add = [this](const RunSnapshotPtr& run, int color, bool isDashed) {
        if (!run) return;
        m_legend->addWidget(new LegendLine(color, isDashed));
        m_legend->addWidget(look::label(
            tr("%1, %n rank(s)", nullptr, std::max(1, run->record.replicas)).arg(runName(*run, *m_run)),
            TextRole::Small, Tone::Muted));
        m_legend->addSpacing(8);
    };
    add(m_run, 0, false);
    add(m_compared, 1, true);
}

}  // namespace slipway
