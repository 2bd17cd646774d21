// SPDX-License-Identifier: Apache-2.0
// Who we are to a registry, as docker's configuration says: $DOCKER_AUTH_CONFIG, then $DOCKER_CONFIG/config.json or
// ~/.docker/config.json with credential helpers. Read at each use, nothing is kept; any thread.
#pragma once

#include "backends/core/result.h"

#include <string>
#include <string_view>

namespace slipway::oci {

struct RegistryCredential {
    std::string user;
    std::string password;
    std::string identityToken;  // a refresh token, instead of the password
    bool isAnonymous() const { return user.empty() && password.empty() && identityToken.empty(); }
};

// One file's text. Helpers are not asked. Corrupt when it is no such JSON; anonymous when it names the registry not.
Result<RegistryCredential> credentialIn(std::string_view configJson, const std::string& registry);

// Anonymous where nothing is configured. Corrupt, Io, Unavailable (a helper fails or is missing).
Result<RegistryCredential> findCredential(const std::string& registry);

}  // namespace slipway::oci
