// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1.0 to 3.0: arrays of
// little-endian numbers, in C or Fortran order. The file is mapped, so that only what is read takes memory; it must not shrink while
// it is open. Const use from any thread.
#pragma once

#include "backends/core/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxNpyHeader = std::size_t{1} << 16;
inline constexpr std::size_t kMaxNpyDimensions = 8;

class NpyFile {
public:
    // NotFound, PermissionDenied, Io; Corrupt for what is no such file, or shorter or longer than its shape says; InvalidArgument for
    // other types than numbers, big-endian ones, and arrays without a value.
    static Result<NpyFile> open(const std::filesystem::path& file);
    NpyFile(NpyFile&& other) noexcept;
    NpyFile& operator=(NpyFile&& other) noexcept;
    ~NpyFile();

    const std::vector<std::int64_t>& shape() const { return m_shape; }  // none of them 0
    std::int64_t rows() const { return m_shape.front(); }
    std::int64_t rowValues() const { return m_rowValues; }
    bool isWhole() const;               // whole numbers and truth values
    std::string_view typeName() const;  // NumPy's: "float32"

    // The values of one row (an index of the first axis), in C order.
    void readRow(std::int64_t row, float* out) const;
    // The first value of a row; a fraction is cut off, and what 64 bits do not hold becomes one of their ends.
    std::int64_t wholeAt(std::int64_t row) const;

private:
    enum class Type : std::uint8_t {
        Bool,
        Int8,
        Uint8,
        Int16,
        Uint16,
        Int32,
        Uint32,
        Int64,
        Uint64,
        Half,
        Float,
        Double
    };
    struct Header;

    NpyFile() = default;
    static Result<Header> headerOf(std::string_view text, const std::filesystem::path& file);
    template <typename Use>
    auto withType(Use use) const;

    void* m_map = nullptr;
    std::size_t m_size = 0;
    const std::byte* m_values = nullptr;
    Type m_type = Type::Float;
    bool m_isFortran = false;
    std::vector<std::int64_t> m_shape;
    std::int64_t m_rowValues = 1;
};

}  // namespace slipway
