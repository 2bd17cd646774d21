// SPDX-License-Identifier: GPL-3.0-or-later
// Icons of the one SVG set (resources/icons), drawn in a tone of the theme at any scale. They follow a theme switch by
// themselves, since the tone is looked up when the icon is painted. GUI thread only.
#pragma once

#include "widgets/common/theme.h"

#include <QIcon>
#include <QPixmap>

class QPainter;

namespace slipway {

// `name` is a file of resources/icons without its ending. Disabled mode is painted in Tone::Disabled.
QIcon themedIcon(const char* name, Tone tone = Tone::Text);
// Checked buttons (the rail) show `onTone`.
QIcon themedIcon(const char* name, Tone tone, Tone onTone);
void paintIcon(QPainter& painter, const QRectF& rect, const char* name, Tone tone);

}  // namespace slipway
