// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/comparisonpage.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/codediffpanel.h"
#include "widgets/panels/differencespanel.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace slipway {
namespace {

constexpr int kColors = 10;             // of the theme's series
constexpr std::size_t kDrawn = 60'000;  // points of all runs in one chart
constexpr std::size_t kLeastPoints = 40;
constexpr double kSlice = 6;  // ms of drawing between two events
constexpr int kNarrow = 620;  // one column of charts

QString numberOf(const RunRecord& run) { return QStringLiteral("#%1").arg(run.number); }

bool isHere(const RunRecord& run) { return run.target.str() == "here"; }

// Where the runs come from several places, those of another than this machine are dashed.
bool isDashed(const RunRecord& run, const std::vector<RunRecord>& runs) {
    return !isHere(run) && std::any_of(runs.begin(), runs.end(),
                                       [&](const RunRecord& other) { return other.target != run.target; });
}

// The loss, what was measured on held-out data, the rest.
std::vector<std::string> inOrder(std::vector<std::string> metrics) {
    const auto place = [](const std::string& metric) {
        return metric == "loss" ? 0 : metric.starts_with("test/") ? 1 : 2;
    };
    std::stable_sort(metrics.begin(), metrics.end(),
                     [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
    return metrics;
}

// The earliest step at which one of the others leaves the first run; which of them it is.
std::optional<std::pair<std::size_t, Parting>> firstParting(const MetricComparison& metric) {
    std::optional<std::pair<std::size_t, Parting>> first;
    for (std::size_t i = 0; i < metric.partings.size(); ++i)
        if (const auto& parting = metric.partings[i].visible;
            parting && (!first || parting->step < first->second.step))
            first = {i + 1, *parting};
    return first;
}

}  // namespace

std::vector<int> seriesColors(const std::vector<RunRecord>& runs) {
    std::vector<std::size_t> order(runs.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return runs[a].number < runs[b].number; });
    std::vector<int> colors(runs.size());
    std::set<int> taken;
    for (const std::size_t run : order) {
        if (taken.size() == kColors) taken.clear();
        int color = static_cast<int>(runs[run].number % kColors);
        while (taken.contains(color)) color = (color + 1) % kColors;
        taken.insert(color);
        colors[run] = color;
    }
    return colors;
}

// Dashes in the runs' colours and their names, as many as fit.
class ComparisonPage::Legend final : public QWidget {
public:
    explicit Legend(const ComparisonPage* page) : m_page(page) {
        setFixedHeight(theme::kButtonSmall);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        if (!m_page->m_runs) return;
        QPainter painter(this);
        painter.setFont(theme::font(TextRole::Small));
        const std::vector<RunRecord>& runs = m_page->m_runs->runs;
        int x = 0;
        for (std::size_t i = 0; i < runs.size(); ++i) {
            const QString name = QStringLiteral("%1 %2").arg(
                numberOf(runs[i]), isHere(runs[i]) ? tr("here") : format::targetName(runs[i].target));
            const int width = painter.fontMetrics().horizontalAdvance(name);
            const QString rest = tr("and %1 more").arg(runs.size() - i);
            const int needed = i + 1 == runs.size() ? 0 : painter.fontMetrics().horizontalAdvance(rest) + 8;
            if (x + 22 + width + needed > this->width() && i > 0) {
                painter.setPen(theme::color(Tone::Muted));
                painter.drawText(QRect(x, 0, this->width() - x, height()), Qt::AlignVCenter, rest);
                return;
            }
            QPen pen(theme::series(m_page->m_colors[i]), 2);
            if (isDashed(runs[i], runs)) pen.setDashPattern({2.5, 1.5});
            painter.setPen(pen);
            painter.drawLine(x, height() / 2, x + 14, height() / 2);
            painter.setPen(theme::color(Tone::Text));
            painter.drawText(QRect(x + 20, 0, width + 2, height()), Qt::AlignVCenter, name);
            x += 20 + width + 16;
        }
    }

private:
    const ComparisonPage* m_page;
};

ComparisonPage::ComparisonPage(const Services& services, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_service(services.makeComparison(this)),
      m_title(look::label({}, TextRole::Page)),
      m_verdict(look::label({}, TextRole::Body, Tone::Muted)),
      m_legend(new Legend(this)),
      m_axis(new SegmentedControl(tr("Horizontal axis"))),
      m_scale(new SegmentedControl(tr("Vertical axis"))),
      m_smoothing(new QSlider(Qt::Horizontal)),
      m_smoothingText(look::label({}, TextRole::Small, Tone::Muted)),
      m_differences(new DifferencesPanel),
      m_code(new CodeDiffPanel) {
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(makeTop());
    layout->addLayout(makeBar());
    layout->addWidget(look::horizontalLine());
    layout->addWidget(makeBody(), 1);
    m_painter.setSingleShot(true);
    connect(&m_painter, &QTimer::timeout, this, &ComparisonPage::render);
    connect(m_service, &ComparisonService::opened, this, &ComparisonPage::showRuns);
    connect(m_service, &ComparisonService::curvesRead, this, &ComparisonPage::showCurves);
    connect(m_service, &ComparisonService::compared, this, &ComparisonPage::showComparison);
    connect(m_service, &ComparisonService::failed, this,
            [this](const Error& error) { m_view->showError(error, tr("Read again")); });
    connect(m_view, &StatefulView::retryTriggered, this, [this] { open(m_ids); });
    connect(m_axis, &SegmentedControl::currentIndexChanged, this, [this] {
        m_range.reset();
        m_extent.reset();
        for (const Box& box : m_boxes) box.chart->setRange(std::nullopt);
        showPartings();
        askAnew();
    });
    connect(m_scale, &SegmentedControl::currentIndexChanged, this, [this](int index) {
        for (const Box& box : m_boxes) box.chart->setScale(index == 1 ? ChartScale::Log : ChartScale::Linear);
    });
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothingText->setText(QString::number(value / 100.0, 'f', 2));
        askAnew();
    });
}

