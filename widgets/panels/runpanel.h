// SPDX-License-Identifier: GPL-3.0-or-later
// A run while it trains or afterwards: six facts, progress, curves with an earlier run beside them, ranks. Fed with snapshots.
// GUI thread only.
#pragma once

#include "backends/services/runfeed.h"
#include "backends/services/runservice.h"

#include <QWidget>

#include <array>

class QHBoxLayout;
class QLabel;
class QMenu;
class QProgressBar;
class QSlider;
class QToolButton;

namespace slipway {

class ChartGroup;
class EmptyState;
class ErrorBanner;
class RanksStrip;
class RunFact;
class SegmentedControl;
class StatefulView;
class TimeSeriesChart;

class RunPanel final : public QWidget {
    Q_OBJECT
public:
    explicit RunPanel(QWidget* parent = nullptr);

    // None: no run yet.
    void setRun(const RunSnapshotPtr& run);
    void setCompared(const RunSnapshotPtr& run);
    // What "Add run" offers.
    void setComparable(const std::vector<RunSummary>& runs);
    void setError(const Error& error);
    void showLoading();
    TimeSeriesChart* chart(int index) const { return m_charts.at(static_cast<std::size_t>(index)).chart; }
    // The value a fact shows: step, rate, step time, remaining, metric, checkpoint.
    QString fact(int index) const;
    // Why it failed: one banner a cause, at most kShownFindings; those without one are hidden.
    ErrorBanner* finding(int index) const { return m_findings.at(static_cast<std::size_t>(index)); }
    static constexpr int kShownFindings = 2;

Q_SIGNALS:
    void compareTriggered(const slipway::RunId& run);  // empty: none
    void startTriggered();
    void logTriggered();

private:
    struct ChartBox {
        QWidget* box;
        QToolButton* title;
        QMenu* menu;
        QLabel* detail;
        SegmentedControl* scale;
        TimeSeriesChart* chart;
        QString name;  // until a metric is known
        std::string metric;
        bool isChosen = false;
    };
    ChartBox makeChart(int index, const QString& name);
    void refresh();
    void refreshFindings();
    void refreshFacts();
    void setDuration(std::size_t at, double seconds, const QString& detail);
    void refreshCharts();
    void refreshLegend();
    void refreshAdd();
    void fillAddMenu();
    void offer(bool isOfThisJob);
    void chooseMetrics();
    bool isOther(const RunId& run) const;  // than the one shown

    RunSnapshotPtr m_run;
    RunSnapshotPtr m_compared;
    std::vector<RunSummary> m_comparable;
    StatefulView* m_view;
    std::array<RunFact*, 6> m_facts{};
    QWidget* m_findingsBox;
    std::array<ErrorBanner*, kShownFindings> m_findings{};
    QProgressBar* m_progress;
    QLabel* m_reason;
    QWidget* m_curves;
    EmptyState* m_noCurves;
    QHBoxLayout* m_legend;
    QToolButton* m_add;
    QMenu* m_addMenu;
    SegmentedControl* m_axis;
    QSlider* m_smoothing;
    QLabel* m_smoothingText;
    std::array<ChartBox, 2> m_charts{};
    ChartGroup* m_group;
    QStringList m_metrics;  // in the menus
    QWidget* m_ranksHead;
    QLabel* m_ranksWarning;
    RanksStrip* m_ranks;
};

}  // namespace slipway
