// SPDX-License-Identifier: Apache-2.0
#include "backends/image/unpack.h"

#include "backends/core/imagepaths.h"
#include "backends/image/baseimage.h"
#include "backends/image/layout.h"
#include "backends/image/packager.h"
#include "backends/image/sha256.h"
#include "backends/platform/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <vector>

namespace slipway::oci {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxPathBytes = 4096;
constexpr std::size_t kReadBytes = std::size_t{256} << 10;

struct FreeArchive {
    void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveHandle = std::unique_ptr<archive, FreeArchive>;

Error damaged(const std::string& what) {
    return {ErrorCode::Corrupt, "the image's layer cannot be unpacked: " + what, {}, {}};
}

std::string shown(std::string_view path) { return "`" + std::string(path.substr(0, 200)) + "`"; }

UniqueFd openInRoot(int root, const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    do {
        fd = ::syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how);
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return UniqueFd(static_cast<int>(fd));
}

// "./a//b/" -> {"a", "b"}; none for "..", absolute paths and paths beyond the limits.
std::optional<std::vector<std::string>> partsOf(std::string_view path) {
    if (path.size() > kMaxPathBytes || path.starts_with('/')) return std::nullopt;
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, slash);
        if (part == ".." || part.size() > NAME_MAX) return std::nullopt;
        if (!part.empty() && part != ".") parts.emplace_back(part);
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::size_t count) {
    std::string path;
    for (std::size_t i = 0; i < count; ++i) path += (i == 0 ? "" : "/") + parts[i];
    return path;
}

// Whatever stands at `name`, with all it holds; links are removed, not followed.
bool removeAt(int folder, const std::string& name) {
    if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM) return false;
    const UniqueFd inner(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!inner.isOpen()) return false;
    // The path below /proc names the opened folder itself, whatever its parents become.
    std::error_code code;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd/" + std::to_string(inner.get()), code)) {
        if (!removeAt(inner.get(), entry.path().filename().string())) return false;
    }
    return !code && ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0;
}

class Unpacker {
public:
    Unpacker(archive* reader, int root, const UnpackLimits& limits, const std::stop_token& stop)
        : m_reader(reader),
          m_root(root),
          m_limits(limits),
          m_stop(stop) {}

    Result<void> run() {
        archive_entry* entry = nullptr;
        for (std::uint64_t count = 0;; ++count) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "unpacking was cancelled", {}, {}};
            const int code = archive_read_next_header(m_reader, &entry);
            if (code == ARCHIVE_EOF) return {};
            if (code < ARCHIVE_WARN) return damaged(said());
            if (count >= m_limits.entries) return damaged("it has too many entries");
            SLIPWAY_CHECK(place(entry));
        }
    }

