// SPDX-License-Identifier: Apache-2.0
#include "backends/data/digest.h"

#include "backends/platform/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace slipway {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBlock = std::size_t{1} << 20;

class Sha256 {
public:
    Sha256() { m_isGood = m_context && EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) == 1; }
    void add(const void* data, std::size_t size) {
        m_isGood = m_isGood && EVP_DigestUpdate(m_context.get(), data, size) == 1;
    }
    Result<std::string> hex() {
        std::array<unsigned char, 32> raw{};
        if (!m_isGood || EVP_DigestFinal_ex(m_context.get(), raw.data(), nullptr) != 1)
            return Error{ErrorCode::Internal, "SHA-256 failed in OpenSSL", {}, {}};
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : raw) {
            text += kDigits[byte >> 4];
            text += kDigits[byte & 15];
        }
        return text;
    }

private:
    struct Freer {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Freer> m_context{EVP_MD_CTX_new()};
    bool m_isGood = false;
};

struct HexAndSize {
    std::string hex;
    std::int64_t size = 0;
};

using Progress = std::function<void(Bytes)>;

// `before`: what was read of other files.
Result<HexAndSize> fileDigest(const fs::path& path, const std::stop_token& stop, const Progress& progress,
                              Bytes before) {
    SLIPWAY_TRY(const UniqueFd file, openFile(path, O_RDONLY));
    Sha256 hash;
    HexAndSize result;
    std::vector<char> block(kBlock);
    while (true) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "stopped while reading " + path.string(), {}, {}};
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read " + path.string(), errno);
        if (got == 0) break;
        hash.add(block.data(), static_cast<std::size_t>(got));
        result.size += got;
        if (progress) progress(Bytes{before.count + result.size});
    }
    SLIPWAY_TRY(result.hex, hash.hex());
    return result;
}

Result<std::vector<std::string>> filesBelow(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
        std::error_code statError;
        const auto status = fs::status(it->path(), statError);
        if (statError) return errnoError("cannot read " + it->path().string(), statError.value());
        if (fs::is_regular_file(status)) {
            files.push_back(it->path().lexically_relative(folder).generic_string());
        } else if (!fs::is_directory(status) || it->is_symlink()) {
            return Error{ErrorCode::InvalidArgument,
                         it->path().string() + " is neither a file nor a folder",
                         {},
                         "Take it out of the input"};
        }
    }
    if (error) return errnoError("cannot list " + folder.string(), error.value());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Result<ContentDigest> contentDigest(const fs::path& path, std::stop_token stop, const Progress& progress) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (error) return errnoError("cannot read " + path.string(), error.value());
    if (!fs::is_directory(status)) {
        if (!fs::is_regular_file(status))
            return Error{
                ErrorCode::InvalidArgument, path.string() + " is neither a file nor a folder", {}, {}};
        SLIPWAY_TRY(const auto file, fileDigest(path, stop, progress, {}));
        return ContentDigest{Digest("sha256:" + file.hex), Bytes{file.size}};
    }
    SLIPWAY_TRY(const auto files, filesBelow(path));
    Sha256 hash;
    ContentDigest result;
    for (const auto& name : files) {
        SLIPWAY_TRY(const auto file, fileDigest(path / name, stop, progress, result.size));
        const std::string line = file.hex + ' ' + std::to_string(file.size) + ' ' + name + '\n';
        hash.add(line.data(), line.size());
        result.size.count += file.size;
    }
    SLIPWAY_TRY(const auto hex, hash.hex());
    result.digest = Digest("sha256:" + hex);
    return result;
}

}  // namespace slipway
