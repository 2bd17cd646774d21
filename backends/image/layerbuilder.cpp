// SPDX-License-Identifier: Apache-2.0
#include "backends/image/layerbuilder.h"

#include "backends/image/sha256.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <set>

namespace slipway::oci {

namespace fs = std::filesystem;

namespace {

// Part of every cache key: raise it when the bytes written for the same entries change.
constexpr const char* kFormat = "slipway-layer-1";
constexpr int kGzipLevel = 1;  // 218 MB/s and 0.298 of libtorch; level 6: 76 MB/s and 0.270
constexpr std::size_t kGzipBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxRecordBytes = 4096;
constexpr auto kAlwaysKept = std::chrono::hours(1);

struct FreeCompressor {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

// Tar bytes in; a gzip file and both digests out. Each block is a gzip member of its own, which every gzip reader joins.
// libdeflate writes the same bytes on every processor; ISA-L, which is faster, does not promise that.
class BlobWriter {
public:
    static Result<BlobWriter> create(const fs::path& folder) {
        SLIPWAY_CHECK(makeFolders(folder));
        std::string name = (folder / ".blob-XXXXXX").string();
        const int fd = ::mkostemp(name.data(), O_CLOEXEC);
        if (fd < 0) return errnoError("cannot create a file in `" + folder.string() + "`", errno);
        return BlobWriter(UniqueFd(fd), name);
    }
    BlobWriter(BlobWriter&& other) noexcept = default;
    BlobWriter& operator=(BlobWriter&&) = delete;
    ~BlobWriter() {
        if (m_fd.isOpen()) ::unlink(m_path.c_str());
    }

    Result<void> add(std::string_view bytes) {
        m_diff.add(bytes);
        while (!bytes.empty()) {
            const std::size_t part = std::min(bytes.size(), kGzipBlockBytes - m_block.size());
            m_block.append(bytes.substr(0, part));
            bytes.remove_prefix(part);
            if (m_block.size() == kGzipBlockBytes) SLIPWAY_CHECK(flush());
        }
        return {};
    }

    Result<ImageLayer> finish(const LayerCache& cache) {
        SLIPWAY_CHECK(flush());
        if (::fchmod(m_fd.get(), 0644) != 0 || ::fsync(m_fd.get()) != 0)
            return errnoError("cannot write `" + m_path + "`", errno);
        ImageLayer layer;
        layer.digest = m_sum.digest();
        layer.diffId = m_diff.digest();
        layer.mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
        layer.size = Bytes{static_cast<std::int64_t>(m_size)};
        layer.blob = cache.blobPath(layer.digest);
        if (::rename(m_path.c_str(), layer.blob.c_str()) != 0)
            return errnoError("cannot name `" + layer.blob.string() + "`", errno);
        m_fd.reset();
        return layer;
    }

private:
    BlobWriter(UniqueFd fd, std::string path)
        : m_fd(std::move(fd)),
          m_path(std::move(path)),
          m_compressor(libdeflate_alloc_compressor(kGzipLevel)),
          m_out(libdeflate_gzip_compress_bound(m_compressor.get(), kGzipBlockBytes), '\0') {
        m_block.reserve(kGzipBlockBytes);
    }

    Result<void> flush() {
        if (m_block.empty()) return {};
        const std::size_t size = libdeflate_gzip_compress(m_compressor.get(), m_block.data(), m_block.size(),
                                                          m_out.data(), m_out.size());
        m_block.clear();
        if (size == 0) return Error{ErrorCode::Internal, "compressing a layer failed", {}, {}};
        const std::string_view packed(m_out.data(), size);
        m_sum.add(packed);
        m_size += size;
        return writeAll(m_fd.get(), packed, m_path);
    }

