// SPDX-License-Identifier: Apache-2.0
// Writes tar archives of which every byte follows from the entries: ustar, PAX headers only where ustar has no room, times 0,
// no names of users. An own writer because libarchive's bytes change with its version. One owner; any thread.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace slipway::oci {

struct TarEntry {
    enum class Kind : std::uint8_t { File, Folder, Link } kind = Kind::File;
    std::string path;  // relative, without a "/" at the end
    unsigned int mode = 0644;
    unsigned int owner = 0;  // user and group
    std::uint64_t size = 0;
    std::string target;  // Link
};

class TarWriter {
public:
    using Sink = std::function<Result<void>(std::string_view)>;
    explicit TarWriter(Sink sink) : m_sink(std::move(sink)) {}

    // The header; for a file, `size` bytes of content() must follow before the next call.
    Result<void> begin(const TarEntry& entry);
    Result<void> content(std::string_view bytes);
    // The end of the archive.
    Result<void> finish();

private:
    Result<void> header(const TarEntry& entry, char type, const std::string& name, const std::string& prefix);

    Sink m_sink;
    std::uint64_t m_left = 0;
    std::uint64_t m_padding = 0;
};

}  // namespace slipway::oci
