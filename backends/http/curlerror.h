// SPDX-License-Identifier: Apache-2.0
// curl's result codes in words a user understands: the one place where they are mapped. Pure; any thread.
#pragma once

#include "backends/core/error.h"

#include <string>

namespace slipway {

struct CurlFailure {
    int code = 0;             // CURLcode
    std::string url;          // as requested; only its redacted form is shown
    std::string text;         // curl's error buffer
    long verifyResult = 0;    // CURLINFO_SSL_VERIFYRESULT: an X509_V_ERR_ value
    long osError = 0;         // CURLINFO_OS_ERRNO
    bool isConnected = true;  // a connection was made, TLS included, before it failed
};

// Unavailable, Timeout, InvalidArgument (bad URL, unusable certificate), Io (reading the upload) or Internal.
Error curlError(const CurlFailure& failure);

}  // namespace slipway
