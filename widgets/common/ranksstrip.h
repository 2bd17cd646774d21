// SPDX-License-Identifier: GPL-3.0-or-later
// One box a rank: step, step time (marked when it is slow), memory. What is in trouble stands first, the others by their numbers;
// scrolls sideways when there are many. GUI thread only.
#pragma once

#include "backends/services/runfeed.h"

#include <QScrollArea>

namespace slipway {

class RanksStrip final : public QScrollArea {
    Q_OBJECT
public:
    explicit RanksStrip(QWidget* parent = nullptr);

    void setRanks(const std::vector<RankStatus>& ranks);
    double median() const { return m_median; }  // of the step times, in seconds; 0: none are known
    bool isSlow(const RankStatus& rank) const;
    // The ranks in the order they are shown.
    std::vector<int> order() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    class Boxes;

    std::vector<RankStatus> m_ranks;
    double m_median = 0;
    Boxes* m_boxes;
};

}  // namespace slipway
