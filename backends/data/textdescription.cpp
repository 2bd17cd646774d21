// SPDX-License-Identifier: Apache-2.0
#include "backends/data/textdescription.h"

#include "backends/core/units.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cerrno>
#include <fstream>
#include <optional>

namespace slipway {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kShownLine = 200;  // bytes

// Follows UTF-8 (RFC 3629) from piece to piece.
class Utf8Check {
public:
    // False for a byte that cannot stand there; the next one begins anew.
    bool take(unsigned char byte) {
        if (m_more == 0) {
            ++characters;
            m_low = 0x80;
            m_high = 0xBF;
            if (byte < 0x80) return true;
            if (byte < 0xC2 || byte > 0xF4) return false;
            m_more = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
            if (byte == 0xE0) m_low = 0xA0;  // else there is a shorter form
            if (byte == 0xF0) m_low = 0x90;
            if (byte == 0xED) m_high = 0x9F;  // surrogates
            if (byte == 0xF4) m_high = 0x8F;  // above U+10FFFF
            return true;
        }
        const bool fits = byte >= m_low && byte <= m_high;
        m_more = fits ? m_more - 1 : 0;
        m_low = 0x80;
        m_high = 0xBF;
        return fits;
    }
    bool isInside() const { return m_more > 0; }
    std::int64_t characters = 0;

private:
    int m_more = 0;  // bytes of this character
    unsigned char m_low = 0x80;
    unsigned char m_high = 0xBF;
};

struct TextCount {
    std::int64_t lines = 0;
    std::int64_t characters = 0;
    std::int64_t longest = 0;  // line, in bytes
    std::bitset<256> bytes;
};

// The first lines that are not empty.
class FirstLines {
public:
    explicit FirstLines(DataDescription& data) : m_data(data) {}
    void take(char byte) {
        if (m_data.firstRows.size() >= kShownRows) return;
        if (byte == '\n')
            end();
        else if (byte != '\r')
            ++m_length <= kShownLine ? m_line += byte : m_line;
    }
    void end() {
        if (m_length > kShownLine) {
            while (!m_line.empty() && (static_cast<unsigned char>(m_line.back()) & 0xC0U) == 0x80U)
                m_line.pop_back();
            if (!m_line.empty() && static_cast<unsigned char>(m_line.back()) >= 0xC0) m_line.pop_back();
            m_line += "…";
        }
        if (!m_line.empty()) m_data.firstRows.push_back({m_line});
        m_line.clear();
        m_length = 0;
    }

private:
    DataDescription& m_data;
    std::string m_line;
    std::size_t m_length = 0;
};

Result<void> count(const fs::path& file, const std::string& name, TextCount& counts, DataDescription& data,
                   const DataRequest& request) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return errnoError("cannot read " + file.string(), errno);
    std::error_code unknown;
    const auto size = fs::file_size(file, unknown);
    std::vector<char> piece(std::clamp<std::uintmax_t>(unknown ? kPiece : size + 1, 1, kPiece));
    Utf8Check utf8;
    FirstLines first(data);
    std::optional<std::int64_t> wrong;
    std::int64_t offset = 0;
    std::int64_t line = 0;
    while (stream) {
        if (request.isStopped()) return Error{ErrorCode::Cancelled, "stopped", {}, {}};
        stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto got = static_cast<std::size_t>(stream.gcount());
        for (std::size_t i = 0; i < got; ++i, ++offset) {
            const auto byte = static_cast<unsigned char>(piece[i]);
            if (!utf8.take(byte) && !wrong) wrong = offset;
            counts.bytes.set(byte);
            first.take(piece[i]);
            ++line;
            if (byte != '\n') continue;
            counts.longest = std::max(counts.longest, line - 1);
            ++counts.lines;
            line = 0;
        }
        data.samples += static_cast<std::int64_t>(got);
        request.progress(data.samples, data.bytes);
    }
    if (stream.bad()) return errnoError("cannot read " + file.string(), errno);
    first.end();
    if (line > 0) ++counts.lines;
    counts.longest = std::max(counts.longest, line);
    counts.characters += utf8.characters;
    if (utf8.isInside() && !wrong) wrong = offset;
    if (wrong) addFault(data, name, "no UTF-8 at byte " + grouped(*wrong));
    return {};
}

}  // namespace

Result<std::vector<fs::path>> textsAt(const fs::path& place) {
    std::error_code error;
    const auto status = fs::status(place, error);
    if (!fs::exists(status))
        return errnoError("cannot read " + place.string(), error ? error.value() : ENOENT);
    if (!fs::is_directory(status)) return std::vector{place};
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(place, error), end; !error && entry != end;
         entry.increment(error))
        if (std::error_code gone; entry->path().extension() == ".txt" && entry->is_regular_file(gone))
            files.push_back(entry->path());
    if (error) return errnoError("cannot read " + place.string(), error.value());
    if (files.empty()) return Error{ErrorCode::NotFound, place.string() + " holds no *.txt file", {}, {}};
    std::ranges::sort(files);
    return files;
}

Result<DataDescription> describeText(const fs::path& place, const DataRequest& request) {
    DataDescription data;
    data.form = "text";
    SLIPWAY_TRY(const auto files, textsAt(place));
    std::error_code error;
    for (const auto& file : files) {
        const auto size = fs::file_size(file, error);
        if (error) return errnoError("cannot read " + file.string(), error.value());
        data.bytes += static_cast<std::int64_t>(size);
    }
    TextCount counts;
    const bool isFolder = files.front() != place;
    for (const auto& file : files)
        SLIPWAY_CHECK(count(file, (isFolder ? file.lexically_relative(place) : file.filename()).string(),
                            counts, data, request));
    data.columns.push_back({.name = "line", .kind = ColumnKind::Words});
    if (isFolder) data.facts.emplace_back("files", grouped(static_cast<std::int64_t>(files.size())));
    data.facts.emplace_back("lines",
                            grouped(counts.lines) + ", the longest of " + decimalSize({counts.longest}));
    data.facts.emplace_back("characters", grouped(counts.characters));
    data.facts.emplace_back("different bytes", std::to_string(counts.bytes.count()) + " of 256");
    return data;
}

}  // namespace slipway
