// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/processidentity.h"

#include "backends/platform/files.h"
#include "backends/platform/processusage.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <sstream>

namespace slipway {
namespace {

constexpr const char* kUnknownHost = "(unknown)";

std::string bootId() {
    const auto text = readFile("/proc/sys/kernel/random/boot_id", 256);
    return text ? text->substr(0, text->find_first_of(" \n")) : std::string();
}

template <typename Number>
bool readNumber(std::string_view text, Number& number) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::string hostName() {
    std::array<char, 256> name{};
    const bool isKnown = ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0';
    return isKnown ? name.data() : kUnknownHost;
}

std::string machineId() {
    const std::string boot = bootId();
    return boot.empty() ? hostName() : boot;
}

ProcessIdentity thisProcess() {
    std::error_code failure;
    const pid_t pid = ::getpid();
    return {pid, hostName(), bootId(), std::filesystem::read_symlink("/proc/self/ns/pid", failure).string(),
            processStart(pid).value_or(0)};
}

std::string identityText(const ProcessIdentity& process) {
    return std::to_string(process.pid) + "\nhost " + process.host + "\nboot " + process.boot +
           "\nnamespace " + process.pidNamespace + "\nstart " + std::to_string(process.start) + "\n";
}

Result<ProcessIdentity> parseIdentity(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string line;
    ProcessIdentity process;
    std::getline(lines, line);
    if (!readNumber(line, process.pid) || process.pid <= 1)
        return Error{ErrorCode::Corrupt, "\"" + line.substr(0, 40) + "\" names no process", "", ""};
    while (std::getline(lines, line)) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string name = line.substr(0, blank);
        const std::string value = blank < line.size() ? line.substr(blank + 1) : "";
        if (name == "host") process.host = value;
        if (name == "boot") process.boot = value;
        if (name == "namespace") process.pidNamespace = value;
        if (name == "start" && !readNumber(value, process.start)) process.start = 0;
    }
    return process;
}

bool isHere(const ProcessIdentity& that, const ProcessIdentity& self) {
    const bool isKnown = !that.boot.empty() && !that.pidNamespace.empty() && that.start != 0;
    return isKnown && that.boot == self.boot && that.pidNamespace == self.pidNamespace;
}

Result<bool> signalProcess(const ProcessIdentity& process, int signal) {
    if (!isHere(process, thisProcess())) return false;
    const UniqueFd holder(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    // The descriptor stays with who has the number now; whoever had it at that time began at another.
    if (!holder.isOpen() || processStart(process.pid) != process.start) return false;
    if (::syscall(SYS_pidfd_send_signal, holder.get(), signal, nullptr, 0) == 0) return true;
    if (errno == ESRCH || errno == ENOSYS) return false;
    return errnoError("cannot signal process " + std::to_string(process.pid), errno);
}

}  // namespace slipway
