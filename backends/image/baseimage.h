// SPDX-License-Identifier: Apache-2.0
// The image a program brings its Python and libraries in: its manifest and configuration, from a registry or a layout folder.
// Layers are described only; they are fetched when a push needs them. Synchronous; any thread.
#pragma once

#include "backends/http/httpclient.h"
#include "backends/image/layout.h"
#include "backends/image/manifest.h"
#include "backends/image/reference.h"

#include <stop_token>
#include <string>
#include <vector>

namespace slipway::oci {

struct BaseImage {
    Reference reference;  // with the digest of the manifest for this processor
    std::string digest;
    bool isDocker = false;  // schema 2 media types
    std::string config;
    std::vector<Descriptor> layers;
    std::vector<std::string> diffIds;
};

// NotFound, PermissionDenied, Unavailable, Corrupt.
Result<BaseImage> resolveBase(const Reference& reference, HttpClient& http, const std::stop_token& stop);

// The same, of a layout folder only.
Result<BaseImage> resolveLayout(const Layout& layout, const Reference& reference);

}  // namespace slipway::oci
