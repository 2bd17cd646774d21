// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/pointcolumns.h"

#include "backends/platform/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>

namespace slipway {
namespace {

static_assert(std::endian::native == std::endian::little,
              "columns are read and written as they lie in memory");

constexpr std::size_t kPoints = PointColumns::kBlockPoints;
constexpr std::size_t kCell = 8;
constexpr std::size_t kColumnBytes = kPoints * kCell;
constexpr std::size_t kBlockBytes = 3 * kColumnBytes;

// Where the step of a point lies; its seconds and its value lie one and two columns further.
std::size_t placeOf(std::size_t index) { return index / kPoints * kBlockBytes + index % kPoints * kCell; }

std::size_t fileSize(std::size_t points) {
    return points == 0 ? 0 : placeOf(points - 1) + 2 * kColumnBytes + kCell;
}

Result<void> writeAt(int fd, const std::string& bytes, std::size_t place, const std::filesystem::path& file) {
    if (::lseek(fd, static_cast<off_t>(place), SEEK_SET) < 0)
        return errnoError("cannot write " + file.string(), errno);
    return writeAll(fd, bytes, file);
}

Result<std::string> readAt(const std::filesystem::path& file, std::size_t begin, std::size_t end) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(file, O_RDONLY));
    std::string bytes(end - begin, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got =
            ::pread(fd.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errnoError("cannot read " + file.string(), errno);
        if (got == 0) return Error{ErrorCode::Corrupt, file.string() + " is shorter than it was", "", ""};
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

}  // namespace

Result<void> PointColumns::append(const CurvePoint& point) {
    m_pending.push_back(point);
    m_isSaved = false;
    return size() % kPoints == 0 ? writePending() : Result<void>{};
}

void PointColumns::truncate(std::size_t size) {
    assert(size <= this->size());
    m_isSaved = m_isSaved && size == this->size();
    m_pending.resize(size > m_written ? size - m_written : 0);
    m_written = std::min(m_written, size);
}

// They all belong to one block.
Result<void> PointColumns::writePending() {
    if (m_pending.empty()) return {};
    SLIPWAY_TRY(const UniqueFd fd, openFile(m_file, O_WRONLY | O_CREAT));
    std::string columns[3];
    for (const CurvePoint& point : m_pending) {
        columns[0].append(reinterpret_cast<const char*>(&point.step), kCell);
        columns[1].append(reinterpret_cast<const char*>(&point.seconds), kCell);
        columns[2].append(reinterpret_cast<const char*>(&point.value), kCell);
    }
    for (std::size_t column = 0; column < 3; ++column)
        SLIPWAY_CHECK(writeAt(fd.get(), columns[column], placeOf(m_written) + column * kColumnBytes, m_file));
    m_written += m_pending.size();
    m_pending.clear();
    return {};
}

Result<void> PointColumns::save() {
    if (m_isSaved) return {};
    SLIPWAY_CHECK(writePending());
    SLIPWAY_TRY(const UniqueFd fd, openFile(m_file, O_WRONLY | O_CREAT));
    if (::ftruncate(fd.get(), static_cast<off_t>(fileSize(m_written))) != 0)
        return errnoError("cannot write " + m_file.string(), errno);
    if (::fdatasync(fd.get()) != 0 && errno != EINVAL)
        return errnoError("cannot sync " + m_file.string(), errno);
    m_isSaved = true;
    return {};
}

Result<std::vector<CurvePoint>> PointColumns::read(std::size_t begin, std::size_t end) const {
    assert(begin <= end && end <= size());
    std::vector<CurvePoint> points;
    points.reserve(end - begin);
    if (const std::size_t written = std::min(end, m_written); begin < written) {
        const std::size_t base = begin / kPoints * kBlockBytes;
        SLIPWAY_TRY(const std::string bytes, readAt(m_file, base, fileSize(written)));
        for (std::size_t i = begin; i < written; ++i) {
            const char* cell = bytes.data() + (placeOf(i) - base);
            CurvePoint& point = points.emplace_back();
            std::memcpy(&point.step, cell, kCell);
            std::memcpy(&point.seconds, cell + kColumnBytes, kCell);
            std::memcpy(&point.value, cell + 2 * kColumnBytes, kCell);
        }
    }
    for (std::size_t i = std::max(begin, m_written); i < end; ++i) points.push_back(m_pending[i - m_written]);
    return points;
}

Result<std::size_t> PointColumns::lowerBound(std::int64_t step) const {
    std::size_t begin = 0, end = size();
    while (begin < end) {
        const std::size_t middle = begin + (end - begin) / 2;
        SLIPWAY_TRY(const std::vector<CurvePoint> one, read(middle, middle + 1));
        if (one.front().step < step)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

}  // namespace slipway