private:
    std::string said() const {
        const char* text = archive_error_string(m_reader);
        return text != nullptr ? text : "it is no tar archive";
    }

    Error cannotWrite(const std::string& path) const {
        return errnoError("cannot unpack " + shown(path), errno);
    }

    Result<void> place(archive_entry* entry) {
        const char* raw = archive_entry_pathname(entry);
        if (raw == nullptr) return damaged("an entry has no name");
        const auto parts = partsOf(raw);
        if (!parts) return damaged(shown(raw) + " would lead out of the image");
        if (parts->empty()) return {};  // the root itself
        SLIPWAY_TRY(const UniqueFd parent, parentOf(*parts));
        const std::string& name = parts->back();
        if (name.starts_with(".wh.")) return whiteout(parent.get(), *parts);
        m_written.insert(joined(*parts, parts->size()));
        if (const char* target = archive_entry_hardlink(entry); target != nullptr)
            return hardLink(parent.get(), name, target);
        const auto mode = static_cast<mode_t>(archive_entry_perm(entry) & 01777);
        switch (archive_entry_filetype(entry)) {
            case AE_IFDIR: return folder(parent.get(), name, mode);
            case AE_IFLNK: return link(parent.get(), name, archive_entry_symlink(entry));
            case AE_IFREG: return file(parent.get(), name, mode);
            default: break;
        }
        return damaged(shown(raw) + " is a device, pipe or socket");
    }

    Result<UniqueFd> parentOf(const std::vector<std::string>& parts) {
        const std::string path = joined(parts, parts.size() - 1);
        UniqueFd parent = openInRoot(m_root, path, O_PATH | O_DIRECTORY);
        if (parent.isOpen()) return parent;
        if (errno != ENOENT) return cannotWrite(path);
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const UniqueFd above = openInRoot(m_root, joined(parts, i - 1), O_PATH | O_DIRECTORY);
            if (!above.isOpen() ||
                (::mkdirat(above.get(), parts[i - 1].c_str(), 0755) != 0 && errno != EEXIST))
                return cannotWrite(path);
        }
        parent = openInRoot(m_root, path, O_PATH | O_DIRECTORY);
        if (!parent.isOpen()) return cannotWrite(path);
        return parent;
    }

    // image-spec, layer.md, "Whiteouts": they act on lower layers, never on what this layer wrote.
    Result<void> whiteout(int parent, const std::vector<std::string>& parts) {
        const std::string folder = joined(parts, parts.size() - 1);
        const auto isOwn = [&](const std::string& name) {
            return m_written.count(folder.empty() ? name : folder + "/" + name) != 0;
        };
        const std::string target = parts.back().substr(4);
        if (target == ".wh..opq") {
            const UniqueFd list = openInRoot(m_root, folder, O_RDONLY | O_DIRECTORY);
            if (!list.isOpen()) return cannotWrite(folder);
            std::error_code code;
            for (const auto& entry :
                 fs::directory_iterator("/proc/self/fd/" + std::to_string(list.get()), code)) {
                const std::string name = entry.path().filename().string();
                if (!isOwn(name) && !removeAt(list.get(), name)) return cannotWrite(name);
            }
            return {};
        }
        if (target.empty() || target == "." || target == "..") return damaged("a whiteout names nothing");
        if (!isOwn(target) && !removeAt(parent, target)) return cannotWrite(target);
        return {};
    }

    Result<void> folder(int parent, const std::string& name, mode_t mode) {
        struct stat info {};
        const bool isThere = ::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
        if (isThere && !S_ISDIR(info.st_mode) && !removeAt(parent, name)) return cannotWrite(name);
        // The owner can always go on unpacking into it and remove it.
        if ((!isThere || !S_ISDIR(info.st_mode)) && ::mkdirat(parent, name.c_str(), 0700) != 0)
            return cannotWrite(name);
        const UniqueFd made(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!made.isOpen() || ::fchmod(made.get(), mode | 0700) != 0) return cannotWrite(name);
        return {};
    }

    Result<void> link(int parent, const std::string& name, const char* target) {
        if (target == nullptr || std::strlen(target) > kMaxPathBytes)
            return damaged("the link " + shown(name) + " has no target");
        if (!removeAt(parent, name) || ::symlinkat(target, parent, name.c_str()) != 0)
            return cannotWrite(name);
        return {};
    }

    Result<void> hardLink(int parent, const std::string& name, const char* target) {
        const auto parts = partsOf(target);
        if (!parts || parts->empty())
            return damaged("the link " + shown(name) + " would lead out of the image");
        const UniqueFd folder = openInRoot(m_root, joined(*parts, parts->size() - 1), O_PATH | O_DIRECTORY);
        if (!folder.isOpen()) return damaged("the link " + shown(name) + " names a file that is not there");
        struct stat from {};
        struct stat to {};
        if (::fstatat(folder.get(), parts->back().c_str(), &from, AT_SYMLINK_NOFOLLOW) != 0)
            return damaged("the link " + shown(name) + " names a file that is not there");
        if (::fstatat(parent, name.c_str(), &to, AT_SYMLINK_NOFOLLOW) == 0 && from.st_dev == to.st_dev &&
            from.st_ino == to.st_ino)
            return {};
        if (!removeAt(parent, name) ||
            ::linkat(folder.get(), parts->back().c_str(), parent, name.c_str(), 0) != 0)
            return cannotWrite(name);
        return {};
    }

    Result<void> file(int parent, const std::string& name, mode_t mode) {
        if (!removeAt(parent, name)) return cannotWrite(name);
        const UniqueFd made(
            ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!made.isOpen()) return cannotWrite(name);
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        while (true) {
            const int code = archive_read_data_block(m_reader, &data, &size, &offset);
            if (code == ARCHIVE_EOF) break;
            if (code < ARCHIVE_WARN) return damaged(said());
            m_bytes += size;
            if (m_bytes > m_limits.bytes || offset < 0 || static_cast<std::uint64_t>(offset) > m_limits.bytes)
                return damaged("it is larger than allowed");
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "unpacking was cancelled", {}, {}};
            if (::lseek(made.get(), static_cast<off_t>(offset), SEEK_SET) < 0) return cannotWrite(name);
            SLIPWAY_CHECK(writeAll(made.get(), {static_cast<const char*>(data), size}, name));
        }
        if (::fchmod(made.get(), mode) != 0) return cannotWrite(name);
        return {};
    }

    archive* m_reader;
    int m_root;
    UnpackLimits m_limits;
    std::stop_token m_stop;
    std::set<std::string> m_written;
    std::uint64_t m_bytes = 0;
};

