// SPDX-License-Identifier: Apache-2.0
// Turns a list of entries into a compressed layer blob in the cache. The list alone decides the digest. Layers whose sources did
// not change (path, size, times, inode) are found again in milliseconds. Synchronous; the caller holds the cache's lock.
#pragma once

#include "backends/image/packager.h"
#include "backends/image/tarwriter.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway::oci {

struct LayerEntry {
    TarEntry tar;
    std::filesystem::path source;  // File; empty: `text` is the content
    std::string text;
};

// Adds the folders above every entry that are not listed, then sorts by path. Conflict when a path is there twice.
Result<std::vector<LayerEntry>> completeEntries(std::vector<LayerEntry> entries);

class LayerCache {
public:
    explicit LayerCache(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    // `isKept`: a later call with unchanged sources returns the same layer without reading them. Sources are trusted by name, size,
    // inode and times; without it they are read each time. `what` names the layer in `progress`.
    Result<ImageLayer> layer(LayerKind kind, const std::string& what, const std::vector<LayerEntry>& entries,
                             bool isKept, const ProgressCallback& progress, const std::stop_token& stop);

    // Where the blob of a digest is or would be.
    std::filesystem::path blobPath(const std::string& digest) const;

    // Removes the blobs used least recently until at most `limit` bytes are left; those used in the last hour stay. What that freed.
    Bytes trim(Bytes limit);

private:
    std::filesystem::path m_folder;
};

}  // namespace slipway::oci
