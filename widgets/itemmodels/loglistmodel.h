// SPDX-License-Identifier: GPL-3.0-or-later
// The newest lines of a log, merged over ranks; equal lines of several ranks one after the other are one row. Bounded: the oldest
// go. Filters by rank, level and words. GUI thread only.
#pragma once

#include "backends/core/logline.h"

#include <QAbstractListModel>
#include <QString>

#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace slipway {

class LogListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { TimeRole = Qt::UserRole + 1, RanksRole, RankCountRole, LevelRole };
    static constexpr std::size_t kMaxLines = 100000;

    explicit LogListModel(QObject* parent = nullptr, std::size_t maxLines = kMaxLines)
        : QAbstractListModel(parent),
          m_maxLines(maxLines) {}

    void append(const std::vector<LogLine>& lines);
    void clear();
    // None: all ranks.
    void setRank(std::optional<int> rank);
    void setLevel(LogLevel least);
    void setWords(const QString& words);
    std::size_t totalLines() const { return m_total; }
    std::size_t warnings() const { return m_warnings; }
    const std::set<int>& ranks() const { return m_ranks; }
    // The next row from `row` on, in steps of ±1, that contains `words`; -1: none.
    int find(const QString& words, int row, int step) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row {
        LogLine line;
        std::set<int> ranks;
    };
    bool isAccepted(const LogLine& line) const;
    static bool folds(const Row& row, const LogLine& line);
    void rebuild();

    std::size_t m_maxLines;
    std::deque<LogLine> m_lines;
    std::deque<Row> m_rows;
    std::set<int> m_ranks;
    std::size_t m_total = 0;
    std::size_t m_warnings = 0;
    std::optional<int> m_rank;
    LogLevel m_level = LogLevel::Debug;
    QString m_words;
};

// "0–3, 6"
QString ranksText(const std::set<int>& ranks);

}  // namespace slipway
