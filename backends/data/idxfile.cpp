// SPDX-License-Identifier: Apache-2.0
#include "backends/data/idxfile.h"

#include <isa-l/igzip_lib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>

namespace slipway {
namespace {

using Span = std::span<std::uint8_t>;
constexpr std::uint8_t kUnsignedByte = 0x08;

// A plain or gzip file as one stream of bytes.
class ByteSource {
public:
    static Result<std::unique_ptr<ByteSource>> open(const std::filesystem::path& path) {
        auto source = std::unique_ptr<ByteSource>(new ByteSource(path));
        if (!source->m_file) return errnoError("cannot open " + path.string(), errno);
        SLIPWAY_CHECK(source->refill());
        source->m_isGzip =
            source->m_inflate.avail_in >= 2 && source->m_input[0] == 0x1f && source->m_input[1] == 0x8b;
        return source;
    }

    // The number of bytes read; less than asked for only at the end.
    Result<std::size_t> read(Span out) { return m_isGzip ? inflate(out) : copy(out); }

    Error corrupt(std::string_view reason) const {
        return {ErrorCode::Corrupt, m_path.string() + ": " + std::string(reason), {}, "Fetch the file again"};
    }

private:
    explicit ByteSource(const std::filesystem::path& path)
        : m_path(path),
          m_file(std::fopen(path.c_str(), "rb")) {
        isal_inflate_init(&m_inflate);
        m_inflate.crc_flag = ISAL_GZIP;
    }

    Result<void> refill() {
        const std::size_t got = std::fread(m_input.data(), 1, m_input.size(), m_file.get());
        if (std::ferror(m_file.get())) return errnoError("cannot read " + m_path.string(), errno);
        m_inflate.next_in = m_input.data();
        m_inflate.avail_in = static_cast<std::uint32_t>(got);
        return {};
    }

    Result<std::size_t> copy(Span out) {
        std::size_t done = 0;
        while (done < out.size()) {
            if (m_inflate.avail_in == 0) SLIPWAY_CHECK(refill());
            if (m_inflate.avail_in == 0) break;
            const std::size_t part = std::min<std::size_t>(m_inflate.avail_in, out.size() - done);
            std::memcpy(out.data() + done, m_inflate.next_in, part);
            m_inflate.next_in += part;
            m_inflate.avail_in -= static_cast<std::uint32_t>(part);
            done += part;
        }
        return done;
    }

    Result<std::size_t> inflate(Span out) {
        std::size_t done = 0;
        while (done < out.size() && m_inflate.block_state != ISAL_BLOCK_FINISH) {
            if (m_inflate.avail_in == 0) SLIPWAY_CHECK(refill());
            const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(out.size() - done, 1U << 30));
            const bool isAtEnd = m_inflate.avail_in == 0;
            m_inflate.next_out = out.data() + done;
            m_inflate.avail_out = part;
            if (const int status = isal_inflate(&m_inflate); status < 0)
                return corrupt(status == ISAL_INCORRECT_CHECKSUM ? "gzip checksum differs"
                                                                 : "damaged gzip data");
            const std::size_t got = part - m_inflate.avail_out;
            if (isAtEnd && got == 0 && m_inflate.block_state != ISAL_BLOCK_FINISH)
                return corrupt("gzip data ends too early");
            done += got;
        }
        return done;
    }

    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, Closer> m_file;
    std::array<std::uint8_t, std::size_t{1} << 18> m_input{};
    inflate_state m_inflate{};
    bool m_isGzip = false;
};

std::string dimensionText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto size : shape) text += (text.empty() ? "" : "×") + std::to_string(size);
    return text;
}

// The plain file or its gzip form, whichever is there.
Result<IdxArray> readEither(const std::filesystem::path& folder, const std::string& name) {
    for (const char* const ending : {"", ".gz"}) {
        std::error_code ignored;
        if (const auto file = folder / (name + ending); std::filesystem::exists(file, ignored))
            return readIdx(file);
    }
    return Error{
        ErrorCode::NotFound,
        folder.string() + " has no " + name + " and no " + name + ".gz",
        {},
        "Point the input at a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the two t10k files"};
}

}  // namespace

