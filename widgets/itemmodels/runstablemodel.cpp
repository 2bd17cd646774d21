// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/itemmodels/runstablemodel.h"

#include "backends/core/units.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace slipway {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString dash() { return QStringLiteral("–"); }

QString number(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? text(metricText(*value)) : dash();
}

QString count(std::int64_t value) {
    return QLocale(QLocale::English).toString(static_cast<qlonglong>(value));
}

QString age(double seconds) {
    const auto whole = static_cast<qint64>(seconds);
    if (whole < 60) return RunsTableModel::tr("now");
    if (whole < 3600) return RunsTableModel::tr("%1 min").arg(whole / 60);
    if (whole < 22 * 3600) return RunsTableModel::tr("%1 h").arg(whole / 3600);
    if (whole < 46 * 3600) return RunsTableModel::tr("yesterday");
    return RunsTableModel::tr("%1 days").arg((whole + 43200) / 86400);
}

double share(const RunSummary& run) {
    if (run.steps <= 0) return -1;
    return std::clamp(static_cast<double>(run.step) / static_cast<double>(run.steps), 0.0, 1.0);
}

bool isNumber(int column) {
    return (column >= RunsTableModel::Loss && column <= RunsTableModel::Started) ||
           column >= RunsTableModel::ColumnCount;
}

QString joined(const std::vector<std::string>& texts) {
    QStringList all;
    for (const std::string& one : texts) all.append(text(one));
    return all.join(QStringLiteral(", "));
}

constexpr auto kColumnIds =
    std::to_array<const char*>({"state", "run", "job", "where", "progress", "loss", "metric", "rate",
                                "duration", "started", "tags", "group", "note"});

QString stateText(RunState state) {
    QString name =
        QString::fromUtf8(runStateName(state).data(), static_cast<qsizetype>(runStateName(state).size()));
    if (!name.isEmpty()) name[0] = name[0].toUpper();
    return name;
}

QString reason(const RunSummary& run) {
    return text(run.cause.empty() ? run.record.status.reason : run.cause);
}

// Both: the cause, and how it ended.
QString wholeReason(const RunSummary& run) {
    const QString how = text(run.record.status.reason);
    if (run.cause.empty() || how.isEmpty()) return reason(run);
    return text(run.cause) + QLatin1Char('\n') + how;
}