ArchiveHandle newReader() {
    ArchiveHandle reader(archive_read_new());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_filter_zstd(reader.get());
    archive_read_support_format_tar(reader.get());
    archive_read_support_format_empty(reader.get());
    return reader;
}

Result<void> unpackFrom(archive* reader, const fs::path& root, const UnpackLimits& limits,
                        const std::stop_token& stop) {
    SLIPWAY_TRY(const UniqueFd folder, openFile(root, O_RDONLY | O_DIRECTORY));
    return Unpacker(reader, folder.get(), limits, stop).run();
}

}  // namespace

Result<void> unpackLayer(const fs::path& archive, const fs::path& root, const std::stop_token& stop,
                         const UnpackLimits& limits) {
    const ArchiveHandle reader = newReader();
    if (archive_read_open_filename(reader.get(), archive.c_str(), kReadBytes) != ARCHIVE_OK) {
        return damaged(archive_error_string(reader.get()) != nullptr ? archive_error_string(reader.get())
                                                                     : "it cannot be read");
    }
    return unpackFrom(reader.get(), root, limits, stop);
}

Result<void> unpackLayerBytes(std::string_view archive, const fs::path& root, const UnpackLimits& limits) {
    const ArchiveHandle reader = newReader();
    if (archive_read_open_memory(reader.get(), archive.data(), archive.size()) != ARCHIVE_OK)
        return damaged("it cannot be read");
    return unpackFrom(reader.get(), root, limits, {});
}

}  // namespace slipway::oci

namespace slipway {

Result<void> unpackImage(const std::string& layoutReference, const std::filesystem::path& root,
                         std::stop_token stop) {
    SLIPWAY_TRY(const oci::Reference reference, oci::parseReference(layoutReference));
    if (!reference.isLayout)
        return Error{ErrorCode::InvalidArgument,
                     "`" + layoutReference + "` is no layout folder",
                     {},
                     "Write oci:FOLDER:TAG"};
    const oci::Layout layout(reference.folder);
    SLIPWAY_TRY(const oci::BaseImage image, oci::resolveLayout(layout, reference));
    SLIPWAY_CHECK(makeFolders(root));
    for (const oci::Descriptor& layer : image.layers) {
        SLIPWAY_TRY(const std::filesystem::path file, layout.blobFile(layer));
        SLIPWAY_TRY(const oci::FileDigest got, oci::sha256OfFile(file, stop));
        if (got.digest != layer.digest) {
            return Error{ErrorCode::Corrupt,
                         "`" + file.string() + "` does not have the digest of its name",
                         {},
                         "Package the image again"};
        }
        SLIPWAY_CHECK(oci::unpackLayer(file, root, stop));
    }
    return {};
}

}  // namespace slipway
