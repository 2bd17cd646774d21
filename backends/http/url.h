// SPDX-License-Identifier: Apache-2.0
// URLs taken apart, and made fit for messages. Pure; any thread. Lives in http/ because curl's parser does the work, so that
// what we check and what is requested are read alike.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway {

inline constexpr std::size_t kMaxUrlBytes = 64 * 1024;

struct UrlParts {
    std::string scheme;  // "http" or "https"
    std::string host;    // without the brackets of IPv6
    std::uint16_t port = 0;
    std::string path;   // begins with "/"
    std::string query;  // without "?"
};

// InvalidArgument: no absolute http or https URL, or longer than kMaxUrlBytes.
Result<UrlParts> splitUrl(const std::string& url);

// Same scheme, host and port: what may see the same credentials.
bool isSameOrigin(const UrlParts& a, const UrlParts& b);

// "localhost", 127.0.0.0/8, ::1.
bool isLoopbackHost(std::string_view host);

// For messages and logs: user information is dropped, and the query and fragment become "…", since they may hold tokens.
std::string redactUrl(std::string_view url);

}  // namespace slipway
