// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/formats.h"

#include "backends/core/units.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QPainter>

#include <cmath>

namespace slipway::format {
namespace {

QString tr(const char* source) { return QCoreApplication::translate("slipway::format", source); }

QDateTime localTime(Timestamp time) {
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

qreal digitWidth(const QFontMetricsF& metrics) {
    qreal widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

}  // namespace

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string utf8(const QString& text) { return text.toStdString(); }

QString stateWord(RunState state) {
    switch (state) {
        case RunState::Draft: return tr("Draft");
        case RunState::Preparing: return tr("Preparing");
        case RunState::Queued: return tr("Queued");
        case RunState::Admitted: return tr("Admitted");
        case RunState::Starting: return tr("Starting");
        case RunState::Running: return tr("Running");
        case RunState::Suspended: return tr("Suspended");
        case RunState::Finishing: return tr("Finishing");
        case RunState::Succeeded: return tr("Succeeded");
        case RunState::Failed: return tr("Failed");
        case RunState::Cancelled: return tr("Cancelled");
        case RunState::Interrupted: return tr("Interrupted");
        case RunState::Lost: return tr("Lost");
    }
    return dash();
}

QString verdictWord(Verdict verdict) {
    switch (verdict) {
        case Verdict::Now: return tr("Now");
        case Verdict::After: return tr("After a wait");
        case Verdict::Never: return tr("Never as written");
        case Verdict::Unknown: return tr("Unknown");
    }
    return dash();
}

QString resumeHindrance(bool isResuming) {
    return isResuming ? tr("A run that goes on from this one is under way") : QString();
}

QString targetName(const TargetId& target) {
    if (target.str() == "here") return tr("this machine");
    return text(target.str()).replace(QLatin1Char('/'), QStringLiteral(" / "));
}

QString relativeTime(Timestamp then, Timestamp now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - then).count();
    if (seconds < 10) return tr("just now");
    if (seconds < 60) return tr("%1 s").arg(seconds);
    if (seconds < 3600) return tr("%1 min").arg(seconds / 60);
    if (seconds < 22 * 3600) return tr("%1 h").arg(seconds / 3600);
    if (seconds < 46 * 3600) return tr("yesterday");
    return tr("%1 days").arg((seconds + 43200) / 86400);
}

QString exactTime(Timestamp time) { return localTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")); }

QString clockTime(Timestamp time) { return localTime(time).toString(QStringLiteral("HH:mm:ss.zzz")); }

QString metric(double value) { return std::isfinite(value) ? text(metricText(value)) : dash(); }

QString count(qint64 value) { return QLocale(QLocale::English).toString(value); }

QString metricName(std::string_view metric) {
    QString name = text(metric);
    if (name == QLatin1String("lr")) return tr("Learning rate");
    name.replace(QLatin1Char('/'), QLatin1Char(' ')).replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!name.isEmpty()) name[0] = name[0].toUpper();
    return name;
}

QString errorText(const Error& error) {
    QString result = text(error.message);
    if (!result.isEmpty() && !result.endsWith(QLatin1Char('.'))) result += QLatin1Char('.');
    if (!error.hint.empty()) result += QLatin1Char(' ') + text(error.hint);
    return result;
}

QString folderOf(const QString& path) {
    const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
    return slash == 0 && path.size() > 1 ? QStringLiteral("/") : path.left(std::max<qsizetype>(slash, 0));
}

QString jobFileOf(const RunRecord& run) {
    return text(run.jobFolder) + QLatin1Char('/') + text(run.jobFileName);
}

QString lastName(const QString& path) {
    return path.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
}

QString relativeTo(const QString& folder, const QString& path) {
    const QString begin = folder.endsWith(QLatin1Char('/')) ? folder : folder + QLatin1Char('/');
    return path.startsWith(begin) ? path.mid(begin.size()) : path;
}

qreal numberWidth(const QPainter& painter, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const qreal digit = digitWidth(metrics);
    qreal width = 0;
    for (const QChar letter : text) width += letter.isDigit() ? digit : metrics.horizontalAdvance(letter);
    return width;
}

void drawNumber(QPainter& painter, const QRectF& rect, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const qreal digit = digitWidth(metrics);
    const qreal baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    qreal x = rect.right() - numberWidth(painter, text);
    for (const QChar letter : text) {
        const qreal own = metrics.horizontalAdvance(letter);
        const qreal cell = letter.isDigit() ? digit : own;
        painter.drawText(QPointF(x + (cell - own) / 2, baseline), QString(letter));
        x += cell;
    }
}

}  // namespace slipway::format
