// SPDX-License-Identifier: Apache-2.0
// Base64 as kubeconfigs and Secrets write it (RFC 4648, with padding; line breaks are skipped when reading). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

std::string encodeBase64(std::string_view bytes);
// None for text that is not base64.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace slipway
