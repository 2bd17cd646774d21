// SPDX-License-Identifier: Apache-2.0
// Writes an event file that TensorBoard reads: a version, then an event a scalar, in the form tensorboardreader.h names. Values
// are kept with the 32 bits that TensorBoard's plain scalars have. Not shared between threads.
#pragma once

#include "backends/exchange/tensorboardreader.h"
#include "backends/platform/files.h"

namespace slipway {

class TensorboardWriter {
public:
    // Begins `file`, which must not be there yet (Conflict). `wallTime`: when what it tells of began. Io, PermissionDenied.
    static Result<TensorboardWriter> create(const std::filesystem::path& file, double wallTime);

    Result<void> add(const TensorboardScalar& scalar);  // Io
    // All of it is in the file, and on the disk, when this succeeded. Io.
    Result<void> finish();

private:
    TensorboardWriter(UniqueFd fd, std::filesystem::path file)
        : m_fd(std::move(fd)),
          m_file(std::move(file)) {}
    void append(std::string_view event);
    Result<void> write();

    UniqueFd m_fd;
    std::filesystem::path m_file;
    std::string m_buffer;
};

}  // namespace slipway
