// SPDX-License-Identifier: Apache-2.0
// The fuzzer's bytes as a file that readers can open. One at a time; one thread.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

inline std::filesystem::path memoryFile(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("input", MFD_CLOEXEC);
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    return "/proc/self/fd/" + std::to_string(file);
}
