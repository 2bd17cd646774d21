// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardreader.h"

#include "backends/exchange/crc32c.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

namespace slipway {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are taken as they lie in the file");

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kFrameBytes = kLengthBytes + kCrcBytes + kCrcBytes;
constexpr auto kNever =
    static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());  // no file is that long
constexpr std::size_t kMaxFiles = 10000;

template <typename T>
T plainValue(std::string_view bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

// Walks the fields of one protobuf message (protobuf.dev/programming-guides/encoding).
class Message {
public:
    enum Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

    explicit Message(std::string_view bytes) : m_bytes(bytes) {}

    // To the next field; false at the end, or when what follows is none.
    bool next() {
        if (m_bytes.empty()) return false;
        const auto key = takeVarint();
        if (!key) return fail();
        m_field = *key >> 3;
        m_wire = static_cast<Wire>(*key & 7);
        if (m_wire == Varint) {
            const auto value = takeVarint();
            m_varint = value.value_or(0);
            return value || fail();
        }
        std::uint64_t length = m_wire == Fixed64 ? 8 : 4;
        if (m_wire == Bytes) {
            const auto told = takeVarint();
            if (!told) return fail();
            length = *told;
        } else if (m_wire != Fixed64 && m_wire != Fixed32) {
            return fail();
        }
        if (length > m_bytes.size()) return fail();
        m_value = m_bytes.substr(0, length);
        m_bytes.remove_prefix(length);
        return true;
    }
    bool hasFailed() const { return m_hasFailed; }

    bool is(std::uint64_t field, Wire wire) const { return m_field == field && m_wire == wire; }
    std::uint64_t varint() const { return m_varint; }
    std::string_view value() const { return m_value; }

private:
    bool fail() {
        m_hasFailed = true;
        return false;
    }
    std::optional<std::uint64_t> takeVarint() {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(m_bytes.size(), 10); ++i) {
            const auto byte = static_cast<unsigned char>(m_bytes[i]);
            value |= std::uint64_t{byte & 127U} << (7 * i);
            if (byte < 128) {
                m_bytes.remove_prefix(i + 1);
                return value;
            }
        }
        return std::nullopt;
    }

    std::string_view m_bytes;
    std::uint64_t m_field = 0;
    Wire m_wire = Varint;
    std::uint64_t m_varint = 0;
    std::string_view m_value;
    bool m_hasFailed = false;
};

// The first of a packed list of floats or doubles, or one that stands alone.
template <typename T>
std::optional<double> firstOf(std::string_view bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    return static_cast<double>(plainValue<T>(bytes));
}

// A tensor of rank 0 of floats or doubles; false when it cannot be a message.
bool readTensor(std::string_view bytes, std::optional<double>& value) {
    constexpr std::uint64_t kFloat = 1, kDouble = 2;
    std::uint64_t type = 0;
    std::string_view content;
    std::optional<double> listed;
    bool isScalar = true;
    Message tensor(bytes);
    while (tensor.next()) {
        if (tensor.is(1, Message::Varint)) {
            type = tensor.varint();
        } else if (tensor.is(2, Message::Bytes)) {
            isScalar = isScalar && tensor.value().empty();
        } else if (tensor.is(4, Message::Bytes)) {
            content = tensor.value();
        } else if (tensor.is(5, Message::Bytes) || tensor.is(5, Message::Fixed32)) {
            listed = firstOf<float>(tensor.value());
        } else if (tensor.is(6, Message::Bytes) || tensor.is(6, Message::Fixed64)) {
            listed = firstOf<double>(tensor.value());
        }
    }
    if (isScalar && (type == kFloat || type == kDouble)) {
        value = listed;
        if (!content.empty()) value = type == kFloat ? firstOf<float>(content) : firstOf<double>(content);
    }
    return !tensor.hasFailed();
}

// The plugin that a value belongs to; "" when it is not told.
bool readPlugin(std::string_view bytes, std::string_view& name) {
    Message metadata(bytes);
    while (metadata.next()) {
        if (!metadata.is(1, Message::Bytes)) continue;
        Message plugin(metadata.value());
        while (plugin.next())
            if (plugin.is(1, Message::Bytes)) name = plugin.value();
        if (plugin.hasFailed()) return false;
    }
    return !metadata.hasFailed();
}

bool readValue(std::string_view bytes, TensorboardScalar& scalar, bool& isScalar) {
    std::optional<double> number;
    std::string_view plugin;
    scalar.tag = {};
    Message value(bytes);
    while (value.next()) {
        bool isWhole = true;
        if (value.is(1, Message::Bytes)) {
            scalar.tag = value.value();
        } else if (value.is(2, Message::Fixed32)) {
            number = static_cast<double>(plainValue<float>(value.value()));
        } else if (value.is(8, Message::Bytes)) {
            isWhole = readTensor(value.value(), number);
        } else if (value.is(9, Message::Bytes)) {
            isWhole = readPlugin(value.value(), plugin);
        }
        if (!isWhole) return false;
    }
    isScalar = number && !scalar.tag.empty() && (plugin.empty() || plugin == "scalars");
    scalar.value = number.value_or(0);
    return !value.hasFailed();
}

