// SPDX-License-Identifier: Apache-2.0
#include "backends/data/npyfile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace slipway {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

Error corrupt(const std::filesystem::path& file, const std::string& reason) {
    return {ErrorCode::Corrupt, file.string() + ": " + reason, {}, {}};
}
Error unfit(const std::filesystem::path& file, const std::string& reason, std::string hint) {
    return {ErrorCode::InvalidArgument, file.string() + ": " + reason, {}, std::move(hint)};
}

// IEEE 754 binary16.
struct Half {
    std::uint16_t bits;
    operator float() const {
        const auto exponent = static_cast<int>((bits >> 10U) & 31U);
        const auto fraction = static_cast<int>(bits & 1023U);
        const float size = exponent == 0    ? std::ldexp(static_cast<float>(fraction), -24)
                           : exponent == 31 ? (fraction == 0 ? std::numeric_limits<float>::infinity()
                                                             : std::numeric_limits<float>::quiet_NaN())
                                            : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
        return (bits & 0x8000U) != 0 ? -size : size;
    }
};

template <typename Value>
Value valueAt(const std::byte* values, std::int64_t index) {
    Value value;
    std::memcpy(&value, values + static_cast<std::size_t>(index) * sizeof(Value), sizeof(Value));
    return value;
}

// The header's dictionary, a literal of Python: exactly the three keys that the format has.
class DictionaryReader {
public:
    explicit DictionaryReader(std::string_view text) : m_text(text) {}

    bool take(char c) {
        skipSpace();
        if (m_at >= m_text.size() || m_text[m_at] != c) return false;
        ++m_at;
        return true;
    }
    bool takeWord(std::string_view word) {
        skipSpace();
        if (!m_text.substr(m_at).starts_with(word)) return false;
        m_at += word.size();
        return true;
    }
    std::optional<std::string> text() {
        skipSpace();
        const char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
        if (quote != '\'' && quote != '"') return std::nullopt;
        const auto end = m_text.find(quote, m_at + 1);
        if (end == std::string_view::npos) return std::nullopt;
        const auto begin = std::exchange(m_at, end + 1) + 1;
        return std::string(m_text.substr(begin, end - begin));
    }
    std::optional<std::int64_t> number() {
        skipSpace();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), value);
        if (error != std::errc{} || value < 0) return std::nullopt;
        m_at = static_cast<std::size_t>(end - m_text.data());
        return value;
    }
    bool isAtEnd() {
        skipSpace();
        return m_at == m_text.size();
    }

private:
    void skipSpace() {
        while (m_at < m_text.size() &&
               std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    std::string_view m_text;
    std::size_t m_at = 0;
};

struct Dictionary {
    std::string descr;
    std::optional<bool> isFortran;
    std::optional<std::vector<std::int64_t>> shape;
    bool isOfParts = false;  // the type is a list of fields
};

std::optional<std::vector<std::int64_t>> tuple(DictionaryReader& reader) {
    std::vector<std::int64_t> sizes;
    if (!reader.take('(')) return std::nullopt;
    while (!reader.take(')')) {
        const auto size = reader.number();
        if (!size || sizes.size() == kMaxNpyDimensions) return std::nullopt;
        sizes.push_back(*size);
        if (!reader.take(','))
            return reader.take(')') && sizes.size() > 1 ? std::optional(sizes) : std::nullopt;
    }
    return sizes;
}

std::optional<Dictionary> dictionary(std::string_view text) {
    DictionaryReader reader(text);
    Dictionary read;
    if (!reader.take('{')) return std::nullopt;
    while (!reader.take('}')) {
        const auto key = reader.text();
        if (!key || !reader.take(':')) return std::nullopt;
        if (*key == "descr") {
            const auto descr = reader.text();
            read.isOfParts = !descr && reader.take('[');
            if (read.isOfParts) return read;
            if (!descr) return std::nullopt;
            read.descr = *descr;
        } else if (*key == "fortran_order") {
            const bool isTrue = reader.takeWord("True");
            if (!isTrue && !reader.takeWord("False")) return std::nullopt;
            read.isFortran = isTrue;
        } else if (*key == "shape") {
            read.shape = tuple(reader);
            if (!read.shape) return std::nullopt;
        } else {
            return std::nullopt;
        }
        if (reader.take(',')) continue;
        if (!reader.take('}')) return std::nullopt;
        break;
    }
    if (!reader.isAtEnd() || read.descr.empty() || !read.isFortran || !read.shape) return std::nullopt;
    return read;
}

}  // namespace

