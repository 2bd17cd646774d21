// SPDX-License-Identifier: Apache-2.0
// Any bytes as a layer: unpacking ends, stays below its limits and leaves what lies beside the root alone.
#include "backends/image/unpack.h"
#include "backends/platform/folders.h"

#include <cstdlib>
#include <fstream>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto folder = slipway::TemporaryFolder::create("/dev/shm");
    if (!folder) std::abort();
    const std::filesystem::path root = folder->path() / "root";
    std::filesystem::create_directory(root);
    std::ofstream(folder->path() / "beside") << "mine";
    slipway::oci::UnpackLimits limits;
    limits.entries = 200;
    limits.bytes = 1 << 20;
    (void)slipway::oci::unpackLayerBytes({reinterpret_cast<const char*>(data), size}, root, limits);
    std::string text;
    std::ifstream(folder->path() / "beside") >> text;
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder->path())) ++count;
    if (text != "mine" || count != 2) std::abort();
    return 0;
}
