// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/stateglyph.h"

#include <QPainter>
#include <QPainterPath>

namespace slipway {
namespace {

void paintRing(QPainter& painter, const QColor& color, bool isDashed) {
    QPen pen(color, 1.4);
    if (isDashed) pen.setDashPattern({1.6, 1.5});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(QRectF(1.5, 1.5, 9, 9));
}

void paintPie(QPainter& painter, const QColor& color, int sixteenths) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPie(QRectF(2.5, 2.5, 7, 7), 90 * 16, -sixteenths);
}

void paintHourglass(QPainter& painter, const QColor& color) {
    QPainterPath path;
    path.moveTo(2.5, 1.5);
    path.lineTo(9.5, 1.5);
    path.moveTo(2.5, 10.5);
    path.lineTo(9.5, 10.5);
    path.moveTo(3.6, 1.5);
    path.cubicTo(3.6, 4.5, 6, 5, 6, 6);
    path.cubicTo(6, 7, 3.6, 7.5, 3.6, 10.5);
    path.moveTo(8.4, 1.5);
    path.cubicTo(8.4, 4.5, 6, 5, 6, 6);
    path.cubicTo(6, 7, 8.4, 7.5, 8.4, 10.5);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.3, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(path);
}

void paintArrowRound(QPainter& painter, const QColor& color) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawArc(QRectF(2, 2, 8, 8), 130 * 16, 260 * 16);
    painter.drawPolyline(QPolygonF({{2.4, 1.2}, {2.6, 3.9}, {5.3, 3.6}}));
}

}  // namespace

Tone tintOf(Tone tone) {
    switch (tone) {
        case Tone::Accent: return Tone::AccentTint;
        case Tone::Ok: return Tone::OkTint;
        case Tone::Warn: return Tone::WarnTint;
        case Tone::Error: return Tone::ErrorTint;
        case Tone::Waiting: return Tone::WaitingTint;
        case Tone::Info: return Tone::InfoTint;
        default: return Tone::NeutralTint;
    }
}

Look lookOf(RunState state) {
    const auto look = [](Glyph glyph, Tone tone) { return Look{glyph, tone, tintOf(tone)}; };
    switch (state) {
        case RunState::Draft: return look(Glyph::DashedRing, Tone::Muted);
        case RunState::Preparing: return look(Glyph::DashedRingDot, Tone::Info);
        case RunState::Queued: return look(Glyph::Hourglass, Tone::Waiting);
        case RunState::Admitted: return look(Glyph::RingDot, Tone::Info);
        case RunState::Starting: return look(Glyph::RingQuarter, Tone::Info);
        case RunState::Running: return look(Glyph::Disc, Tone::Accent);
        case RunState::Suspended: return look(Glyph::TwoBars, Tone::Muted);
        case RunState::Finishing: return look(Glyph::RingThreeQuarters, Tone::Accent);
        case RunState::Succeeded: return look(Glyph::Tick, Tone::Ok);
        case RunState::Failed: return look(Glyph::Cross, Tone::Error);
        case RunState::Cancelled: return look(Glyph::RingSlash, Tone::Muted);
        case RunState::Interrupted: return look(Glyph::ArrowRound, Tone::Warn);
        case RunState::Lost: return look(Glyph::QuestionMark, Tone::Warn);
    }
    return {};
}

Look lookOf(Verdict verdict) {
    switch (verdict) {
        case Verdict::Now: return {Glyph::Tick, Tone::Ok, Tone::OkTint};
        case Verdict::After: return {Glyph::Hourglass, Tone::Waiting, Tone::WaitingTint};
        case Verdict::Never: return {Glyph::Cross, Tone::Error, Tone::ErrorTint};
        case Verdict::Unknown: return {Glyph::QuestionMark, Tone::Muted, Tone::NeutralTint};
    }
    return {};
}

void paintGlyph(QPainter& painter, const QRectF& rect, Glyph glyph, Tone tone) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / 12.0, rect.height() / 12.0);
    const QColor color = theme::color(tone);
    const QPen stroke(color, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (glyph) {
        case Glyph::DashedRing: paintRing(painter, color, true); break;
        case Glyph::DashedRingDot:
        case Glyph::RingDot:
            paintRing(painter, color, glyph == Glyph::DashedRingDot);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(6, 6), 1.9, 1.9);
            break;
        case Glyph::Hourglass: paintHourglass(painter, color); break;
        case Glyph::RingQuarter:
            paintRing(painter, color, false);
            paintPie(painter, color, 90 * 16);
            break;
        case Glyph::RingThreeQuarters:
            paintRing(painter, color, false);
            paintPie(painter, color, 270 * 16);
            break;
        case Glyph::Disc:
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(6, 6), 4, 4);
            break;
        case Glyph::TwoBars:
            painter.setPen(QPen(color, 2.0, Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(QPointF(4, 2.5), QPointF(4, 9.5));
            painter.drawLine(QPointF(8, 2.5), QPointF(8, 9.5));
            break;
        case Glyph::Tick:
            painter.setPen(stroke);
            painter.drawPolyline(QPolygonF({{2, 6.4}, {4.8, 9.1}, {10, 3}}));
            break;
        case Glyph::Cross:
            painter.setPen(stroke);
            painter.drawLine(QPointF(2.6, 2.6), QPointF(9.4, 9.4));
            painter.drawLine(QPointF(9.4, 2.6), QPointF(2.6, 9.4));
            break;
        case Glyph::RingSlash:
            paintRing(painter, color, false);
            painter.drawLine(QPointF(2.9, 9.1), QPointF(9.1, 2.9));
            break;
        case Glyph::ArrowRound: paintArrowRound(painter, color); break;
        case Glyph::QuestionMark: {
            QPainterPath path(QPointF(3.4, 3.9));
            path.cubicTo(3.5, 0.6, 8.8, 0.6, 8.7, 3.9);
            path.cubicTo(8.7, 5.6, 6, 5.6, 6, 7.4);
            painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap));
            painter.drawPath(path);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(6, 10.2), 1, 1);
            break;
        }
        case Glyph::Triangle:
            painter.setPen(QPen(color, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.drawPolygon(QPolygonF({{6, 1.4}, {11.2, 10.4}, {0.8, 10.4}}));
            painter.drawLine(QPointF(6, 4.6), QPointF(6, 7));
            painter.drawPoint(QPointF(6, 8.9));
            break;
        case Glyph::Diamond:
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF({{6, 1.8}, {10.2, 6}, {6, 10.2}, {1.8, 6}}));
            break;
        case Glyph::Dash:
            painter.setPen(stroke);
            painter.drawLine(QPointF(3, 6), QPointF(9, 6));
            break;
    }
    painter.restore();
}

GlyphLabel::GlyphLabel(Glyph glyph, Tone tone, QWidget* parent)
    : QWidget(parent),
      m_glyph(glyph),
      m_tone(tone) {
    setFixedSize(theme::kGlyph + 2, theme::kGlyph + 4);
}

void GlyphLabel::setLook(Glyph glyph, Tone tone) {
    m_glyph = glyph;
    m_tone = tone;
    update();
}

void GlyphLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintGlyph(painter, QRectF(1, 2, theme::kGlyph, theme::kGlyph), m_glyph, m_tone);
}

}  // namespace slipway