    UniqueFd m_fd;
    std::string m_path;
    std::unique_ptr<libdeflate_compressor, FreeCompressor> m_compressor;
    std::string m_block;
    std::string m_out;
    Sha256 m_sum;
    Sha256 m_diff;
    std::uint64_t m_size = 0;
};

Error cancelled(const std::string& what) {
    return {ErrorCode::Cancelled, "packaging the " + what + " was cancelled", {}, {}};
}

Result<void> copyFile(const LayerEntry& entry, TarWriter& tar, std::string& block,
                      const std::function<Result<void>(std::size_t)>& step) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(entry.source, O_RDONLY));
    std::uint64_t left = entry.tar.size;
    const Error changed{ErrorCode::Conflict,
                        "`" + entry.source.string() + "` changed while it was packaged",
                        {},
                        "Package again when nothing writes to it"};
    while (true) {
        const ssize_t got = ::read(fd.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read `" + entry.source.string() + "`", errno);
        const auto size = static_cast<std::size_t>(got);
        if (size > left || (size == 0 && left > 0)) return changed;
        if (size == 0) return {};
        SLIPWAY_CHECK(tar.content({block.data(), size}));
        left -= size;
        SLIPWAY_CHECK(step(size));
    }
}

// What the layer depends on, without reading the files.
Result<std::string> keyOf(const std::vector<LayerEntry>& entries) {
    Sha256 sum;
    const auto add = [&](const std::string& field) { sum.add(field + std::string(1, '\0')); };
    add(kFormat);
    for (const LayerEntry& entry : entries) {
        add(entry.tar.path);
        add(std::to_string(static_cast<int>(entry.tar.kind)) + " " + std::to_string(entry.tar.mode) + " " +
            std::to_string(entry.tar.owner) + " " + std::to_string(entry.tar.size));
        add(entry.tar.target);
        add(sha256Of(entry.text));
        if (entry.source.empty()) continue;
        struct stat info {};
        if (::stat(entry.source.c_str(), &info) != 0)
            return errnoError("cannot read `" + entry.source.string() + "`", errno);
        add(entry.source.string());
        for (const auto value :
             {static_cast<long long>(info.st_dev), static_cast<long long>(info.st_ino),
              static_cast<long long>(info.st_size), static_cast<long long>(info.st_mtim.tv_sec),
              static_cast<long long>(info.st_mtim.tv_nsec), static_cast<long long>(info.st_ctim.tv_sec),
              static_cast<long long>(info.st_ctim.tv_nsec)}) {
            add(std::to_string(value));
        }
    }
    return hexOf(sum.digest());
}

void touch(const fs::path& file) { ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }

}  // namespace

Result<std::vector<LayerEntry>> completeEntries(std::vector<LayerEntry> entries) {
    std::map<std::string, LayerEntry> byPath;
    for (LayerEntry& entry : entries) {
        const std::string path = entry.tar.path;
        if (!byPath.emplace(path, std::move(entry)).second) {
            return Error{ErrorCode::Conflict, "`/" + path + "` would be in the image twice", {}, {}};
        }
    }
    std::set<std::string> folders;
    for (const auto& [path, entry] : byPath) {
        for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
             slash = path.rfind('/', slash - 1)) {
            if (!folders.insert(path.substr(0, slash)).second) break;
        }
    }
    for (const std::string& folder : folders) {
        LayerEntry entry;
        entry.tar.kind = TarEntry::Kind::Folder;
        entry.tar.path = folder;
        entry.tar.mode = 0755;
        byPath.emplace(folder, std::move(entry));
    }
    std::vector<LayerEntry> sorted;
    sorted.reserve(byPath.size());
    for (auto& [path, entry] : byPath) sorted.push_back(std::move(entry));
    return sorted;
}

fs::path LayerCache::blobPath(const std::string& digest) const { return m_folder / "blobs" / hexOf(digest); }

