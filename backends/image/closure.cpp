// SPDX-License-Identifier: Apache-2.0
#include "backends/image/closure.h"

#include "backends/platform/files.h"
#include "backends/platform/process.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>

namespace slipway::oci {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxProgramHeaders = 256;
constexpr std::size_t kMaxLoaderPath = 4096;

template <typename T>
bool readAt(int fd, std::uint64_t offset, T& value) {
    return ::pread(fd, &value, sizeof value, static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(sizeof value);
}

}  // namespace

Result<std::string> loaderOf(const fs::path& program) {
    SLIPWAY_TRY(const UniqueFd fd, openFile(program, O_RDONLY));
    const Error wrong{
        ErrorCode::InvalidArgument, "`" + program.string() + "` is no 64-bit ELF program", {}, {}};
    Elf64_Ehdr header{};
    if (!readAt(fd.get(), 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64)
        return wrong;
    if (header.e_phnum > kMaxProgramHeaders) return wrong;
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        if (!readAt(fd.get(), header.e_phoff + i * sizeof segment, segment)) return wrong;
        if (segment.p_type != PT_INTERP) continue;
        if (segment.p_filesz == 0 || segment.p_filesz > kMaxLoaderPath) return wrong;
        std::string path(segment.p_filesz, '\0');
        if (::pread(fd.get(), path.data(), path.size(), static_cast<off_t>(segment.p_offset)) !=
            static_cast<ssize_t>(path.size()))
            return wrong;
        path.erase(std::min(path.find('\0'), path.size()));
        return path;
    }
    return std::string();
}

Result<std::vector<ClosureFile>> parseLoaderList(const std::string& listing) {
    std::vector<ClosureFile> files;
    std::istringstream lines(listing);
    for (std::string line; std::getline(lines, line);) {
        // "\tlibz.so.1 => /lib/libz.so.1 (0x…)", "\t/lib64/ld-linux-x86-64.so.2 (0x…)", "\tlinux-vdso.so.1 (0x…)"
        line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
        const std::size_t arrow = line.find(" => ");
        std::string name = line.substr(0, std::min({arrow, line.find(" ("), line.size()}));
        std::string path = name;
        if (arrow != std::string::npos) {
            path = line.substr(arrow + 4);
            if (path.starts_with("not found"))
                return Error{ErrorCode::NotFound,
                             "the library " + name + " is not installed",
                             {},
                             "Install the package that has it"};
            path.erase(std::min(path.rfind(" ("), path.size()));
        }
        if (!path.starts_with("/")) continue;  // the kernel's own
        files.push_back({fs::path(name).filename().string(), path});
    }
    return files;
}

Result<std::vector<ClosureFile>> libraryClosure(const fs::path& program) {
    SLIPWAY_TRY(const std::string loader, loaderOf(program));
    if (loader.empty()) return std::vector<ClosureFile>{};
    SpawnOptions options;
    options.command = {loader, "--list", fs::absolute(program).string()};
    options.environment = {"LC_ALL=C"};
    SLIPWAY_TRY(const CommandOutput output, runCommand(options, std::chrono::seconds(30)));
    if (output.status.exitCode != 0) {
        return Error{ErrorCode::InvalidArgument,
                     "the libraries of `" + program.string() + "` cannot be listed",
                     output.err.substr(0, 500),
                     {}};
    }
    SLIPWAY_TRY(std::vector<ClosureFile> files, parseLoaderList(output.out));
    files.push_back({fs::path(loader).filename().string(), loader});
    for (ClosureFile& file : files) {
        std::error_code code;
        file.source = fs::canonical(file.source, code);
        if (code) return errnoError("cannot read the library " + file.name, code.value());
    }
    std::sort(files.begin(), files.end(),
              [](const ClosureFile& a, const ClosureFile& b) { return a.name < b.name; });
    files.erase(std::unique(files.begin(), files.end(),
                            [](const ClosureFile& a, const ClosureFile& b) { return a.name == b.name; }),
                files.end());
    return files;
}

}  // namespace slipway::oci
