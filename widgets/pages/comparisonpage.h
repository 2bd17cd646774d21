// SPDX-License-Identifier: GPL-3.0-or-later
// Two or more runs beside each other: a chart for each metric with all of their curves, and what differs in their settings, places
// and digests. Part of the page of runs. GUI thread only.
#pragma once

#include "widgets/charts/comparisonchart.h"
#include "widgets/pages/services.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QScrollArea;
class QSlider;

namespace slipway {

class CodeDiffPanel;
class DifferencesPanel;
class SegmentedControl;
class StatefulView;

// A colour of the theme's series for each run: its own as far as no other of them has it.
std::vector<int> seriesColors(const std::vector<RunRecord>& runs);

class ComparisonPage final : public QWidget {
    Q_OBJECT
public:
    explicit ComparisonPage(const Services& services, QWidget* parent = nullptr);

    void open(const std::vector<RunId>& runs);
    void close();
    QString title() const;
    std::vector<ComparisonChart*> charts() const;
    DifferencesPanel* differences() const { return m_differences; }
    StatefulView* view() const { return m_view; }

Q_SIGNALS:
    void titleChanged();
    void closeTriggered();
    // A chart got what it had asked for, or has drawn it.
    void chartChanged(slipway::ComparisonChart* chart);

protected:
    void resizeEvent(QResizeEvent*) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Box {
        std::string metric;
        QWidget* box = nullptr;
        QLabel* detail = nullptr;
        ComparisonChart* chart = nullptr;
        std::optional<CurveQuestion> asked;
    };
    class Legend;

    QWidget* makeTop();
    QBoxLayout* makeBar();
    QWidget* makeBody();
    void showRuns(const ComparedRunsPtr& runs);
    void showCurves(const CurveAnswerPtr& answer);
    void showComparison(const RunComparisonPtr& comparison);
    void showPartings();
    void makeBoxes(const std::vector<std::string>& metrics);
    Box makeBox(const std::string& metric);
    void placeBoxes();
    void choose(ComparisonChart* from, std::optional<ChartRange> range);
    CurveQuestion questionFor(const Box& box) const;
    void askAnew();
    void ask();
    void render();
    void openExportMenu(ComparisonChart* chart, const std::string& metric, QWidget* button);
    void chooseFile(const QString& ending, const std::string& metric,
                    const std::function<void(const QString& file)>& save);
    QString axisUnit() const;

    Services m_services;
    ComparisonService* m_service;
    std::vector<RunId> m_ids;
    ComparedRunsPtr m_runs;
    RunComparisonPtr m_comparison;
    std::vector<int> m_colors;
    std::vector<Box> m_boxes;
    std::optional<ChartRange> m_extent;
    std::optional<ChartRange> m_range;
    QLabel* m_title;
    QLabel* m_verdict;
    Legend* m_legend;
    SegmentedControl* m_axis;
    SegmentedControl* m_scale;
    QSlider* m_smoothing;
    QLabel* m_smoothingText;
    QScrollArea* m_scroll = nullptr;
    QGridLayout* m_grid = nullptr;
    StatefulView* m_view = nullptr;
    DifferencesPanel* m_differences;
    CodeDiffPanel* m_code;
    QTimer m_painter;
    std::size_t m_nextToRender = 0;
};

}  // namespace slipway