double secondsBetween(Timestamp from, Timestamp to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void RunsTableModel::setRuns(std::vector<RunSummary> runs, Timestamp now) {
    m_now = now;
    const auto sameId = [](const RunSummary& a, const RunSummary& b) { return a.record.id == b.record.id; };
    // The usual cases keep selection and scroll place: nothing new, or new ones on top.
    if (runs.size() >= m_runs.size() &&
        std::equal(m_runs.begin(), m_runs.end(), runs.end() - static_cast<std::ptrdiff_t>(m_runs.size()),
                   sameId)) {
        const int added = static_cast<int>(runs.size() - m_runs.size());
        if (added > 0) {
            beginInsertRows({}, 0, added - 1);
            m_runs.insert(m_runs.begin(), runs.begin(), runs.begin() + added);
            endInsertRows();
        }
        m_runs = std::move(runs);
        if (!m_runs.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

const RunSummary* RunsTableModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &m_runs[static_cast<std::size_t>(row)] : nullptr;
}

int RunsTableModel::rowOf(const RunId& id) const {
    const auto found = std::find_if(m_runs.begin(), m_runs.end(),
                                    [&](const RunSummary& run) { return run.record.id == id; });
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int RunsTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunsTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount + static_cast<int>(m_extra.size());
}

void RunsTableModel::setExtraColumns(const QStringList& names) {
    if (names == m_extra) return;
    for (int at = static_cast<int>(m_extra.size()) - 1; at >= 0; --at) {
        if (names.contains(m_extra.at(at))) continue;
        beginRemoveColumns({}, ColumnCount + at, ColumnCount + at);
        m_extra.removeAt(at);
        endRemoveColumns();
    }
    for (const QString& name : names) {
        if (m_extra.contains(name)) continue;
        beginInsertColumns({}, columnCount(), columnCount());
        m_extra.append(name);
        endInsertColumns();
    }
}

QVariant RunsTableModel::extraValue(const RunSummary& run, int column, bool isKey) const {
    const auto value = runValue(run, extraName(column).toStdString(), m_now);
    // What a run has not stands below all that others have.
    if (!value) return isKey ? QVariant(std::numeric_limits<double>::lowest()) : QVariant(dash());
    const bool isSetting = !value->texts.empty();  // as it was written
    if (isKey && value->number) return *value->number;
    return isSetting ? joined(value->texts) : number(value->number);
}

double RunsTableModel::seconds(const RunSummary& run) const {
    const RunRecord& record = run.record;
    return secondsBetween(record.started.value_or(record.created), record.ended.value_or(m_now));
}

QVariant RunsTableModel::text(const RunSummary& run, int column) const {
    const RunRecord& record = run.record;
    switch (column) {
        case State: return stateText(record.status.state);
        case Run: return QStringLiteral("#%1").arg(record.number);
        case Job: return slipway::text(record.job);
        case Where:
            return record.target.str() == "here"
                       ? tr("here")
                       : slipway::text(record.target.str()).replace(QLatin1Char('/'), QStringLiteral(" / "));
        case Progress: {
            if (share(run) < 0) return QString();
            const QString percent = tr("%1 %").arg(static_cast<int>(share(run) * 100));
            if (record.status.state == RunState::Succeeded)
                return tr("%1 step(s)", nullptr, static_cast<int>(run.step)).arg(count(run.step));
            return percent;
        }
        case Loss: return number(run.loss);
        case Metric: return number(run.metricValue);
        case Rate:
            return run.samplesPerSecond > 0 ? slipway::text(siNumber(run.samplesPerSecond)) + tr("/s")
                                            : dash();
        case Duration:
            return record.started || record.ended ? slipway::text(clockText(seconds(run))) : dash();
        case Started: return age(secondsBetween(record.started.value_or(record.created), m_now));
        case Tags: return joined(record.marks.tags);
        case Group: return slipway::text(record.marks.group);
        case Note: return slipway::text(record.marks.note).section(QLatin1Char('\n'), 0, 0);
        default: return extraValue(run, column, false);
    }
}

QVariant RunsTableModel::sortKey(const RunSummary& run, int column) const {
    const RunRecord& record = run.record;
    switch (column) {
        case State: return static_cast<int>(record.status.state);
        case Run: return static_cast<qlonglong>(record.number);
        case Progress: return share(run);
        case Loss: return run.loss.value_or(std::numeric_limits<double>::max());
        case Metric: return run.metricValue.value_or(std::numeric_limits<double>::lowest());
        case Rate: return run.samplesPerSecond;
        case Duration: return seconds(run);
        case Started:
            return static_cast<qlonglong>(record.started.value_or(record.created).time_since_epoch().count());
        default: return column < ColumnCount ? text(run, column) : extraValue(run, column, true);
    }
}

QVariant RunsTableModel::data(const QModelIndex& index, int role) const {
    const RunSummary* run = index.isValid() ? at(index.row()) : nullptr;
    if (!run) return {};
    switch (role) {
        case Qt::DisplayRole: return text(*run, index.column());
        case Qt::EditRole:
            return index.column() == Note ? QVariant(slipway::text(run->record.marks.note))
                                          : text(*run, index.column());
        case SortRole: return sortKey(*run, index.column());
        case StateRole: return static_cast<int>(run->record.status.state);
        case ShareRole: {
            const bool hasBar = index.column() == Progress && share(*run) >= 0 &&
                                run->record.status.state != RunState::Succeeded;
            return hasBar ? QVariant(share(*run)) : QVariant();
        }
        case DetailRole:
            if (index.column() == Progress) return reason(*run);
            if (index.column() == Metric) return slipway::text(run->metric);
            return {};
        case NumberRole: return isNumber(index.column());
        case RunIdRole: return slipway::text(run->record.id.str());
        case IsHereRole: return run->record.target.str() == "here";
        case Qt::ToolTipRole:
            if (index.column() == Started)
                return QDateTime::fromMSecsSinceEpoch(
                           std::chrono::duration_cast<std::chrono::milliseconds>(
                               run->record.started.value_or(run->record.created).time_since_epoch())
                               .count())
                    .toString(Qt::ISODate);
            if (index.column() == State || index.column() == Progress) return wholeReason(*run);
            if (index.column() == Note) return slipway::text(run->record.marks.note);
            return {};
        case Qt::AccessibleTextRole:
            return QStringLiteral("%1: %2").arg(
                headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                text(*run, index.column()).toString());
        case Qt::TextAlignmentRole:
            return isNumber(index.column()) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                            : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
        default: return {};
    }
}

bool RunsTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const RunSummary* run = index.isValid() ? at(index.row()) : nullptr;
    if (!run || role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
    if (value.toString() == data(index, Qt::EditRole).toString()) return true;
    MarkChange change;
    if (index.column() == Tags) {
        change.addedTags = splitTags(value.toString().toStdString());
        for (const std::string& tag : run->record.marks.tags)
            if (std::find(change.addedTags.begin(), change.addedTags.end(), tag) == change.addedTags.end())
                change.removedTags.push_back(tag);
    } else {
        (index.column() == Note ? change.note : change.group) = value.toString().toStdString();
    }
    Q_EMIT marksEdited(run->record.id, change);
    return true;
}

Qt::ItemFlags RunsTableModel::flags(const QModelIndex& index) const {
    const bool isMark = index.column() == Tags || index.column() == Group || index.column() == Note;
    return QAbstractTableModel::flags(index) | (isMark ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

QVariant RunsTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == ColumnIdRole)
        return section < ColumnCount ? QString::fromLatin1(kColumnIds.at(static_cast<std::size_t>(section)))
                                     : QLatin1Char('=') + extraName(section);
    if (role == Qt::ToolTipRole && section >= ColumnCount) return extraName(section);
    if (role == Qt::TextAlignmentRole)
        return isNumber(section) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                 : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case State: return tr("State");
        case Run: return tr("Run");
        case Job: return tr("Job");
        case Where: return tr("Where");
        case Progress: return tr("Progress");
        case Loss: return tr("Loss");
        case Metric: return tr("Metric");
        case Rate: return tr("Rate");
        case Duration: return tr("Duration");
        case Started: return tr("Started");
        case Tags: return tr("Tags");
        case Group: return tr("Group");
        case Note: return tr("Note");
        default: return extraName(section);
    }
}

RunsFilterModel::RunsFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(RunsTableModel::SortRole);
    setDynamicSortFilter(true);
}

Result<void> RunsFilterModel::setFilter(const QString& filterText) {
    const auto* runs = qobject_cast<const RunsTableModel*>(sourceModel());
    SLIPWAY_TRY(m_filter, RunFilter::parse(filterText.toStdString(), runs->runs()));
    invalidateFilter();
    return {};
}

void RunsFilterModel::setGroup(Group group) {
    m_group = group;
    invalidateFilter();
}

bool RunsFilterModel::isIn(Group group, const RunSummary& run) {
    const RunState state = run.record.status.state;
    switch (group) {
        case Group::All: return true;
        case Group::Active: return !isFinal(state);
        case Group::Failed: return state == RunState::Failed || state == RunState::Lost;
        case Group::Resumable: return run.isResumable;
    }
    return true;
}

bool RunsFilterModel::filterAcceptsRow(int row, const QModelIndex&) const {
    const auto* runs = qobject_cast<const RunsTableModel*>(sourceModel());
    return runs && isIn(m_group, *runs->at(row)) && m_filter.matches(*runs->at(row), runs->now());
}

}  // namespace slipway
