// SPDX-License-Identifier: Apache-2.0
// Where passwords and tokens lie: the system's keyring in the window, nothing at all in a pod. Values never reach logs or errors.
// Calls may block on a prompt of the keyring, so the window's thread never makes them.
#pragma once

#include "backends/core/result.h"

#include <optional>
#include <string>

namespace slipway {

class SecretStore {
public:
    SecretStore() = default;
    SecretStore(const SecretStore&) = delete;
    SecretStore& operator=(const SecretStore&) = delete;
    virtual ~SecretStore() = default;

    // None when nothing is kept under `key`. Unavailable without a keyring, PermissionDenied when it stays locked.
    virtual Result<std::optional<std::string>> read(const std::string& key) = 0;
    virtual Result<void> write(const std::string& key, const std::string& secret) = 0;
    virtual Result<void> remove(const std::string& key) = 0;
};

}  // namespace slipway
