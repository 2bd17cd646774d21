// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/folders.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace slipway {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

fs::path userHome() {
    if (const std::string home = variable("HOME"); !home.empty()) return home;
    std::array<char, 4096> buffer{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found && found->pw_dir)
        return found->pw_dir;
    return {};
}

fs::path slipwayHome() {
    if (const std::string home = variable("SLIPWAY_HOME"); !home.empty()) return fs::absolute(home);
    if (const std::string data = variable("XDG_DATA_HOME"); !data.empty()) return fs::path(data) / "slipway";
    return userHome() / ".local" / "share" / "slipway";
}

fs::path programFolder() {
    std::error_code failure;
    const fs::path program = fs::read_symlink("/proc/self/exe", failure);
    return failure ? fs::path() : program.parent_path();
}

Result<TemporaryFolder> TemporaryFolder::create(const fs::path& parent) {
    const std::string fallback = variable("TMPDIR");
    const fs::path base = !parent.empty() ? parent : fs::path(fallback.empty() ? "/tmp" : fallback);
    std::string name = (base / ".slipway-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        return errnoError("cannot create a temporary folder in " + base.string(), errno);
    return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : m_path(other.release()) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
    std::swap(m_path, other.m_path);
    return *this;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!m_path.empty()) fs::remove_all(m_path, ignored);
}

fs::path TemporaryFolder::release() { return std::exchange(m_path, {}); }

}  // namespace slipway
