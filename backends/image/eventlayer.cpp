// SPDX-License-Identifier: Apache-2.0
#include "backends/image/eventlayer.h"

#include "backends/platform/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

namespace slipway::oci {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr int kLevel = 6;

struct FreeCompressor {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
struct FreeArchive {
    void operator()(archive* reader) const { archive_read_free(reader); }
};

Error cancelled() { return {ErrorCode::Cancelled, "cancelled", "", ""}; }

Error damaged(const fs::path& file, archive* reader) {
    const char* said = archive_error_string(reader);
    return {ErrorCode::Corrupt, "the events that came with the model cannot be read",
            said != nullptr ? said : file.string(), ""};
}

// One gzip member a block; a gzip file may be several of them.
class LinePacker {
public:
    LinePacker(UniqueFd fd, fs::path path, std::size_t limit)
        : m_fd(std::move(fd)),
          m_path(std::move(path)),
          m_left(limit),
          m_compressor(libdeflate_alloc_compressor(kLevel)),
          m_out(libdeflate_gzip_compress_bound(m_compressor.get(), kBlock), '\0') {}

    bool isFull() const { return m_left == 0; }
    bool hasAny() const { return m_hasAny; }

    // The file's whole lines, as many as there is room for.
    Result<void> add(const fs::path& file, const std::stop_token& stop) {
        SLIPWAY_TRY(const UniqueFd source, openFile(file, O_RDONLY));
        std::string block(kBlock, '\0');
        for (off_t offset = 0; !isFull();) {
            if (stop.stop_requested()) return cancelled();
            const ssize_t got = ::pread(source.get(), block.data(), block.size(), offset);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return errnoError("cannot read " + file.string(), errno);
            const std::string_view text(block.data(), static_cast<std::size_t>(got));
            // A block without a line's end, or with half a line at the end of the file, is no event of ours.
            const std::size_t end = text.substr(0, m_left).rfind('\n');
            if (end == std::string_view::npos) {
                if (!text.empty() && m_left < text.size()) m_left = 0;
                return {};
            }
            SLIPWAY_CHECK(pack(text.substr(0, end + 1)));
            offset += static_cast<off_t>(end + 1);
        }
        return {};
    }

private:
    Result<void> pack(std::string_view lines) {
        const std::size_t size = libdeflate_gzip_compress(m_compressor.get(), lines.data(), lines.size(),
                                                          m_out.data(), m_out.size());
        if (size == 0) return Error{ErrorCode::Internal, "compressing the events failed", "", ""};
        m_hasAny = true;
        m_left -= lines.size();
        return writeAll(m_fd.get(), {m_out.data(), size}, m_path);
    }

    UniqueFd m_fd;
    fs::path m_path;
    std::size_t m_left;
    bool m_hasAny = false;
    std::unique_ptr<libdeflate_compressor, FreeCompressor> m_compressor;
    std::string m_out;
};

}  // namespace

Result<bool> packLines(const std::vector<fs::path>& files, const fs::path& to, const std::stop_token& stop,
                       std::size_t limit) {
    SLIPWAY_TRY(UniqueFd fd, openFile(to, O_WRONLY | O_CREAT | O_TRUNC));
    LinePacker packer(std::move(fd), to, limit);
    for (const fs::path& file : files) SLIPWAY_CHECK(packer.add(file, stop));
    return packer.hasAny();
}

Result<void> unpackLines(const fs::path& from, const fs::path& to, const std::stop_token& stop,
                         std::size_t limit) {
    const std::unique_ptr<archive, FreeArchive> reader(archive_read_new());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_entry* entry = nullptr;
    if (archive_read_open_filename(reader.get(), from.c_str(), kBlock) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK ||
        archive_filter_code(reader.get(), 0) != ARCHIVE_FILTER_GZIP)
        return damaged(from, reader.get());
    SLIPWAY_TRY(const UniqueFd out, openFile(to, O_WRONLY | O_CREAT | O_TRUNC));
    std::string block(kBlock, '\0');
    for (std::size_t all = 0;;) {
        if (stop.stop_requested()) return cancelled();
        const la_ssize_t got = archive_read_data(reader.get(), block.data(), block.size());
        if (got < 0) return damaged(from, reader.get());
        if (got == 0) return {};
        all += static_cast<std::size_t>(got);
        if (all > limit) return damaged(from, reader.get());
        SLIPWAY_CHECK(writeAll(out.get(), {block.data(), static_cast<std::size_t>(got)}, to));
    }
}

}  // namespace slipway::oci