bool readEvent(std::string_view bytes, const std::function<void(const TensorboardScalar&)>& sink) {
    TensorboardScalar scalar;
    std::string_view summary;
    Message event(bytes);
    while (event.next()) {
        if (event.is(1, Message::Fixed64)) scalar.wallTime = plainValue<double>(event.value());
        if (event.is(2, Message::Varint)) scalar.step = static_cast<std::int64_t>(event.varint());
        if (event.is(5, Message::Bytes)) summary = event.value();
    }
    if (event.hasFailed()) return false;
    Message values(summary);
    while (values.next()) {
        if (!values.is(1, Message::Bytes)) continue;
        bool isScalar = false;
        if (!readValue(values.value(), scalar, isScalar)) return false;
        if (isScalar) sink(scalar);
    }
    return !values.hasFailed();
}

}  // namespace

std::optional<Timestamp> writtenTime(const TensorboardScalar& scalar) {
    constexpr double kYear9999 = 253'402'300'799.0;
    if (!(scalar.wallTime > 0 && scalar.wallTime < kYear9999)) return std::nullopt;
    return Timestamp{std::chrono::microseconds{std::llround(scalar.wallTime * 1e6)}};
}

Error TensorboardReader::damaged(std::string_view what) const {
    return {ErrorCode::Corrupt,
            m_file.string() + " is damaged at byte " + std::to_string(m_offset) + ": " + std::string(what),
            "", "Copy the file again; the scalars before that place can be read"};
}

Result<std::uint64_t> TensorboardReader::takeRecords(
    std::string_view bytes, const std::function<void(const TensorboardScalar&)>& sink) {
    while (bytes.size() >= kLengthBytes + kCrcBytes) {
        const auto length = plainValue<std::uint64_t>(bytes);
        if (plainValue<std::uint32_t>(bytes.substr(kLengthBytes)) !=
            maskedCrc32c(bytes.substr(0, kLengthBytes)))
            return damaged("the checksum of a record's length differs");
        if (length > kNever - kFrameBytes) return kNever;
        if (length > kMaxRecordBytes || bytes.size() < length + kFrameBytes) return length + kFrameBytes;
        const std::string_view data = bytes.substr(kLengthBytes + kCrcBytes, length);
        if (plainValue<std::uint32_t>(bytes.substr(kLengthBytes + kCrcBytes + length)) != maskedCrc32c(data))
            return damaged("the checksum of a record differs");
        if (!readEvent(data, sink)) return damaged("a record is no event");
        m_offset += length + kFrameBytes;
        bytes.remove_prefix(length + kFrameBytes);
    }
    return std::uint64_t{kFrameBytes};
}

Result<void> TensorboardReader::next(const std::function<void(const TensorboardScalar&)>& sink,
                                     const std::stop_token& stop) {
    auto opened = openFile(m_file, O_RDONLY);
    if (!opened) {
        if (opened.error().code == ErrorCode::NotFound) return {};
        return std::move(opened).error();
    }
    struct stat info {};
    if (::fstat(opened->get(), &info) != 0) return errnoError("cannot read " + m_file.string(), errno);
    const auto end = static_cast<std::uint64_t>(info.st_size);
    std::string buffer;
    std::uint64_t needed = kFrameBytes;
    while (m_offset <= end && needed <= end - m_offset && !stop.stop_requested()) {
        buffer.resize(std::max<std::size_t>(needed, std::min<std::size_t>(kBlock, end - m_offset)));
        const ssize_t got =
            ::pread(opened->get(), buffer.data(), buffer.size(), static_cast<off_t>(m_offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read " + m_file.string(), errno);
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        if (bytes.size() < needed) break;  // it became shorter
        SLIPWAY_TRY(needed, takeRecords(bytes, sink));
        if (needed <= kMaxRecordBytes + kFrameBytes || needed > end - m_offset) continue;
        m_offset += needed;
        needed = kFrameBytes;
    }
    return {};
}

Result<std::vector<std::filesystem::path>> tensorboardFiles(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    std::error_code failure;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        std::error_code unreadable;
        if (at->path().filename().string().find(".tfevents.") == std::string::npos ||
            !at->is_regular_file(unreadable))
            continue;
        if (files.size() == kMaxFiles)
            return Error{ErrorCode::InvalidArgument,
                         folder.string() + " has more than " + std::to_string(kMaxFiles) + " event files", "",
                         "Name a folder further down"};
        files.push_back(at->path());
    }
    if (failure) return errnoError("cannot read " + folder.string(), failure.value());
    std::ranges::sort(files, {}, [](const fs::path& file) {
        return std::pair(file.parent_path().string(), file.filename().string());
    });
    return files;
}

}  // namespace slipway
