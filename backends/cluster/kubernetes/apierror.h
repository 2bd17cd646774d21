// SPDX-License-Identifier: Apache-2.0
// What a refusal of the API server means to us. Pure; any thread.
#pragma once

#include "backends/core/error.h"

#include <string_view>

namespace slipway::kube {

// From an HTTP status and the body, which is a Status object or any other text (a proxy's page, a plain sentence).
// `what` is what was tried: "create job fashion-mlp-42-k3x9f". `detail` holds the server's own words, at most 2 KiB of them.
Error apiError(int httpStatus, std::string_view body, std::string_view what);

// Whether an answer that is no success says for sure that nothing came of the request: the server refused it, or a webhook that is
// asked before anything is written failed. After any other answer it may have been carried out.
bool isSurelyRefused(int httpStatus, std::string_view body);

// Seconds the server asks us to wait in its Status; 0: it does not say.
int statusRetrySeconds(std::string_view body);

}  // namespace slipway::kube
