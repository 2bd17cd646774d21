// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/itemmodels/loglistmodel.h"

#include <QDateTime>

#include <algorithm>

namespace slipway {
namespace {

// Lines of other ranks fold only within a moment, else their times would lie.
constexpr auto kFoldWithin = std::chrono::seconds(2);

}  // namespace

QString ranksText(const std::set<int>& ranks) {
    QStringList parts;
    for (auto at = ranks.begin(); at != ranks.end();) {
        const int first = *at;
        int last = first;
        while (++at != ranks.end() && *at == last + 1) last = *at;
        parts.append(first == last ? QString::number(first)
                                   : QString::number(first) +
                                         (last == first + 1 ? QLatin1String(", ") : QString(QChar(0x2013))) +
                                         QString::number(last));
    }
    return parts.join(QLatin1String(", "));
}

bool LogListModel::isAccepted(const LogLine& line) const {
    if (m_rank && *m_rank != line.rank) return false;
    if (line.level < m_level) return false;
    return m_words.isEmpty() || QString::fromStdString(line.text).contains(m_words, Qt::CaseInsensitive);
}

bool LogListModel::folds(const Row& row, const LogLine& line) {
    return row.line.text == line.text && row.line.level == line.level && !row.ranks.contains(line.rank) &&
           line.time - row.line.time < kFoldWithin;
}

void LogListModel::append(const std::vector<LogLine>& lines) {
    std::vector<Row> fresh;
    bool hasFolded = false;
    for (const LogLine& line : lines) {
        ++m_total;
        if (line.level >= LogLevel::Warning) ++m_warnings;
        m_ranks.insert(line.rank);
        m_lines.push_back(line);
        if (!isAccepted(line)) continue;
        if (!fresh.empty() && folds(fresh.back(), line)) {
            fresh.back().ranks.insert(line.rank);
        } else if (fresh.empty() && !m_rows.empty() && folds(m_rows.back(), line)) {
            m_rows.back().ranks.insert(line.rank);
            hasFolded = true;
        } else {
            fresh.push_back({line, {line.rank}});
        }
    }
    while (m_lines.size() > m_maxLines) m_lines.pop_front();
    if (hasFolded) {
        const QModelIndex last = index(rowCount() - 1);
        Q_EMIT dataChanged(last, last);
    }
    if (fresh.size() > m_maxLines)
        fresh.erase(fresh.begin(), fresh.end() - static_cast<std::ptrdiff_t>(m_maxLines));
    const std::size_t tooMany =
        m_rows.size() + fresh.size() > m_maxLines ? m_rows.size() + fresh.size() - m_maxLines : 0;
    if (tooMany > 0) {
        beginRemoveRows({}, 0, static_cast<int>(tooMany) - 1);
        m_rows.erase(m_rows.begin(), m_rows.begin() + static_cast<std::ptrdiff_t>(tooMany));
        endRemoveRows();
    }
    if (fresh.empty()) return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(fresh.size()) - 1);
    m_rows.insert(m_rows.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    endInsertRows();
}

void LogListModel::clear() {
    beginResetModel();
    m_lines.clear();
    m_rows.clear();
    m_ranks.clear();
    m_total = 0;
    m_warnings = 0;
    endResetModel();
}

void LogListModel::setRank(std::optional<int> rank) {
    m_rank = rank;
    rebuild();
}

void LogListModel::setLevel(LogLevel least) {
    m_level = least;
    rebuild();
}

void LogListModel::setWords(const QString& words) {
    m_words = words;
    rebuild();
}

void LogListModel::rebuild() {
    beginResetModel();
    m_rows.clear();
    for (const LogLine& line : m_lines) {
        if (!isAccepted(line)) continue;
        if (!m_rows.empty() && folds(m_rows.back(), line))
            m_rows.back().ranks.insert(line.rank);
        else
            m_rows.push_back({line, {line.rank}});
    }
    endResetModel();
}

int LogListModel::find(const QString& words, int row, int step) const {
    for (int tries = 0; tries < rowCount(); ++tries) {
        const int at = ((row + step * tries) % rowCount() + rowCount()) % rowCount();
        if (QString::fromStdString(m_rows[static_cast<std::size_t>(at)].line.text)
                .contains(words, Qt::CaseInsensitive))
            return at;
    }
    return -1;
}

int LogListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant LogListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole: return QString::fromStdString(row.line.text);
        case TimeRole:
            return QDateTime::fromMSecsSinceEpoch(
                       std::chrono::duration_cast<std::chrono::milliseconds>(row.line.time.time_since_epoch())
                           .count())
                .toString(QStringLiteral("HH:mm:ss.zzz"));
        case RanksRole: return ranksText(row.ranks);
        case RankCountRole: return static_cast<int>(row.ranks.size());
        case LevelRole: return static_cast<int>(row.line.level);
        default: return {};
    }
}

}  // namespace slipway