QWidget* ComparisonPage::makeTop() {
    auto* top = new QWidget;
    top->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(top);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 12);
    row->addWidget(m_title);
    m_verdict->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_verdict, 1);
    auto* back = look::button(tr("Back to the list"));
    row->addWidget(back);
    connect(back, &QPushButton::clicked, this, &ComparisonPage::closeTriggered);
    return top;
}

QBoxLayout* ComparisonPage::makeBar() {
    auto* bar = new QHBoxLayout;
    look::pack(bar, theme::kPadding, 0, theme::kPadding, 10, 10);
    bar->addWidget(m_legend, 1);
    m_axis->setChoices({tr("Step"), tr("Time"), tr("Epoch")});
    m_scale->setChoices({tr("Linear"), tr("Log")});
    m_smoothing->setRange(0, 99);
    m_smoothing->setFixedWidth(90);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothingText->setText(QStringLiteral("0.00"));
    m_smoothingText->setFixedWidth(28);
    bar->addWidget(look::label(tr("Smoothing"), TextRole::Small, Tone::Muted));
    bar->addWidget(m_smoothing);
    bar->addWidget(m_smoothingText);
    bar->addWidget(m_axis);
    bar->addWidget(m_scale);
    return bar;
}

QWidget* ComparisonPage::makeBody() {
    auto* inner = new QWidget;
    look::setSurface(inner, Tone::Surface);
    auto* column = new QVBoxLayout(inner);
    look::pack(column, theme::kPadding, 8, theme::kPadding, 8, 0);
    m_grid = new QGridLayout;
    m_grid->setSpacing(12);
    column->addLayout(m_grid);
    column->addStretch(1);
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(inner);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, &ComparisonPage::ask);
    auto* empty =
        new EmptyState("runs", tr("No metrics"),
                       tr("None of these runs has told a value yet. What differs in them stands beside."));
    m_view = new StatefulView(m_scroll, empty, tr("Reading the curves"));

    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(m_view);
    auto* side = new QSplitter(Qt::Vertical);
    side->setChildrenCollapsible(false);
    side->addWidget(m_differences);
    side->addWidget(m_code);
    split->addWidget(side);
    split->setStretchFactor(0, 1);
    split->setSizes({800, 400});
    connect(split, &QSplitter::splitterMoved, this, &ComparisonPage::placeBoxes);
    return split;
}

