// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of each run state, verdict and mark, painted as vectors: a state is never told by colour alone. GUI thread only.
#pragma once

#include "backends/core/runstate.h"
#include "backends/core/target.h"
#include "widgets/common/theme.h"

#include <QWidget>

class QPainter;

namespace slipway {

enum class Glyph : quint8 {
    DashedRing,
    DashedRingDot,
    Hourglass,
    RingDot,
    RingQuarter,
    Disc,
    TwoBars,
    RingThreeQuarters,
    Tick,
    Cross,
    RingSlash,
    ArrowRound,
    QuestionMark,
    Triangle,
    Diamond,
    Dash,
};

struct Look {
    Glyph glyph = Glyph::Dash;
    Tone tone = Tone::Muted;
    Tone tint = Tone::NeutralTint;
};

Look lookOf(RunState state);
Look lookOf(Verdict verdict);
Tone tintOf(Tone tone);

// Fits `rect` (12 × 12 as a rule).
void paintGlyph(QPainter& painter, const QRectF& rect, Glyph glyph, Tone tone);

// A glyph alone, for layouts.
class GlyphLabel final : public QWidget {
    Q_OBJECT
public:
    explicit GlyphLabel(Glyph glyph, Tone tone, QWidget* parent = nullptr);
    void setLook(Glyph glyph, Tone tone);
    QSize sizeHint() const override { return {theme::kGlyph + 2, theme::kGlyph + 4}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Glyph m_glyph;
    Tone m_tone;
};

}  // namespace slipway
