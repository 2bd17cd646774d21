// SPDX-License-Identifier: Apache-2.0
// Any bytes as an event file of TensorBoard, and, since a fuzzer seldom hits a checksum, as the data of a record of one.
#include "backends/exchange/crc32c.h"
#include "backends/exchange/tensorboardreader.h"
#include "memoryfile.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

template <typename T>
void append(std::string& text, T value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void read(const std::string& content) {
    slipway::TensorboardReader reader(
        memoryFile(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
    const auto end = reader.next([](const slipway::TensorboardScalar& scalar) {
        if (scalar.tag.empty()) std::abort();
    });
    if (reader.offset() > content.size()) std::abort();
    if (!end && end.error().code != slipway::ErrorCode::Corrupt) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    read(bytes);
    std::string record;
    append(record, std::uint64_t{size});
    append(record, slipway::maskedCrc32c(record));
    record += bytes;
    append(record, slipway::maskedCrc32c(bytes));
    read(record + record);
    return 0;
}
