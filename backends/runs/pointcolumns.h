// SPDX-License-Identifier: Apache-2.0
// Points in one file, appended at its end: blocks of 256, in each the column of the steps, then the seconds, then the values (8
// bytes each, little endian), so that any range is one read and a file never has to be written anew. How many of its points hold
// is for the owner to keep. Bounded memory: what is not written yet is less than a block. Not shared between threads.
#pragma once

#include "backends/core/result.h"
#include "backends/runs/runstore.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace slipway {

class PointColumns {
public:
    static constexpr std::size_t kBlockPoints = 256;

    // The first `size` points of the file hold; with 0 it need not be there.
    explicit PointColumns(std::filesystem::path file, std::size_t size = 0)
        : m_file(std::move(file)),
          m_written(size) {}

    std::size_t size() const { return m_written + m_pending.size(); }
    Result<void> append(const CurvePoint& point);  // Io
    // Those from `size` on are gone, in the file with the next save().
    void truncate(std::size_t size);
    // All is on the disk, and nothing else in the file. Io.
    Result<void> save();

    // Those in [begin, end), which must be there. Corrupt when the file is shorter than told; Io.
    Result<std::vector<CurvePoint>> read(std::size_t begin, std::size_t end) const;
    // The first whose step is not below `step`, where steps rise; size(): none.
    Result<std::size_t> lowerBound(std::int64_t step) const;

private:
    Result<void> writePending();

    std::filesystem::path m_file;
    std::size_t m_written;  // points that are in the file
    std::vector<CurvePoint> m_pending;
    bool m_isSaved = true;
};

}  // namespace slipway
