// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/machinestatus.h"

#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "backends/platform/processidentity.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCpuInfo = 4U << 20U;  // some KiB a core
constexpr std::size_t kMaxFile = 256U << 10U;

std::string textOf(const fs::path& file, std::size_t limit = kMaxFile) {
    return readFile(file, limit).valueOr("");
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) return std::nullopt;
    return value;
}

// What follows `name` on its line.
std::optional<std::string> field(const std::string& text, std::string_view name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name)) return line.substr(name.size());
    return std::nullopt;
}

std::optional<std::int64_t> numberField(const std::string& text, std::string_view name) {
    const auto found = field(text, name);
    return found ? number(*found) : std::nullopt;
}

std::string cpuModel(const fs::path& proc) {
    const auto found = field(textOf(proc / "cpuinfo", kMaxCpuInfo), "model name");
    const std::size_t begin = found ? found->find_first_not_of(" \t:") : std::string::npos;
    return begin == std::string::npos ? "" : found->substr(begin);
}

// Caches that are given back when memory is wanted are not counted as used, neither by MemAvailable nor here.
void readMemory(const MachineFiles& files, MachineStatus& status) {
    const std::string info = textOf(files.proc / "meminfo");
    const auto total = numberField(info, "MemTotal:");
    const auto available = numberField(info, "MemAvailable:");
    if (total) status.memory = Bytes{*total * 1024};
    if (total && available) status.usedMemory = Bytes{(*total - *available) * 1024};
    const bool isUnified = fs::exists(files.cgroup / "memory.max");
    const fs::path folder = isUnified ? files.cgroup : files.cgroup / "memory";
    const auto limit = number(textOf(folder / (isUnified ? "memory.max" : "memory.limit_in_bytes")));
    if (!limit || *limit <= 0 || (status.memory && *limit >= status.memory->count)) return;
    status.isMemoryLimited = true;
    status.memory = Bytes{*limit};
    const auto used = number(textOf(folder / (isUnified ? "memory.current" : "memory.usage_in_bytes")));
    const auto cached =
        numberField(textOf(folder / "memory.stat"), isUnified ? "inactive_file" : "total_inactive_file");
    status.usedMemory =
        used ? std::optional(Bytes{std::max<std::int64_t>(0, *used - cached.value_or(0))}) : std::nullopt;
}

}  // namespace

MachineWatch::MachineWatch(fs::path home, MachineFiles files)
    : m_home(std::move(home)),
      m_files(std::move(files)),
      m_cpu(cpuModel(m_files.proc)) {}

// proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in user.
std::optional<double> MachineWatch::cpuUse() {
    const auto found = field(textOf(m_files.proc / "stat", kMaxCpuInfo), "cpu ");
    if (!found) return std::nullopt;
    std::istringstream fields(*found);
    std::int64_t all = 0, idle = 0, ticks = 0;
    for (int i = 0; i < 8 && fields >> ticks; ++i) {
        all += ticks;
        if (i == 3 || i == 4) idle += ticks;
    }
    const std::int64_t busy = all - idle;
    const std::int64_t passed = all - m_all, worked = busy - m_busy;
    const bool isFirst = m_all == 0;
    m_all = all;
    m_busy = busy;
    if (isFirst || passed <= 0 || worked < 0) return std::nullopt;
    return static_cast<double>(worked) / static_cast<double>(passed);
}

MachineStatus MachineWatch::sample() {
    MachineStatus status;
    status.host = hostName();
    status.cpu = m_cpu;
    status.cores = usableCores();
    status.cpuUse = cpuUse();
    double load = 0;
    if (std::istringstream(textOf(m_files.proc / "loadavg")) >> load) status.load = load;
    readMemory(m_files, status);
    struct statvfs disk {};
    // A home that is not there yet will be made below what is.
    fs::path folder = m_home;
    std::error_code failure;
    while (!fs::exists(folder, failure) && folder.has_relative_path()) folder = folder.parent_path();
    if (::statvfs(folder.c_str(), &disk) == 0) {
        status.disk = Bytes{static_cast<std::int64_t>(disk.f_blocks * disk.f_frsize)};
        status.freeDisk = Bytes{static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize)};
    }
    return status;
}

}  // namespace slipway
