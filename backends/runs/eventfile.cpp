// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/eventfile.h"

#include "backends/events/eventcodec.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace slipway {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

// Each whole line, once `position` is behind it.
Result<void> readLines(const std::filesystem::path& file, EventFilePosition& position,
                       const std::function<bool(std::string_view line)>& sink) {
    auto opened = openFile(file, O_RDONLY);
    if (!opened) {
        if (opened.error().code == ErrorCode::NotFound) return {};
        return opened.error();
    }
    std::string block(kBlock, '\0');
    while (true) {
        const ssize_t count =
            ::pread(opened->get(), block.data(), block.size(), static_cast<off_t>(position.offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errnoError("cannot read " + file.string(), errno);
        const std::string_view text(block.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', begin)) {
            const std::string_view line = text.substr(begin, end - begin);
            position.offset += end + 1 - begin;
            begin = end + 1;
            if (!sink(line)) return {};
        }
        if (begin > 0) continue;
        // No line end in a whole block: no event is that long.
        if (text.size() < kBlock) return {};
        position.offset += kBlock;
        ++position.damaged;
    }
}

}  // namespace

Result<void> readEventFile(const std::filesystem::path& file, EventFilePosition& position,
                           const std::function<bool(Event, const EventFilePosition&)>& sink,
                           std::string_view piece) {
    return readLines(file, position, [&](std::string_view line) {
        if (line.find(piece) == std::string_view::npos) return true;
        auto event = decodeEvent(line);
        if (!event) ++position.damaged;
        return !event || !*event || sink(*std::move(*event), position);
    });
}

Result<void> readRareEvents(const std::filesystem::path& file,
                            const std::function<void(const Event& event)>& sink) {
    // As encodeEvent() writes it; within a text the quotes would be escaped.
    constexpr std::array<std::string_view, 4> kFrequent{R"("kind":"metric")", R"("kind":"progress")",
                                                        R"("kind":"log")", R"("kind":"heartbeat")"};
    EventFilePosition position;
    return readLines(file, position, [&](std::string_view line) {
        const auto has = [&](std::string_view kind) { return line.find(kind) != std::string_view::npos; };
        if (std::ranges::any_of(kFrequent, has)) return true;
        if (const auto event = decodeEvent(line); event && *event) sink(**event);
        return true;
    });
}

Result<void> readEventLines(const std::filesystem::path& file, EventFilePosition& position,
                            const std::function<bool(std::string_view, const Event*)>& sink) {
    return readLines(file, position, [&](std::string_view line) {
        const auto event = decodeEvent(line);
        return sink(line, event && *event ? &**event : nullptr);
    });
}

std::vector<std::pair<int, std::filesystem::path>> eventFiles(const std::filesystem::path& runFolder) {
    std::vector<std::pair<int, std::filesystem::path>> files;
    std::error_code failure;
    for (std::filesystem::directory_iterator at(runFolder / "events", failure), end; !failure && at != end;
         at.increment(failure)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with("rank-") || !name.ends_with(".jsonl")) continue;
        int rank = -1;
        const auto parsed = std::from_chars(name.data() + 5, name.data() + name.size() - 6, rank);
        if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size() - 6 && rank >= 0)
            files.emplace_back(rank, at->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace slipway