void ComparisonPage::open(const std::vector<RunId>& runs) {
    m_ids = runs;
    m_runs.reset();
    m_comparison.reset();
    m_range.reset();
    m_extent.reset();
    m_verdict->clear();
    makeBoxes({});
    m_differences->showDifferences({}, nullptr);
    m_code->showComparison(nullptr);
    m_title->setText(title());
    m_view->showLoading();
    m_service->open(runs);
}

void ComparisonPage::close() { m_service->close(); }

QString ComparisonPage::title() const {
    if (!m_runs) return tr("Compare %n run(s)", nullptr, static_cast<int>(m_ids.size()));
    QStringList names;
    for (const RunRecord& run : m_runs->runs) names.append(numberOf(run));
    constexpr int kNamed = 4;
    if (names.size() > kNamed) return tr("Compare %n run(s)", nullptr, static_cast<int>(names.size()));
    return tr("Compare %1").arg(names.join(QStringLiteral(", ")));
}

std::vector<ComparisonChart*> ComparisonPage::charts() const {
    std::vector<ComparisonChart*> all;
    for (const Box& box : m_boxes) all.push_back(box.chart);
    return all;
}

void ComparisonPage::showRuns(const ComparedRunsPtr& runs) {
    m_runs = runs;
    m_colors = seriesColors(runs->runs);
    std::vector<std::string> shown;
    for (const Box& box : m_boxes) shown.push_back(box.metric);
    const std::vector<std::string> metrics = inOrder(runs->metrics);
    if (shown != metrics) makeBoxes(metrics);
    if (runs->metrics.empty())
        m_view->showEmpty();
    else
        m_view->showFull();
    m_title->setText(title());
    m_legend->update();
    m_differences->showDifferences(runs->runs, m_comparison);
    askAnew();
    Q_EMIT titleChanged();
}

void ComparisonPage::makeBoxes(const std::vector<std::string>& metrics) {
    for (const Box& box : m_boxes) delete box.box;
    m_boxes.clear();
    for (const std::string& metric : metrics) m_boxes.push_back(makeBox(metric));
    placeBoxes();
    showPartings();
}

ComparisonPage::Box ComparisonPage::makeBox(const std::string& metric) {
    Box box;
    box.metric = metric;
    box.box = new QWidget;
    auto* column = new QVBoxLayout(box.box);
    look::pack(column);
    auto* row = new QHBoxLayout;
    look::pack(row, 0, 0, 0, 0, 8);
    const QString name = format::metricName(metric);
    row->addWidget(look::label(name, TextRole::Strong));
    box.detail = look::label({}, TextRole::Small, Tone::Muted);
    box.detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(box.detail, 1);
    auto* save = look::iconButton("download", tr("Export %1").arg(name));
    row->addWidget(save);
    column->addLayout(row);
    auto* chart = box.chart = new ComparisonChart(name);
    chart->setScale(m_scale->currentIndex() == 1 ? ChartScale::Log : ChartScale::Linear);
    column->addWidget(chart, 1);
    connect(save, &QToolButton::clicked, this,
            [this, chart, metric, save] { openExportMenu(chart, metric, save); });
    connect(chart, &ComparisonChart::renderNeeded, this, [this] {
        if (!m_painter.isActive()) m_painter.start(0);
    });
    connect(chart, &ComparisonChart::rangeChanged, this,
            [this, chart](std::optional<ChartRange> range) { choose(chart, range); });
    connect(chart, &ComparisonChart::crosshairMoved, this, [this, chart](std::optional<double> x) {
        for (const Box& other : m_boxes)
            if (other.chart != chart) other.chart->setCrosshair(x);
    });
    return box;
}

