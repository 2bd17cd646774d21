// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/tensorboardscalars.h"

#include "backends/events/eventcodec.h"
#include "backends/platform/files.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".tfevents.";
constexpr std::size_t kMaxEnvironmentBytes = std::size_t{4} << 20;
constexpr int kMaxDepth = 12;
constexpr std::size_t kMaxProblems = 20;

bool isOfTools(const std::string& folder) {
    return folder.starts_with('.') || folder == "venv" || folder == "node_modules" || folder == "__pycache__";
}

std::optional<std::int64_t> numberIn(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The run that a living process belongs to; empty: none, or nobody may know.
std::string runOfProcess(std::int64_t pid) {
    const auto environment = readFile("/proc/" + std::to_string(pid) + "/environ", kMaxEnvironmentBytes);
    if (!environment) return {};
    const std::string name = std::string(1, '\0') + "SLIPWAY_RUN=";
    const std::string all = std::string(1, '\0') + *environment;
    const std::size_t at = all.find(name);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size();
    return all.substr(begin, all.find('\0', begin) - begin);
}

}  // namespace

// "events.out.tfevents.<second it was begun at>.<host>.<process>…": TensorFlow and PyTorch name them so.
bool TensorboardScalars::isOfThisRun(const fs::path& file) const {
    const std::string name = file.filename().string();
    std::string_view rest = std::string_view(name).substr(name.find(kMark) + kMark.size());
    bool isFirst = true;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('.'), rest.size());
        const auto number = numberIn(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!std::exchange(isFirst, false)) {
            const std::string run = number ? runOfProcess(*number) : std::string();
            if (!run.empty() && run != m_source.run.str()) return false;
        } else if (number) {
            const auto begin = std::chrono::floor<std::chrono::seconds>(m_source.begin).time_since_epoch();
            if (*number < begin.count()) return false;
        }
    }
    return true;
}

void TensorboardScalars::findFiles(const std::stop_token& stop) {
    for (const fs::path& folder : m_source.folders) findIn(folder, stop);
}

void TensorboardScalars::findIn(const fs::path& folder, const std::stop_token& stop) {
    std::error_code failure;
    std::vector<fs::path> found;
    std::size_t entries = 0;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, failure),
         end;
         !failure && at != end && !stop.stop_requested(); at.increment(failure)) {
        if (++entries > kMaxEntries) {
            problem(folder.string() + " has more than " + std::to_string(kMaxEntries) +
                    " files: not all are searched for TensorBoard's");
            break;
        }
        const std::string name = at->path().filename().string();
        std::error_code unreadable;
        if (at->is_directory(unreadable)) {
            if (isOfTools(name) || at.depth() >= kMaxDepth) at.disable_recursion_pending();
        } else if (name.find(kMark) != std::string::npos && at->is_regular_file(unreadable)) {
            found.push_back(at->path());
        }
    }
    std::ranges::sort(found);
    for (const fs::path& file : found) {
        if (m_seen.contains(file) || m_seen.size() >= kMaxFiles) continue;
        m_seen.insert(file);
        if (isOfThisRun(file)) m_readers.emplace_back(file);
    }
    if (m_seen.size() >= kMaxFiles)
        problem("more than " + std::to_string(kMaxFiles) +
                " event files of TensorBoard: the rest is left out");
}

std::string TensorboardScalars::metricName(const fs::path& folder, std::string_view tag) {
    const auto owner = m_owners.find(tag);
    std::string name = repairUtf8(tag);
    if (owner == m_owners.end()) {
        if (m_owners.size() < kMaxTags) m_owners.emplace(tag, folder);
    } else if (owner->second != folder) {
        name = repairUtf8(folder.filename().string()) + "/" + name;
    }
    if (name.size() > kMaxMetricName) {
        problem("TensorBoard's " + name.substr(0, kMaxMetricName) +
                "… is left out: its name is longer than " + std::to_string(kMaxMetricName) + " bytes");
        return {};
    }
    if (!m_names.contains(name) && m_names.size() >= kMaxTags) {
        problem("TensorBoard's " + name + " is left out: it is one of more than " + std::to_string(kMaxTags));
        return {};
    }
    m_names.insert(name);
    return name;
}

void TensorboardScalars::problem(const std::string& text) {
    if (m_told.size() < kMaxProblems && m_told.insert(text).second) m_problems.push_back(text);
}

void TensorboardScalars::read(const std::function<void(MetricEvent)>& metrics,
                              const std::function<void(std::string)>& problems, const std::stop_token& stop) {
    std::erase_if(m_readers, [&](TensorboardReader& reader) {
        const fs::path folder = reader.file().parent_path();
        MetricEvent pending;
        const auto flush = [&] {
            if (!pending.values.empty()) metrics(std::exchange(pending, {}));
        };
        const auto take = [&](const TensorboardScalar& scalar) {
            const std::string name = metricName(folder, scalar.tag);
            if (name.empty() || scalar.step < 0) return;
            if (scalar.step != pending.step || pending.values.contains(name)) flush();
            // Without a time of its own, one that nobody takes for the step's: when it was found says nothing.
            if (pending.values.empty()) pending.written = writtenTime(scalar).value_or(Timestamp{});
            pending.step = scalar.step;
            pending.values.emplace(name, scalar.value);
        };
        const auto next = reader.next(take, stop);
        flush();
        if (!next) problem(describe(next.error()));
        return !next;
    });
    for (std::string& text : std::exchange(m_problems, {})) problems(std::move(text));
}

}  // namespace slipway
