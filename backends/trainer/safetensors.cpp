// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/safetensors.h"

#include "backends/platform/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace slipway::trainer {
namespace {

using Json = nlohmann::json;
static_assert(std::endian::native == std::endian::little);

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 12> kTypes{{{"F64", 8},
                                                                             {"F32", 4},
                                                                             {"F16", 2},
                                                                             {"BF16", 2},
                                                                             {"I64", 8},
                                                                             {"I32", 4},
                                                                             {"I16", 2},
                                                                             {"I8", 1},
                                                                             {"U8", 1},
                                                                             {"BOOL", 1},
                                                                             {"F8_E4M3", 1},
                                                                             {"F8_E5M2", 1}}};

std::string_view text(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

Error corrupt(const std::filesystem::path& file, const std::string& reason) {
    return {ErrorCode::Corrupt, file.string() + " is no sound safetensors file: " + reason, {}, {}};
}

Result<void> writeTo(const std::filesystem::path& file, std::string_view header,
                     std::span<const TensorView> tensors) {
    SLIPWAY_TRY(const auto fd, openFile(file, O_WRONLY | O_CREAT | O_TRUNC));
    const std::uint64_t length = header.size();
    std::array<char, sizeof(length)> prefix{};
    std::memcpy(prefix.data(), &length, sizeof(length));
    SLIPWAY_CHECK(writeAll(fd.get(), {prefix.data(), prefix.size()}, file));
    SLIPWAY_CHECK(writeAll(fd.get(), header, file));
    for (const auto& tensor : tensors) SLIPWAY_CHECK(writeAll(fd.get(), text(tensor.data), file));
    if (::fsync(fd.get()) != 0) return errnoError("cannot save " + file.string(), errno);
    return {};
}

// The view of one header entry; the reason when it does not hold together.
Result<TensorView> parseEntry(const std::string& name, const Json& entry, std::span<const std::byte> data,
                              const std::filesystem::path& file) {
    const auto fail = [&](const char* reason) { return corrupt(file, "tensor " + name + ": " + reason); };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
        !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
        !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
        return fail("needs dtype, shape and data_offsets");
    TensorView view{name, entry["dtype"].get<std::string>(), {}, {}};
    const auto type =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == view.type; });
    if (type == kTypes.end()) return fail("unknown dtype");
    std::uint64_t size = type->second;
    for (const auto& dimension : entry["shape"]) {
        if (!dimension.is_number_unsigned()) return fail("a dimension is no whole number");
        const auto count = dimension.get<std::uint64_t>();
        if (count > 0 && size > data.size() / count) return fail("larger than the file");
        size *= count;
        view.shape.push_back(static_cast<std::int64_t>(count));
    }
    const auto& offsets = entry["data_offsets"];
    if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
        return fail("offsets are no whole numbers");
    const auto begin = offsets[0].get<std::uint64_t>();
    const auto end = offsets[1].get<std::uint64_t>();
    if (begin > end || end > data.size() || end - begin != size)
        return fail("offsets do not fit shape and file");
    view.data = data.subspan(begin, size);
    return view;
}

Result<std::vector<std::byte>> readBytes(const std::filesystem::path& file) {
    SLIPWAY_TRY(const auto fd, openFile(file, O_RDONLY));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return errnoError("cannot read " + file.string(), errno);
    if (!S_ISREG(status.st_mode)) return corrupt(file, "it is no regular file");
    std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
    for (std::size_t done = 0; done < bytes.size();) {
        const auto got = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read " + file.string(), errno);
        if (got == 0) return corrupt(file, "it became shorter while it was read");
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

}  // namespace

Result<std::uint64_t> writeSafetensors(const std::filesystem::path& file, std::span<const TensorView> tensors,
                                       const TensorMetadata& metadata) {
    Json json = Json::object();
    if (!metadata.empty()) json["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& tensor : tensors) {
        json[tensor.name] = {{"dtype", tensor.type},
                             {"shape", tensor.shape},
                             {"data_offsets", {offset, offset + tensor.data.size()}}};
        offset += tensor.data.size();
    }
    std::string header = json.dump();
    header.append((8 - header.size() % 8) % 8, ' ');  // tensors begin aligned

    auto temporary = file;
    temporary += ".part";
    auto written = writeTo(temporary, header, tensors);
    if (written && ::rename(temporary.c_str(), file.c_str()) != 0)
        written = errnoError("cannot save " + file.string(), errno);
    if (!written) {
        ::unlink(temporary.c_str());
        return written.error();
    }
    SLIPWAY_CHECK(syncFolder(file.parent_path()));
    return sizeof(std::uint64_t) + header.size() + offset;
}

const TensorView* TensorFile::find(std::string_view name) const {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
    return found == tensors.end() ? nullptr : &*found;
}

Result<TensorFile> readSafetensors(const std::filesystem::path& file) {
    TensorFile result;
    SLIPWAY_TRY(result.bytes, readBytes(file));
    const std::span<const std::byte> bytes(result.bytes);
    std::uint64_t length = 0;
    if (bytes.size() < sizeof(length)) return corrupt(file, "it is too short");
    std::memcpy(&length, bytes.data(), sizeof(length));
    if (length > kMaxSafetensorsHeader || length > bytes.size() - sizeof(length))
        return corrupt(file, "the header's length is wrong");
    const auto header =
        Json::parse(text(bytes.subspan(sizeof(length), length)), nullptr, /*allow_exceptions=*/false);
    if (!header.is_object()) return corrupt(file, "the header is no JSON object");

    const auto data = bytes.subspan(sizeof(length) + length);
    std::uint64_t total = 0;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (!entry.is_object()) return corrupt(file, "__metadata__ is no object");
            for (const auto& [key, value] : entry.items()) {
                if (!value.is_string()) return corrupt(file, "__metadata__." + key + " is no text");
                result.metadata[key] = value.get<std::string>();
            }
            continue;
        }
        SLIPWAY_TRY(auto view, parseEntry(name, entry, data, file));
        total += view.data.size();
        result.tensors.push_back(std::move(view));
    }
    if (total != data.size()) return corrupt(file, "the tensors do not fill it");
    return result;
}

}  // namespace slipway::trainer