void ComparisonPage::placeBoxes() {
    const int columns = m_scroll->viewport()->width() < kNarrow || m_boxes.size() == 1 ? 1 : 2;
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
        m_grid->addWidget(m_boxes[i].box, static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, columns == 2 ? 1 : 0);
    QTimer::singleShot(0, this, &ComparisonPage::ask);  // once they have their places
}

void ComparisonPage::choose(ComparisonChart* from, std::optional<ChartRange> range) {
    m_range = range;
    for (const Box& box : m_boxes)
        if (box.chart != from) box.chart->setRange(range);
    ask();
}

CurveQuestion ComparisonPage::questionFor(const Box& box) const {
    CurveQuestion question;
    question.metric = box.metric;
    question.axis = static_cast<CurveAxis>(m_axis->currentIndex());
    question.smoothing = m_smoothing->value() / 100.0;
    const std::size_t width = static_cast<std::size_t>(std::max(box.chart->width(), 200));
    question.points =
        std::max(kLeastPoints, std::min(2 * width, kDrawn / std::max<std::size_t>(m_ids.size(), 1)));
    if (!m_range) return question;
    // Half a width more on each side, so that there is something where one pans to.
    const double half = (m_range->to - m_range->from) / 2;
    question.range = CurveRange{m_range->from - half, m_range->to + half};
    question.points *= 2;
    return question;
}

void ComparisonPage::askAnew() {
    for (Box& box : m_boxes) box.asked.reset();
    ask();
}

// For charts in sight, unless what they have asked for last is the same.
void ComparisonPage::ask() {
    if (!m_runs) return;
    for (Box& box : m_boxes) {
        if (box.chart->visibleRegion().isEmpty()) continue;
        const CurveQuestion question = questionFor(box);
        if (box.asked && box.asked->range == question.range && box.asked->points == question.points) continue;
        box.asked = question;
        m_service->read(question);
    }
}

QString ComparisonPage::axisUnit() const {
    const QString units[] = {tr("step"), tr("s"), tr("epoch")};
    return units[m_axis->currentIndex()];
}

void ComparisonPage::showCurves(const CurveAnswerPtr& answer) {
    const auto box = std::find_if(m_boxes.begin(), m_boxes.end(),
                                  [&](const Box& one) { return one.metric == answer->question.metric; });
    const bool isOfOther = static_cast<int>(answer->question.axis) != m_axis->currentIndex() || !m_runs ||
                           answer->curves.size() != m_runs->runs.size();
    if (box == m_boxes.end() || isOfOther) return;
    std::vector<ComparisonLine> lines;
    for (std::size_t i = 0; i < answer->curves.size(); ++i) {
        const ComparedCurve& curve = answer->curves[i];
        if (curve.x.empty()) continue;
        const RunRecord& run = m_runs->runs[i];
        lines.push_back({numberOf(run), curve.x, curve.y, m_colors[i], isDashed(run, m_runs->runs)});
    }
    const ChartRange extent{std::min(answer->extent.from, m_extent ? m_extent->from : answer->extent.from),
                            std::max(answer->extent.to, m_extent ? m_extent->to : answer->extent.to)};
    if (!m_extent || extent.from < m_extent->from || extent.to > m_extent->to) {
        m_extent = extent;
        for (const Box& one : m_boxes) one.chart->setExtent(extent);
    } else if (box->chart->shown().to != m_extent->to) {
        box->chart->setExtent(*m_extent);
    }
    const std::size_t missing = answer->curves.size() - lines.size();
    box->detail->setText(missing == 0 ? QString()
                         : answer->question.axis == CurveAxis::Epoch
                             ? tr("%1 of %2 told their epochs").arg(lines.size()).arg(answer->curves.size())
                             : tr("%1 of %2 runs").arg(lines.size()).arg(answer->curves.size()));
    box->chart->setXUnit(axisUnit());
    box->chart->setLines(std::move(lines));
    Q_EMIT chartChanged(box->chart);
}

