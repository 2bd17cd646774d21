// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/page.h"

#include "widgets/common/looks.h"

namespace slipway {

Page::Page(QWidget* parent) : QWidget(parent) { look::setSurface(this, Tone::Surface); }

}  // namespace slipway
