// SPDX-License-Identifier: Apache-2.0
// OCI image layout folders (image-spec, image-layout.md): oci-layout, index.json, blobs/sha256. Blobs first, the index last, each
// file whole or not there. Two writers of one folder do not damage it; the later index wins. Any thread.
#pragma once

#include "backends/image/manifest.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace slipway::oci {

class Layout {
public:
    explicit Layout(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    // Reading. NotFound (no layout, no such tag), Corrupt (a digest does not hold), Io.

    // By tag or digest, or the only image there is when `version` is "latest" and no image has that tag.
    Result<Descriptor> find(const std::string& version) const;
    // The bytes of a small blob, checked.
    Result<std::string> read(const Descriptor& blob, std::size_t limit) const;
    // Checked by size only; whoever reads it checks the digest.
    Result<std::filesystem::path> blobFile(const Descriptor& blob) const;

    // Writing. Io, PermissionDenied, Cancelled. True: it was not there.

    Result<void> create() const;
    Result<bool> addBlob(const Descriptor& blob, const std::filesystem::path& file) const;
    Result<bool> addBlob(const std::string& bytes) const;
    // Lists the manifest under `tag` (empty: by digest only); an older image keeps its entry without the tag only if it has another.
    Result<void> setTag(const Descriptor& manifest, const std::string& tag) const;

private:
    std::filesystem::path path(const std::string& digest) const;
    std::filesystem::path m_folder;
};

}  // namespace slipway::oci