// One chart a turn, in turn, so that none waits for all of another.
void ComparisonPage::render() {
    for (std::size_t tried = 0; tried < m_boxes.size(); ++tried) {
        ComparisonChart* chart = m_boxes[m_nextToRender++ % m_boxes.size()].chart;
        if (!chart->isRendering() || chart->visibleRegion().isEmpty()) continue;
        if (!chart->renderSome(kSlice)) Q_EMIT chartChanged(chart);
        break;
    }
    const bool isMore = std::any_of(m_boxes.begin(), m_boxes.end(), [](const Box& box) {
        return box.chart->isRendering() && !box.chart->visibleRegion().isEmpty();
    });
    if (isMore) m_painter.start(0);
}

void ComparisonPage::showComparison(const RunComparisonPtr& comparison) {
    m_comparison = comparison;
    if (m_runs) m_differences->showDifferences(m_runs->runs, comparison);
    m_code->showComparison(comparison);
    showPartings();
}

void ComparisonPage::showPartings() {
    if (!m_comparison || !m_runs || m_comparison->runs.size() != m_runs->runs.size()) return;
    std::optional<std::pair<const MetricComparison*, std::pair<std::size_t, Parting>>> first;
    for (const MetricComparison& metric : m_comparison->metrics) {
        const auto parting = firstParting(metric);
        const bool isLoss = metric.metric == "loss";
        if (parting && (!first || isLoss)) first = {&metric, *parting};
        const auto box = std::find_if(m_boxes.begin(), m_boxes.end(),
                                      [&](const Box& one) { return one.metric == metric.metric; });
        if (box == m_boxes.end()) continue;
        const bool hasMark = parting && m_axis->currentIndex() == 0;
        box->chart->setMark(
            hasMark ? std::optional(static_cast<double>(parting->second.step)) : std::nullopt,
            parting ? tr("parts at step %1").arg(format::count(parting->second.step)) : QString());
    }
    if (!first) {
        m_verdict->setText(m_comparison->metrics.empty() ? QString()
                                                         : tr("No metric parts by more than 1e-6."));
        return;
    }
    const auto& [metric, parting] = *first;
    m_verdict->setText(tr("%1 parts first at step %2: %3 has %4, %5 has %6.")
                           .arg(format::metricName(metric->metric), format::count(parting.second.step),
                                numberOf(m_comparison->runs.front()), format::metric(parting.second.first),
                                numberOf(m_comparison->runs[parting.first]),
                                format::metric(parting.second.other)));
}

void ComparisonPage::openExportMenu(ComparisonChart* chart, const std::string& metric, QWidget* button) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Picture (PNG)"), this, [this, chart, metric] {
        chooseFile(QStringLiteral("png"), metric,
                   [this, content = chart->png()](const QString& file) { m_service->save(content, file); });
    });
    menu->addAction(tr("Drawing (SVG)"), this, [this, chart, metric] {
        chooseFile(QStringLiteral("svg"), metric,
                   [this, content = chart->svg()](const QString& file) { m_service->save(content, file); });
    });
    menu->addAction(tr("All points (CSV)"), this, [this, metric] {
        chooseFile(QStringLiteral("csv"), metric,
                   [this, metric](const QString& file) { m_service->saveCsv(metric, file); });
    });
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void ComparisonPage::chooseFile(const QString& ending, const std::string& metric,
                                const std::function<void(const QString& file)>& save) {
    auto* dialog = new QFileDialog(this, tr("Export"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(format::text(metric).replace(QLatin1Char('/'), QLatin1Char('-')) + QLatin1Char('.') +
                       ending);
    connect(dialog, &QFileDialog::fileSelected, this, save);
    dialog->open();
}

void ComparisonPage::resizeEvent(QResizeEvent*) { placeBoxes(); }

void ComparisonPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT closeTriggered();
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace slipway
