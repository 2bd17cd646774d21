// SPDX-License-Identifier: Apache-2.0
#include "backends/image/layout.h"

#include "backends/image/sha256.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <nlohmann/json.hpp>

namespace slipway::oci {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr const char* kLayoutText = "{\"imageLayoutVersion\":\"1.0.0\"}";

Json descriptorJson(const Descriptor& descriptor) {
    Json json{{"mediaType", descriptor.mediaType}, {"digest", descriptor.digest}, {"size", descriptor.size}};
    if (!descriptor.annotations.empty()) json["annotations"] = descriptor.annotations;
    if (!descriptor.os.empty())
        json["platform"] = {{"os", descriptor.os}, {"architecture", descriptor.architecture}};
    return json;
}

std::string tagOf(const Descriptor& descriptor) {
    const auto found = descriptor.annotations.find(kRefNameAnnotation);
    return found == descriptor.annotations.end() ? std::string() : found->second;
}

// On the disk when this returns. Not std::filesystem's copy, which calls a full disk an input/output error.
Result<void> copyBlob(const fs::path& from, const fs::path& to) {
    SLIPWAY_TRY(const UniqueFd source, openFile(from, O_RDONLY));
    SLIPWAY_TRY(const UniqueFd target, openFile(to, O_WRONLY | O_CREAT | O_TRUNC));
    std::string block(1 << 20, '\0');
    for (;;) {
        const ssize_t count = ::read(source.get(), block.data(), block.size());
        if (count == 0) break;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errnoError("cannot read " + from.string(), errno);
        SLIPWAY_CHECK(
            writeAll(target.get(), std::string_view(block).substr(0, static_cast<std::size_t>(count)), to));
    }
    if (::fsync(target.get()) != 0) return errnoError("cannot write " + to.string(), errno);
    return {};
}

}  // namespace

fs::path Layout::path(const std::string& digest) const {
    return m_folder / "blobs" / "sha256" / hexOf(digest);
}

Result<Descriptor> Layout::find(const std::string& version) const {
    const auto text = readFile(m_folder / "index.json", kMaxManifestBytes);
    if (!text && text.error().code == ErrorCode::NotFound) {
        return Error{ErrorCode::NotFound,
                     "`" + m_folder.string() + "` is no OCI layout folder",
                     "it has no index.json",
                     {}};
    }
    if (!text) return text.error();
    SLIPWAY_TRY(const Manifest index, parseManifest(*text));
    std::string tags;
    for (const Descriptor& entry : index.manifests) {
        const std::string tag = tagOf(entry);
        if (entry.digest == version || (!tag.empty() && tag == version)) return entry;
        if (!tag.empty()) tags += (tags.empty() ? "" : ", ") + tag;
    }
    if (version == "latest" && index.manifests.size() == 1) return index.manifests.front();
    return Error{ErrorCode::NotFound,
                 "`" + m_folder.string() + "` has no image `" + version + "`",
                 "it has " + (tags.empty() ? "no tags" : tags),
                 {}};
}

Result<std::string> Layout::read(const Descriptor& blob, std::size_t limit) const {
    SLIPWAY_TRY(std::string bytes, readFile(path(blob.digest), limit));
    if (sha256Of(bytes) != blob.digest)
        return Error{ErrorCode::Corrupt,
                     "`" + path(blob.digest).string() + "` does not have the digest of its name",
                     {},
                     "Package or pull the image again"};
    return bytes;
}

Result<fs::path> Layout::blobFile(const Descriptor& blob) const {
    const fs::path file = path(blob.digest);
    std::error_code code;
    const auto size = fs::file_size(file, code);
    if (code) return errnoError("cannot read `" + file.string() + "`", code.value());
    if (size != blob.size)
        return Error{ErrorCode::Corrupt,
                     "`" + file.string() + "` has another size than its manifest says",
                     {},
                     "Package or pull the image again"};
    return file;
}

Result<void> Layout::create() const {
    SLIPWAY_CHECK(makeFolders(m_folder / "blobs" / "sha256"));
    std::error_code code;
    if (fs::exists(m_folder / "oci-layout", code)) return {};
    return writeFileAtomically(m_folder / "oci-layout", kLayoutText);
}

Result<bool> Layout::addBlob(const Descriptor& blob, const fs::path& file) const {
    const fs::path target = path(blob.digest);
    std::error_code code;
    if (fs::file_size(target, code) == blob.size && !code) return false;
    const fs::path temporary = target.string() + ".new-" + std::to_string(::getpid());
    fs::remove(temporary, code);
    fs::create_hard_link(file, temporary, code);
    if (code) {  // another file system
        if (auto copied = copyBlob(file, temporary); !copied) {
            fs::remove(temporary, code);
            return std::move(copied).error();
        }
    }
    fs::rename(temporary, target, code);
    if (code) return errnoError("cannot write `" + target.string() + "`", code.value());
    fs::remove(temporary, code);  // rename() leaves it where both names are the same file already
    return true;
}

Result<bool> Layout::addBlob(const std::string& bytes) const {
    const fs::path target = path(sha256Of(bytes));
    if (const auto there = readFile(target, bytes.size()); there && *there == bytes) return false;
    SLIPWAY_CHECK(writeFileAtomically(target, bytes));
    return true;
}

Result<void> Layout::setTag(const Descriptor& manifest, const std::string& tag) const {
    Json list = Json::array();
    const auto text = readFile(m_folder / "index.json", kMaxManifestBytes);
    if (text) {
        SLIPWAY_TRY(const Manifest index, parseManifest(*text));
        for (const Descriptor& entry : index.manifests) {
            const bool isReplaced =
                tagOf(entry) == tag || (entry.digest == manifest.digest && tagOf(entry).empty());
            if (!isReplaced) list.push_back(descriptorJson(entry));
        }
    } else if (text.error().code != ErrorCode::NotFound) {
        return text.error();
    }
    Descriptor entry = manifest;
    entry.annotations.clear();
    if (!tag.empty()) entry.annotations[kRefNameAnnotation] = tag;
    list.push_back(descriptorJson(entry));
    const Json index{{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", list}};
    return writeFileAtomically(m_folder / "index.json", index.dump());
}

}  // namespace slipway::oci
