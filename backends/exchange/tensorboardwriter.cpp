// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/tensorboardwriter.h"

#include "backends/exchange/crc32c.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace slipway {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

template <typename T>
void appendPlain(std::string& text, T value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void appendVarint(std::string& text, std::uint64_t value) {
    for (; value >= 128; value >>= 7) text += static_cast<char>(value | 128);
    text += static_cast<char>(value);
}

void appendBytes(std::string& text, int field, std::string_view bytes) {
    text += static_cast<char>(field << 3 | 2);
    appendVarint(text, bytes.size());
    text += bytes;
}

void appendTime(std::string& text, double wallTime) {
    text += '\x09';
    appendPlain(text, wallTime);
}

}  // namespace

Result<TensorboardWriter> TensorboardWriter::create(const std::filesystem::path& file, double wallTime) {
    auto opened = openFile(file, O_WRONLY | O_CREAT | O_EXCL);
    if (!opened) return std::move(opened).error();
    TensorboardWriter writer(*std::move(opened), file);
    std::string event;
    appendTime(event, wallTime);
    appendBytes(event, 3, "brain.Event:2");
    writer.append(event);
    return writer;
}

Result<void> TensorboardWriter::add(const TensorboardScalar& scalar) {
    std::string value, summary, event;
    appendBytes(value, 1, scalar.tag);
    value += '\x15';
    appendPlain(value, static_cast<float>(scalar.value));
    appendBytes(summary, 1, value);
    appendTime(event, scalar.wallTime);
    event += '\x10';
    appendVarint(event, static_cast<std::uint64_t>(scalar.step));
    appendBytes(event, 5, summary);
    append(event);
    return m_buffer.size() < kBlock ? Result<void>{} : write();
}

Result<void> TensorboardWriter::finish() {
    SLIPWAY_CHECK(write());
    if (::fsync(m_fd.get()) != 0 && errno != EINVAL)
        return errnoError("cannot sync " + m_file.string(), errno);
    return {};
}

void TensorboardWriter::append(std::string_view event) {
    std::string length;
    appendPlain(length, std::uint64_t{event.size()});
    m_buffer += length;
    appendPlain(m_buffer, maskedCrc32c(length));
    m_buffer += event;
    appendPlain(m_buffer, maskedCrc32c(event));
}

Result<void> TensorboardWriter::write() {
    SLIPWAY_CHECK(writeAll(m_fd.get(), m_buffer, m_file));
    m_buffer.clear();
    return {};
}

}  // namespace slipway
