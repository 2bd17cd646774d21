// SPDX-License-Identifier: Apache-2.0
#include "backends/image/sha256.h"

#include "backends/platform/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <vector>

namespace slipway::oci {

namespace {

constexpr std::string_view kPrefix = "sha256:";
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

EVP_MD_CTX* context(void* pointer) { return static_cast<EVP_MD_CTX*>(pointer); }

}  // namespace

void Sha256::Free::operator()(void* pointer) const { EVP_MD_CTX_free(context(pointer)); }

Sha256::Sha256() : m_context(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context(m_context.get()), EVP_sha256(), nullptr);
}

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(context(m_context.get()), bytes.data(), bytes.size());
}

std::string Sha256::digest() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context(m_context.get()), bytes, &size);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text(kPrefix);
    for (unsigned int i = 0; i < size; ++i) text += {kHex[bytes[i] >> 4U], kHex[bytes[i] & 15U]};
    return text;
}

std::string sha256Of(std::string_view bytes) {
    Sha256 sum;
    sum.add(bytes);
    return sum.digest();
}

Result<FileDigest> sha256OfFile(const std::filesystem::path& file, const std::stop_token& stop,
                                const std::function<void(std::uint64_t)>& progress) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_RDONLY));
    std::vector<char> block(kBlockBytes);
    Sha256 sum;
    FileDigest result;
    while (true) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "reading `" + file.string() + "` was cancelled", {}, {}};
        const ssize_t got = ::read(fd.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read `" + file.string() + "`", errno);
        if (got == 0) break;
        sum.add({block.data(), static_cast<std::size_t>(got)});
        result.size += static_cast<std::uint64_t>(got);
        if (progress) progress(result.size);
    }
    result.digest = sum.digest();
    return result;
}

bool isDigest(std::string_view text) {
    return text.size() == kPrefix.size() + 64 && text.starts_with(kPrefix) &&
           text.substr(kPrefix.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string hexOf(std::string_view digest) {
    assert(isDigest(digest));
    return std::string(digest.substr(kPrefix.size()));
}

}  // namespace slipway::oci