struct NpyFile::Header {
    Type type = Type::Float;
    std::size_t bytes = 4;  // of a value
    bool isFortran = false;
    std::vector<std::int64_t> shape;
};

Result<NpyFile::Header> NpyFile::headerOf(std::string_view text, const std::filesystem::path& file) {
    const auto read = dictionary(text);
    if (!read) return corrupt(file, "its header is no description of an array");
    struct Row {
        std::string_view descr;
        Type type;
        std::size_t bytes;
    };
    constexpr std::array kTypes{
        Row{"|b1", Type::Bool, 1},   Row{"|i1", Type::Int8, 1},   Row{"|u1", Type::Uint8, 1},
        Row{"<i2", Type::Int16, 2},  Row{"<u2", Type::Uint16, 2}, Row{"<i4", Type::Int32, 4},
        Row{"<u4", Type::Uint32, 4}, Row{"<i8", Type::Int64, 8},  Row{"<u8", Type::Uint64, 8},
        Row{"<f2", Type::Half, 2},   Row{"<f4", Type::Float, 4},  Row{"<f8", Type::Double, 8}};
    for (const auto& row : kTypes)
        if (row.descr == read->descr) return Header{row.type, row.bytes, *read->isFortran, *read->shape};
    if (read->descr.starts_with('>'))
        return unfit(file, "its values are big-endian (" + read->descr.substr(0, 20) + ")",
                     "Save it with array.astype(array.dtype.newbyteorder(\"<\"))");
    return unfit(file,
                 read->isOfParts ? "its values have fields"
                                 : "its type " + read->descr.substr(0, 20) + " is no number",
                 "Save an array of numbers");
}

NpyFile::NpyFile(NpyFile&& other) noexcept { *this = std::move(other); }
NpyFile& NpyFile::operator=(NpyFile&& other) noexcept {
    std::swap(m_map, other.m_map);
    std::swap(m_size, other.m_size);
    std::swap(m_values, other.m_values);
    m_type = other.m_type;
    m_isFortran = other.m_isFortran;
    m_shape.swap(other.m_shape);
    m_rowValues = other.m_rowValues;
    return *this;
}
NpyFile::~NpyFile() {
    if (m_map != nullptr) ::munmap(m_map, m_size);
}

Result<NpyFile> NpyFile::open(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errnoError("cannot open " + file.string(), errno);
    struct stat status {};
    const bool isFile = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    NpyFile array;
    array.m_size = isFile ? static_cast<std::size_t>(status.st_size) : 0;
    void* const map =
        array.m_size == 0 ? MAP_FAILED : ::mmap(nullptr, array.m_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int failure = errno;
    ::close(descriptor);
    if (!isFile) return unfit(file, "is no file", "Name a .npy file");
    if (map == MAP_FAILED && array.m_size > 0) return errnoError("cannot map " + file.string(), failure);
    if (map != MAP_FAILED) array.m_map = map;

    const std::string_view all(static_cast<const char*>(array.m_map), array.m_size);
    if (!all.starts_with(kMagic) || all.size() < 12) return corrupt(file, "is no .npy file");
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(all[at]));
    };
    const std::size_t version = byte(6);
    if (version < 1 || version > 3 || byte(7) != 0)
        return unfit(file, "is of .npy version " + std::to_string(version) + "." + std::to_string(byte(7)),
                     "Save it as version 1.0 to 3.0");
    const std::size_t begin = version == 1 ? 10 : 12;
    const std::size_t length =
        byte(8) | byte(9) << 8U | (version == 1 ? 0 : byte(10) << 16U | byte(11) << 24U);
    if (length > kMaxNpyHeader || length > all.size() - begin)
        return corrupt(file, "its header ends too early");
    SLIPWAY_TRY(const Header header, headerOf(all.substr(begin, length), file));
    if (header.shape.empty()) return unfit(file, "holds a single value, not rows", "Save an array with rows");

    const std::size_t there = all.size() - begin - length;
    std::size_t values = 1;
    for (const auto size : header.shape) {
        if (size == 0) return unfit(file, "has no values", "Save an array with rows");
        if (static_cast<std::size_t>(size) > there / values)
            return corrupt(file, "is shorter than its shape says");
        values *= static_cast<std::size_t>(size);
    }
    if (values > there / header.bytes) return corrupt(file, "is shorter than its shape says");
    if (values * header.bytes != there) return corrupt(file, "goes on after its values");
    array.m_values = static_cast<const std::byte*>(array.m_map) + begin + length;
    array.m_type = header.type;
    array.m_isFortran = header.isFortran;
    array.m_shape = header.shape;
    array.m_rowValues = static_cast<std::int64_t>(values) / header.shape.front();
    return array;
}

