// SPDX-License-Identifier: Apache-2.0
// WWW-Authenticate (RFC 9110, 11.6.1) taken apart: several challenges, quoted strings, any case. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci {

struct AuthChallenge {
    std::string scheme;                             // lower case
    std::map<std::string, std::string> parameters;  // names lower case
};

// What cannot be read is left out; at most 16 challenges.
std::vector<AuthChallenge> parseChallenges(std::string_view header);

}  // namespace slipway::oci
