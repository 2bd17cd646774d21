// SPDX-License-Identifier: Apache-2.0
// The shared libraries a program needs, as its own loader finds them (ld.so --list), so that it can run where none of them is
// installed. Starts the loader, not the program. Any thread.
#pragma once

#include "backends/core/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::oci {

struct ClosureFile {
    std::string name;              // as the loader looks it up: the library's SONAME
    std::filesystem::path source;  // links resolved
};

// PT_INTERP of an ELF program; empty: statically linked. InvalidArgument: no 64-bit ELF program. Io, NotFound.
Result<std::string> loaderOf(const std::filesystem::path& program);

// Libraries and the loader itself, by name. InvalidArgument (also: a library is missing), Io, NotFound.
Result<std::vector<ClosureFile>> libraryClosure(const std::filesystem::path& program);

// The listing of `ld.so --list`. Corrupt with the name of a library that was not found.
Result<std::vector<ClosureFile>> parseLoaderList(const std::string& listing);

}  // namespace slipway::oci
