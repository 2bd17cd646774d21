// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/processusage.h"

#include "backends/platform/files.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <unordered_map>
#include <vector>

namespace slipway {
namespace {

constexpr std::size_t kMaxProcFile = 64 * 1024;

struct Entry {
    pid_t parent = 0;
    std::int64_t ticks = 0;
    std::int64_t pages = 0;
    std::uint64_t start = 0;
};

// /proc/<pid>/stat; the name in parentheses may hold anything, so fields count from the last ")". proc(5).
std::optional<Entry> readEntry(const std::filesystem::path& folder) {
    const auto text = readFile(folder / "stat", kMaxProcFile);
    if (!text) return std::nullopt;
    const std::size_t end = text->rfind(')');
    if (end == std::string::npos) return std::nullopt;
    std::istringstream fields(text->substr(end + 1));
    std::vector<std::string> all;
    for (std::string field; fields >> field;) all.push_back(field);
    // all[0] is field 3 (state): ppid is 4, utime 14, stime 15, cutime 16, cstime 17, starttime 22, rss 24.
    if (all.size() < 22) return std::nullopt;
    const auto number = [&](std::size_t field) {
        std::int64_t value = 0;
        const std::string& digits = all[field - 3];
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    };
    return Entry{static_cast<pid_t>(number(4)), number(14) + number(15) + number(16) + number(17),
                 std::max<std::int64_t>(0, number(24)), static_cast<std::uint64_t>(number(22))};
}

// "VmHWM:     1234 kB" of a file of /proc.
std::optional<Bytes> kibibytes(const std::filesystem::path& file, std::string_view name) {
    const auto text = readFile(file, kMaxProcFile);
    if (!text) return std::nullopt;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name)) continue;
        return Bytes{std::strtoll(line.c_str() + name.size(), nullptr, 10) * 1024};
    }
    return std::nullopt;
}

std::optional<Bytes> meminfo(std::string_view name) { return kibibytes("/proc/meminfo", name); }

// Told thread by thread, and missing where the kernel was built without it.
std::vector<pid_t> childrenOf(pid_t pid) {
    std::vector<pid_t> children;
    std::error_code failure;
    for (std::filesystem::directory_iterator at("/proc/" + std::to_string(pid) + "/task", failure), end;
         !failure && at != end; at.increment(failure)) {
        const auto text = readFile(at->path() / "children", kMaxProcFile);
        if (!text) continue;
        std::istringstream numbers(*text);
        for (pid_t child = 0; numbers >> child;) children.push_back(child);
    }
    return children;
}

std::optional<std::int64_t> wholeNumber(const char* file) {
    const auto text = readFile(file, 64);
    std::int64_t value = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return value;
}

}  // namespace

std::optional<ProcessUsage> processTreeUsage(pid_t root) {
    std::error_code failure;
    std::unordered_map<pid_t, Entry> all;
    std::unordered_multimap<pid_t, pid_t> children;
    for (std::filesystem::directory_iterator at("/proc", failure), end; !failure && at != end;
         at.increment(failure)) {
        const std::string name = at->path().filename().string();
        pid_t pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size()) continue;
        if (const auto entry = readEntry(at->path())) {
            all.emplace(pid, *entry);
            children.emplace(entry->parent, pid);
        }
    }
    if (!all.contains(root)) return std::nullopt;
    const double ticksPerSecond = static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
    const std::int64_t pageSize = std::max(1L, ::sysconf(_SC_PAGESIZE));
    ProcessUsage usage;
    std::vector<pid_t> open{root};
    while (!open.empty()) {
        const pid_t pid = open.back();
        open.pop_back();
        const Entry& entry = all[pid];
        usage.memory.count += entry.pages * pageSize;
        usage.cpuSeconds += static_cast<double>(entry.ticks) / ticksPerSecond;
        ++usage.processes;
        const auto [first, last] = children.equal_range(pid);
        for (auto child = first; child != last; ++child) open.push_back(child->second);
    }
    return usage;
}

std::vector<pid_t> processTree(pid_t root) {
    std::vector<pid_t> all{root};
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const pid_t child : childrenOf(all[i])) all.push_back(child);
    return all;
}

std::optional<HeldMemory> heldMemory(pid_t root) {
    const std::vector<pid_t> all = processTree(root);
    HeldMemory held;
    for (const pid_t pid : all) {
        const std::filesystem::path folder = "/proc/" + std::to_string(pid);
        const auto memory = all.size() == 1 ? kibibytes(folder / "status", "VmHWM:")
                                            : kibibytes(folder / "smaps_rollup", "Pss:");
        if (memory) held.memory.count += memory->count;  // else it has ended
    }
    held.processes = static_cast<int>(all.size());
    return held.memory.count > 0 ? std::optional(held) : std::nullopt;
}

std::optional<std::uint64_t> processStart(pid_t pid) {
    const auto entry = readEntry(std::filesystem::path("/proc") / std::to_string(pid));
    if (!entry) return std::nullopt;
    return entry->start;
}

std::optional<Bytes> machineMemory() {
    auto memory = meminfo("MemTotal:");
    for (const char* file : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
        const auto limit = wholeNumber(file);
        if (limit && *limit > 0 && (!memory || *limit < memory->count)) memory = Bytes{*limit};
    }
    return memory;
}

std::optional<Bytes> availableMemory() { return meminfo("MemAvailable:"); }

}  // namespace slipway
