// SPDX-License-Identifier: Apache-2.0
// Any bytes as a manifest, an image configuration, a login challenge, docker credentials, a reference and an ignore file.
#include "backends/image/authchallenge.h"
#include "backends/image/credentials.h"
#include "backends/image/ignorerules.h"
#include "backends/image/manifest.h"
#include "backends/image/reference.h"

#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto manifest = slipway::oci::parseManifest(text))
        (void)slipway::oci::chooseChild(*manifest, "amd64");
    (void)slipway::oci::diffIdsOf(text);
    (void)slipway::oci::parseChallenges(text);
    (void)slipway::oci::parseReference(text);
    (void)slipway::oci::credentialIn(text, "registry.example.com");
    slipway::oci::IgnoreRules rules;
    rules.add(text, "", "rule");
    (void)rules.match("a/b/c.txt", false);
    return 0;
}
