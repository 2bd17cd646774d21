// SPDX-License-Identifier: GPL-3.0-or-later
// The application's one style sheet, written from the theme's tones. Only theme::apply uses it; GUI thread.
#pragma once

#include <QString>

namespace slipway {

QString applicationStyleSheet();

}  // namespace slipway
