// SPDX-License-Identifier: GPL-3.0-or-later
// Words and numbers as people read them: states, times, amounts, errors. Pure but for the clock that is passed in; GUI thread for tr().
#pragma once

#include "backends/core/error.h"
#include "backends/core/run.h"
#include "backends/core/runstate.h"
#include "backends/core/target.h"
#include "backends/core/timestamp.h"

#include <QString>

#include <string>
#include <string_view>

class QPainter;
class QRectF;

namespace slipway::format {

QString text(std::string_view utf8);
std::string utf8(const QString& text);
QString stateWord(RunState state);
QString verdictWord(Verdict verdict);
// Why a run that is being resumed is not resumed again; none when it is not.
QString resumeHindrance(bool isResuming);
// "lab / research", "this machine" for the id of a target.
QString targetName(const TargetId& target);
// "just now", "4 min", "1 h", "yesterday", "3 days".
QString relativeTime(Timestamp then, Timestamp now);
QString exactTime(Timestamp time);
QString clockTime(Timestamp time);
// As metricText(); "–" for what is not a number.
QString metric(double value);
// With thousands: 1,240.
QString count(qint64 value);
// "Loss", "Accuracy": the heading of a metric; "test/accuracy" -> "Test accuracy".
QString metricName(std::string_view metric);
// The error as a person reads it: message and next step.
QString errorText(const Error& error);
// Of paths with "/", as texts: nothing looks at the disk. "/a/b/job.yaml" -> "/a/b", and "" where there is no folder.
QString folderOf(const QString& path);
// The job file that a run was made of.
QString jobFileOf(const RunRecord& run);
// "/a/b/" -> "b".
QString lastName(const QString& path);
// `path` below `folder`; elsewhere as it is.
QString relativeTo(const QString& folder, const QString& path);
inline QString dash() { return QStringLiteral("–"); }

// Digits in cells of one width, right-aligned, so that columns of numbers stand still whatever the font.
void drawNumber(QPainter& painter, const QRectF& rect, const QString& text);
qreal numberWidth(const QPainter& painter, const QString& text);

}  // namespace slipway::format
