// SPDX-License-Identifier: Apache-2.0
// Scalars of TensorBoard event files (events.out.tfevents.…), as torch.utils.tensorboard, tensorboardX and TensorFlow 1 and 2
// write them, also while they are written. A file is TFRecords (length, masked CRC-32C, data, masked CRC-32C) of Event messages
// (tensorflow/core/util/event.proto and framework/summary.proto); of these the few fields that make a scalar are read by hand.
// Everything else in them (graphs, images, histograms, texts) is passed over. In bounded memory. Not shared between threads.
#pragma once

#include "backends/core/result.h"
#include "backends/core/timestamp.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct TensorboardScalar {
    double wallTime = 0;  // seconds since 1970
    std::int64_t step = 0;
    std::string_view tag;  // never empty, perhaps no UTF-8; holds during the call it is handed to
    double value = 0;
};

// When it was written; none: not told, or no time that can be.
std::optional<Timestamp> writtenTime(const TensorboardScalar& scalar);

// One file, tailed.
class TensorboardReader {
public:
    // Records longer than this hold no scalars: they are passed over unread.
    static constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{16} << 20;

    explicit TensorboardReader(std::filesystem::path file) : m_file(std::move(file)) {}

    // Each scalar that was appended since the last call, in the order of the file; a record that is not whole yet waits for its
    // rest, a file that is not there yet has none. Corrupt with file and offset where a checksum differs or a message cannot be:
    // what stands before was handed out, what follows never is. Io, PermissionDenied. Once `stop` is asked for it ends within a
    // megabyte, without an error; the next call goes on there.
    Result<void> next(const std::function<void(const TensorboardScalar&)>& sink,
                      const std::stop_token& stop = {});

    const std::filesystem::path& file() const { return m_file; }
    // Behind the last record that was read.
    std::uint64_t offset() const { return m_offset; }

private:
    // Takes the whole records at the front of `bytes`; how many bytes the next one needs.
    Result<std::uint64_t> takeRecords(std::string_view bytes,
                                      const std::function<void(const TensorboardScalar&)>& sink);
    Error damaged(std::string_view what) const;

    std::filesystem::path m_file;
    std::uint64_t m_offset = 0;
};

// Every event file in `folder` and below, sorted by folder and, since their names begin with the second they were begun at, by
// age. Links to folders are not followed. NotFound, PermissionDenied, Io; InvalidArgument for more than 10,000.
Result<std::vector<std::filesystem::path>> tensorboardFiles(const std::filesystem::path& folder);

}  // namespace slipway
