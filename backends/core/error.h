// SPDX-License-Identifier: Apache-2.0
// What went wrong, for people and for programs. An Error is a plain value: any thread may make, copy and show it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway {

enum class ErrorCode : std::uint8_t {
    InvalidArgument,
    NotFound,
    Conflict,
    PermissionDenied,
    QuotaExceeded,
    Unavailable,
    Timeout,
    Cancelled,
    Corrupt,
    Io,
    Internal,
};

// `message` is one sentence that names place and reason; `detail` is what the other side said, folded in the window;
// `hint` is the next step, a sentence that starts with a verb. Neither ever holds a secret.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string detail;
    std::string hint;
    bool isUnsent = false;  // the request never left this machine: nothing of it was carried out
};

// Unavailable or Timeout: no answer came, so another try may succeed, and whether the request was carried out is not known, but
// for one that is unsent.
bool isUnanswered(const Error& error);

// The code's name as it stands in JSON output: "not-found".
std::string_view errorCodeName(ErrorCode code);

// The exit status of `slipway` for an error; stable: 0 is success, 1 a run that failed, 2 a wrong call.
int exitStatus(ErrorCode code);

// "message: detail. hint", on one line, for terminals and logs.
std::string describe(const Error& error);

// An Io, NotFound, PermissionDenied or similar error from errno: "cannot open /a/b: No space left on device".
Error errnoError(std::string_view what, int errnoValue);

}  // namespace slipway
