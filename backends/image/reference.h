// SPDX-License-Identifier: Apache-2.0
// Names of images: "[http[s]://]registry/repository[:tag][@sha256:…]" and "oci:FOLDER[:TAG][@sha256:…]". Values; any thread.
#pragma once

#include "backends/core/result.h"

#include <filesystem>
#include <string>

namespace slipway::oci {

struct Reference {
    bool isLayout = false;
    std::filesystem::path folder;  // layout
    bool isPlainHttp = false;      // said so by http://, or the registry is this machine
    std::string registry;          // "registry.example:5000", "docker.io"
    std::string repository;        // "team/job", "library/python"
    std::string tag;               // "latest" where neither tag nor digest was given
    std::string digest;            // empty: none given

    // Where requests go: docker.io is registry-1.docker.io.
    std::string origin() const;
    // "registry/repository@digest" or "oci:FOLDER@digest", without a scheme.
    std::string withDigest(const std::string& wanted) const;
    // What a manifest is asked for by: the digest where there is one, else the tag.
    const std::string& version() const { return digest.empty() ? tag : digest; }
};

// InvalidArgument, naming the part that is wrong. Names without a registry are Docker Hub's, as docker reads them.
Result<Reference> parseReference(const std::string& text);

}  // namespace slipway::oci
