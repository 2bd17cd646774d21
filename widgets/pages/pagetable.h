// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the window, in the rail's order. A new page is one row here.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

namespace slipway {

PageTable makePageTable(const Services& services);

}  // namespace slipway
