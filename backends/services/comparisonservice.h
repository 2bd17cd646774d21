// SPDX-License-Identifier: Apache-2.0
// Runs beside each other: what differs in them, and the part of their curves that a chart shows, read from the columns on a worker.
// GUI-thread object; every signal comes on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/runs/runcomparison.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

enum class CurveAxis : quint8 { Step, Time, Epoch };

struct CurveRange {
    double from = 0;
    double to = 1;
    bool operator==(const CurveRange&) const = default;
};

struct CurveQuestion {
    std::string metric;
    CurveAxis axis = CurveAxis::Step;
    std::optional<CurveRange> range;  // in units of the axis; none: all
    std::size_t points =
        1000;              // about so many of each run: lows and highs, so that every extreme is among them
    double smoothing = 0;  // weight of the debiased moving average
};

struct ComparedCurve {
    std::vector<double> x;
    std::vector<double> y;
};

struct CurveAnswer {
    CurveQuestion question;
    std::vector<ComparedCurve> curves;  // one each run; empty: the run has none, or no epochs are known
    CurveRange extent{0, 0};            // of all points on the axis
};
using CurveAnswerPtr = std::shared_ptr<const CurveAnswer>;

struct ComparedRuns {
    std::vector<RunRecord> runs;  // in the order they were asked for
    std::vector<std::string> metrics;
};
using ComparedRunsPtr = std::shared_ptr<const ComparedRuns>;
using RunComparisonPtr = std::shared_ptr<const RunComparison>;

class ComparisonService : public QObject {
    Q_OBJECT
public:
    explicit ComparisonService(QObject* parent = nullptr) : QObject(parent) {}

    // Ends in opened, then compared, or in failed. Opened again while one of them goes on. What was opened before is left.
    virtual void open(const std::vector<RunId>& runs) = 0;
    virtual void close() = 0;
    // Ends in curvesRead, or failed. Of several questions about a metric that wait, the newest is answered.
    virtual void read(const CurveQuestion& question) = 0;
    // Every point of the metric as "run,step,seconds,value". Ends in saved or failed.
    virtual void saveCsv(const std::string& metric, const QString& file) = 0;
    virtual void save(const QByteArray& content, const QString& file) = 0;

Q_SIGNALS:
    void opened(const slipway::ComparedRunsPtr& runs);
    void compared(const slipway::RunComparisonPtr& comparison);
    void curvesRead(const slipway::CurveAnswerPtr& answer);
    void saved(const QString& file);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