bool NpyFile::isWhole() const { return m_type < Type::Half; }

std::string_view NpyFile::typeName() const {
    static constexpr std::array<std::string_view, 12> kNames{"bool",   "int8",    "uint8",   "int16",
                                                             "uint16", "int32",   "uint32",  "int64",
                                                             "uint64", "float16", "float32", "float64"};
    return kNames.at(static_cast<std::size_t>(m_type));
}

template <typename Use>
auto NpyFile::withType(Use use) const {
    switch (m_type) {
        case Type::Bool:
        case Type::Uint8: return use(std::uint8_t{});
        case Type::Int8: return use(std::int8_t{});
        case Type::Int16: return use(std::int16_t{});
        case Type::Uint16: return use(std::uint16_t{});
        case Type::Int32: return use(std::int32_t{});
        case Type::Uint32: return use(std::uint32_t{});
        case Type::Int64: return use(std::int64_t{});
        case Type::Uint64: return use(std::uint64_t{});
        case Type::Half: return use(Half{});
        case Type::Float: return use(float{});
        case Type::Double: break;
    }
    return use(double{});
}

void NpyFile::readRow(std::int64_t row, float* out) const {
    withType([&](auto kind) {
        using Value = decltype(kind);
        if (!m_isFortran) {
            for (std::int64_t i = 0; i < m_rowValues; ++i)
                out[i] = static_cast<float>(valueAt<Value>(m_values, row * m_rowValues + i));
            return;
        }
        // The first index runs fastest there, the last one here.
        std::array<std::int64_t, kMaxNpyDimensions> index{};
        for (std::int64_t i = 0; i < m_rowValues; ++i) {
            std::int64_t place = row;
            std::int64_t stride = m_shape[0];
            for (std::size_t axis = 1; axis < m_shape.size(); ++axis) {
                place += index[axis] * stride;
                stride *= m_shape[axis];
            }
            out[i] = static_cast<float>(valueAt<Value>(m_values, place));
            for (std::size_t axis = m_shape.size() - 1; axis > 0 && ++index[axis] == m_shape[axis]; --axis)
                index[axis] = 0;
        }
    });
}

std::int64_t NpyFile::wholeAt(std::int64_t row) const {
    const std::int64_t place = m_isFortran ? row : row * m_rowValues;
    return withType([&](auto kind) -> std::int64_t {
        using Value = decltype(kind);
        const Value value = valueAt<Value>(m_values, place);
        if constexpr (std::is_same_v<Value, std::uint64_t>) {
            return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
        } else if constexpr (std::is_integral_v<Value>) {
            return value;
        } else {
            const auto real = static_cast<double>(value);
            if (std::isnan(real)) return 0;
            if (std::abs(real) >= 9.2e18) return real < 0 ? INT64_MIN : INT64_MAX;
            return static_cast<std::int64_t>(real);
        }
    });
}

}  // namespace slipway