Result<IdxArray> readIdx(const std::filesystem::path& file) {
    SLIPWAY_TRY(const auto source, ByteSource::open(file));
    std::array<std::uint8_t, 4> word{};
    SLIPWAY_TRY(const auto magic, source->read(word));
    if (magic != word.size() || word[0] != 0 || word[1] != 0) return source->corrupt("no idx header");
    if (word[2] != kUnsignedByte)
        return Error{
            ErrorCode::InvalidArgument,
            file.string() + ": values of idx type " + std::to_string(word[2]) + ", not unsigned bytes (8)",
            {},
            "Convert the file to unsigned bytes"};
    const int dimensions = word[3];
    if (dimensions < 1 || dimensions > 4)
        return source->corrupt("the header says " + std::to_string(dimensions) +
                               " dimensions; 1 to 4 are allowed");

    IdxArray array;
    std::int64_t bytes = 1;
    for (int i = 0; i < dimensions; ++i) {
        SLIPWAY_TRY(const auto got, source->read(word));
        if (got != word.size()) return source->corrupt("the header ends too early");
        const std::int64_t size = (std::int64_t{word[0]} << 24) | (word[1] << 16) | (word[2] << 8) | word[3];
        if (size == 0) return source->corrupt("dimension " + std::to_string(i + 1) + " is 0");
        array.shape.push_back(size);
        if (size > kMaxIdxBytes / bytes)
            return Error{ErrorCode::InvalidArgument,
                         file.string() + ": " + dimensionText(array.shape) + "… is more than 16 GiB",
                         {},
                         "Split the data"};
        bytes *= size;
    }

    // Grown as data comes, so that a lying header does not take the memory it speaks of.
    constexpr std::int64_t kPart = std::int64_t{64} << 20;
    for (std::int64_t done = 0; done < bytes;) {
        const auto part = static_cast<std::size_t>(std::min(kPart, bytes - done));
        array.values.resize(static_cast<std::size_t>(done) + part);
        SLIPWAY_TRY(const auto got, source->read(Span(array.values).subspan(static_cast<std::size_t>(done))));
        if (got != part)
            return source->corrupt("ends after " + std::to_string(done + static_cast<std::int64_t>(got)) +
                                   " of " + std::to_string(bytes) + " values (" + dimensionText(array.shape) +
                                   ")");
        done += static_cast<std::int64_t>(part);
    }
    std::uint8_t more = 0;
    SLIPWAY_TRY(const auto rest, source->read(Span(&more, 1)));
    if (rest != 0) return source->corrupt("goes on after its " + std::to_string(bytes) + " values");
    return array;
}

Result<LabelledImages> readIdxImages(const std::filesystem::path& folder, std::string_view part) {
    const std::string images = std::string(part) + "-images-idx3-ubyte";
    const std::string labels = std::string(part) + "-labels-idx1-ubyte";
    SLIPWAY_TRY(auto pixels, readEither(folder, images));
    SLIPWAY_TRY(auto classes, readEither(folder, labels));
    if (pixels.shape.size() != 3)
        return Error{ErrorCode::Corrupt,
                     (folder / images).string() + ": " + dimensionText(pixels.shape) +
                         " is no list of images (count×height×width)",
                     {},
                     {}};
    if (classes.shape.size() != 1)
        return Error{
            ErrorCode::Corrupt,
            (folder / labels).string() + ": " + dimensionText(classes.shape) + " is no list of labels",
            {},
            {}};
    if (pixels.shape[0] != classes.shape[0])
        return Error{ErrorCode::Corrupt,
                     folder.string() + ": " + std::to_string(pixels.shape[0]) + " images but " +
                         std::to_string(classes.shape[0]) + " labels in " + std::string(part) + "-*",
                     {},
                     {}};
    return LabelledImages{pixels.shape[0],          1,
                          pixels.shape[1],          pixels.shape[2],
                          std::move(pixels.values), std::move(classes.values)};
}

}  // namespace slipway
