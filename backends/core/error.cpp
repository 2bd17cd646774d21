// SPDX-License-Identifier: Apache-2.0
#include "backends/core/error.h"

#include <cerrno>
#include <system_error>

namespace slipway {

bool isUnanswered(const Error& error) {
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout;
}

std::string_view errorCodeName(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument: return "invalid-argument";
        case ErrorCode::NotFound: return "not-found";
        case ErrorCode::Conflict: return "conflict";
        case ErrorCode::PermissionDenied: return "permission-denied";
        case ErrorCode::QuotaExceeded: return "quota-exceeded";
        case ErrorCode::Unavailable: return "unavailable";
        case ErrorCode::Timeout: return "timeout";
        case ErrorCode::Cancelled: return "cancelled";
        case ErrorCode::Corrupt: return "corrupt";
        case ErrorCode::Io: return "io";
        case ErrorCode::Internal: break;
    }
    return "internal";
}

int exitStatus(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument: return 2;
        case ErrorCode::NotFound: return 3;
        case ErrorCode::Conflict: return 4;
        case ErrorCode::PermissionDenied: return 5;
        case ErrorCode::QuotaExceeded: return 6;
        case ErrorCode::Unavailable: return 7;
        case ErrorCode::Timeout: return 8;
        case ErrorCode::Cancelled: return 9;
        case ErrorCode::Corrupt: return 10;
        case ErrorCode::Io: return 11;
        case ErrorCode::Internal: break;
    }
    return 12;
}

std::string describe(const Error& error) {
    std::string text = error.message;
    if (!error.detail.empty()) text += ": " + error.detail;
    if (!error.hint.empty()) text += ". " + error.hint;
    return text;
}

Error errnoError(std::string_view what, int errnoValue) {
    ErrorCode code = ErrorCode::Io;
    std::string hint;
    switch (errnoValue) {
        case ENOENT: code = ErrorCode::NotFound; break;
        case EEXIST: code = ErrorCode::Conflict; break;
        case EACCES:
        case EPERM:
        case EROFS: code = ErrorCode::PermissionDenied; break;
        case ENOSPC:
        case EDQUOT: hint = "Free space on that file system and try again"; break;
        default: break;
    }
    return {code, std::string(what), std::generic_category().message(errnoValue), hint};
}

}  // namespace slipway