Result<ImageLayer> LayerCache::layer(LayerKind kind, const std::string& what,
                                     const std::vector<LayerEntry>& entries, bool isKept,
                                     const ProgressCallback& progress, const std::stop_token& stop) {
    fs::path record;
    if (isKept) {
        SLIPWAY_TRY(const std::string key, keyOf(entries));
        record = m_folder / "keys" / (key + ".json");
        std::error_code code;
        if (const auto text = readFile(record, kMaxRecordBytes)) {
            const auto json = nlohmann::json::parse(*text, nullptr, false);
            ImageLayer layer;
            layer.kind = kind;
            const auto field = [&](const char* name) {
                return json.is_object() && json.contains(name) && json[name].is_string()
                           ? json[name].get<std::string>()
                           : std::string();
            };
            layer.digest = field("digest");
            layer.diffId = field("diffId");
            layer.mediaType = field("mediaType");
            if (json.is_object() && json.contains("size") && json["size"].is_number_integer())
                layer.size.count = json["size"].get<std::int64_t>();
            if (isDigest(layer.digest) && isDigest(layer.diffId)) {
                layer.blob = blobPath(layer.digest);
                const auto size = fs::file_size(layer.blob, code);
                if (!code && static_cast<std::int64_t>(size) == layer.size.count) {
                    touch(layer.blob);
                    touch(record);
                    return layer;
                }
            }
        }
    }

    std::uint64_t total = 0;
    for (const LayerEntry& entry : entries) total += entry.tar.size;
    std::uint64_t done = 0;
    SLIPWAY_TRY(BlobWriter blob, BlobWriter::create(m_folder / "blobs"));
    TarWriter tar([&](std::string_view bytes) { return blob.add(bytes); });
    std::string block(std::size_t{1} << 20, '\0');
    const auto step = [&](std::size_t size) -> Result<void> {
        done += size;
        if (progress)
            progress({what, Bytes{static_cast<std::int64_t>(done)}, Bytes{static_cast<std::int64_t>(total)}});
        if (stop.stop_requested()) return cancelled(what);
        return {};
    };
    for (const LayerEntry& entry : entries) {
        if (stop.stop_requested()) return cancelled(what);
        SLIPWAY_CHECK(tar.begin(entry.tar));
        if (entry.tar.kind != TarEntry::Kind::File) continue;
        if (entry.source.empty()) {
            SLIPWAY_CHECK(tar.content(entry.text));
        } else {
            SLIPWAY_CHECK(copyFile(entry, tar, block, step));
        }
    }
    SLIPWAY_CHECK(tar.finish());
    SLIPWAY_TRY(ImageLayer layer, blob.finish(*this));
    layer.kind = kind;
    if (isKept) {
        SLIPWAY_CHECK(makeFolders(record.parent_path()));
        const nlohmann::json json{{"digest", layer.digest},
                                  {"diffId", layer.diffId},
                                  {"mediaType", layer.mediaType},
                                  {"size", layer.size.count}};
        SLIPWAY_CHECK(writeFileAtomically(record, json.dump()));
    }
    return layer;
}

Bytes LayerCache::trim(Bytes limit) {
    struct Blob {
        fs::file_time_type used;
        fs::path path;
        std::int64_t size = 0;
    };
    std::vector<Blob> blobs;
    std::int64_t total = 0;
    std::error_code code;
    for (const char* folder : {"blobs", "keys"}) {
        for (fs::directory_iterator it(m_folder / folder, code), end; !code && it != end;
             it.increment(code)) {
            std::error_code ignored;
            const auto size = static_cast<std::int64_t>(it->file_size(ignored));
            if (ignored) continue;
            blobs.push_back({it->last_write_time(ignored), it->path(), size});
            total += size;
        }
    }
    std::sort(blobs.begin(), blobs.end(), [](const Blob& a, const Blob& b) { return a.used < b.used; });
    const auto newest = fs::file_time_type::clock::now() - kAlwaysKept;
    Bytes freed;
    for (const Blob& blob : blobs) {
        if (total - freed.count <= limit.count || blob.used > newest) break;
        if (fs::remove(blob.path, code)) freed.count += blob.size;
    }
    return freed;
}

}  // namespace slipway::oci
