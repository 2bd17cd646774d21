// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/ranksstrip.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/stateglyph.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kHeight = 80;
constexpr int kSmallestBox = 118;
constexpr int kLargestBox = 260;
constexpr double kSlow = 1.05;  // of the median

double medianStepSeconds(const std::vector<RankStatus>& ranks) {
    std::vector<double> times;
    for (const RankStatus& rank : ranks)
        if (rank.stepSeconds > 0) times.push_back(rank.stepSeconds);
    if (times.empty()) return 0;
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                     times.end());
    return times[times.size() / 2];
}

}  // namespace

class RanksStrip::Boxes final : public QWidget {
public:
    explicit Boxes(const RanksStrip* strip) : m_strip(strip) {}
    void place() {
        const int count = std::max(1, static_cast<int>(m_strip->m_ranks.size()));
        m_box = std::clamp(m_strip->viewport()->width() / count, kSmallestBox, kLargestBox);
        resize(count * m_box, m_strip->viewport()->height());
        update();
    }

protected:
    void paintEvent(QPaintEvent* event) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& ranks = m_strip->m_ranks;
        const int last = std::min(static_cast<int>(ranks.size()) - 1, event->rect().right() / m_box);
        for (int at = event->rect().left() / m_box; at <= last; ++at) {
            if (at > 0) {
                painter.setPen(theme::color(Tone::Line));
                painter.drawLine(QPointF(at * m_box, 1), QPointF(at * m_box, height() - 1));
            }
            paintRank(painter, QRectF(at * m_box, 0, m_box, height()).adjusted(10, 7, -10, -7),
                      ranks[static_cast<std::size_t>(at)]);
        }
    }

private:
    void paintRank(QPainter& painter, const QRectF& rect, const RankStatus& rank) const {
        const double line = 16;
        const Look look = lookOf(rank.state);
        paintGlyph(painter, QRectF(rect.left(), rect.top() + 2, 11, 11), look.glyph, look.tone);
        painter.setFont(theme::font(TextRole::Heading));
        painter.setPen(theme::color(Tone::Text));
        painter.drawText(QRectF(rect.left() + 17, rect.top(), 40, line), Qt::AlignVCenter,
                         QString::number(rank.rank));
        painter.setFont(theme::font(TextRole::Small));
        painter.setPen(theme::color(Tone::Muted));
        const QString place =
            format::text(rank.host) +
            (rank.device.empty() ? QString() : QStringLiteral(" · ") + format::text(rank.device));
        painter.drawText(
            QRectF(rect.left() + 40, rect.top(), rect.width() - 40, line), Qt::AlignVCenter | Qt::AlignRight,
            painter.fontMetrics().elidedText(place, Qt::ElideRight, static_cast<int>(rect.width()) - 40));
        const auto pair = [&](int row, const QString& name, const QString& value, Tone tone) {
            const QRectF at(rect.left(), rect.top() + 2 + row * line, rect.width(), line);
            painter.setPen(theme::color(Tone::Muted));
            painter.drawText(at, Qt::AlignVCenter | Qt::AlignLeft, name);
            painter.setPen(theme::color(tone));
            format::drawNumber(painter, at, value);
        };
        pair(1, tr("step"), format::count(rank.step), Tone::Text);
        const bool slow = m_strip->isSlow(rank);
        pair(2, slow ? tr("step time, slow") : tr("step time"),
             rank.stepSeconds > 0 ? format::text(durationText(rank.stepSeconds)) : format::dash(),
             slow ? Tone::Warn : Tone::Text);
        pair(3, tr("memory"), rank.memory.count > 0 ? format::text(binarySize(rank.memory)) : format::dash(),
             Tone::Text);
    }

    const RanksStrip* m_strip;
    int m_box = kSmallestBox;
};

RanksStrip::RanksStrip(QWidget* parent) : QScrollArea(parent), m_boxes(new Boxes(this)) {
    setWidget(m_boxes);
    m_boxes->setAutoFillBackground(false);  // the page's own shows, and the frame below
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportMargins(1, 1, 1, 1);
    setFixedHeight(kHeight);
}

void RanksStrip::setRanks(const std::vector<RankStatus>& ranks) {
    m_ranks = ranks;
    m_median = medianStepSeconds(ranks);
    const auto place = [this](const RankStatus& rank) {
        return rank.state == RunState::Failed || rank.state == RunState::Lost ? 0 : isSlow(rank) ? 1 : 2;
    };
    std::stable_sort(m_ranks.begin(), m_ranks.end(),
                     [&](const RankStatus& a, const RankStatus& b) { return place(a) < place(b); });
    QStringList words;
    for (const RankStatus& rank : m_ranks)
        words.append(tr("rank %1: %2, step %3")
                         .arg(rank.rank)
                         .arg(format::stateWord(rank.state), format::count(rank.step)));
    setAccessibleName(words.join(QLatin1String("; ")));
    const bool isWide = static_cast<int>(m_ranks.size()) * kSmallestBox > viewport()->width();
    setFixedHeight(kHeight + (isWide ? horizontalScrollBar()->sizeHint().height() : 0));
    m_boxes->place();
}

bool RanksStrip::isSlow(const RankStatus& rank) const {
    return m_ranks.size() > 1 && m_median > 0 && rank.stepSeconds > kSlow * m_median;
}

std::vector<int> RanksStrip::order() const {
    std::vector<int> order;
    order.reserve(m_ranks.size());
    for (const RankStatus& rank : m_ranks) order.push_back(rank.rank);
    return order;
}

void RanksStrip::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    m_boxes->place();
}

void RanksStrip::paintEvent(QPaintEvent* event) {
    QScrollArea::paintEvent(event);
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(Tone::Line));
    painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

}  // namespace slipway
