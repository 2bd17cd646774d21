// SPDX-License-Identifier: Apache-2.0
// SHA-256 as OCI writes it, "sha256:<64 hex>". One owner; any thread.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace slipway::oci {

class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    // Once, at the end.
    std::string digest();

private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> m_context;
};

std::string sha256Of(std::string_view bytes);

struct FileDigest {
    std::string digest;
    std::uint64_t size = 0;
};
// `progress` gets the bytes read so far. NotFound, PermissionDenied, Io, Cancelled.
Result<FileDigest> sha256OfFile(const std::filesystem::path& file, const std::stop_token& stop,
                                const std::function<void(std::uint64_t)>& progress = {});

// "sha256:" and 64 lower-case hex digits.
bool isDigest(std::string_view text);
// The hex part of a digest for which isDigest() holds.
std::string hexOf(std::string_view digest);

}  // namespace slipway::oci
