// SPDX-License-Identifier: Apache-2.0
// The one place where libtorch's exceptions become errors.
#pragma once

#include "backends/core/result.h"

namespace slipway::trainer {

// Of the exception that is being handled: call it in a catch block only. Unavailable where the memory does not suffice, else `code`
// and `what`, with the library's own words.
Error libraryError(ErrorCode code, const char* what);

}  // namespace slipway::trainer
