// SPDX-License-Identifier: Apache-2.0
#include "app/cli/print.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "backends/core/units.h"

namespace slipway::cli {

std::size_t displayWidth(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

nlohmann::json runJson(const RunRecord& record) {
    nlohmann::json json{{"id", record.id.str()},
                        {"number", record.number},
                        {"job", record.job},
                        {"target", record.target.str()},
                        {"state", runStateName(record.status.state)},
                        {"reason", record.status.reason},
                        {"replicas", record.replicas},
                        {"attempt", record.attempt},
                        {"created", formatTimestamp(record.created)},
                        {"image", record.image},
                        {"result", record.resultReference},
                        {"tags", record.marks.tags},
                        {"note", record.marks.note},
                        {"group", record.marks.group}};
    if (record.started) json["started"] = formatTimestamp(*record.started);
    if (record.ended) json["ended"] = formatTimestamp(*record.ended);
    if (record.resumedFrom) json["resumedFrom"] = record.resumedFrom->str();
    return json;
}

nlohmann::json numberJson(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

nlohmann::json errorJson(const Error& error) {
    return {{"code", errorCodeName(error.code)},
            {"message", error.message},
            {"detail", error.detail},
            {"hint", error.hint}};
}

nlohmann::json findingsJson(const std::vector<RunFinding>& findings) {
    nlohmann::json json = nlohmann::json::array();
    for (const RunFinding& finding : findings) {
        nlohmann::json evidence = nlohmann::json::array();
        for (const FindingEvidence& one : finding.evidence)
            evidence.push_back({{"rank", one.rank}, {"time", formatTimestamp(one.time)}, {"text", one.text}});
        json.push_back({{"rule", finding.rule},
                        {"cause", finding.cause},
                        {"nextStep", finding.nextStep},
                        {"rank", finding.rank},
                        {"evidence", std::move(evidence)}});
    }
    return json;
}

nlohmann::json verdictJson(const TargetVerdict& verdict) {
    constexpr std::array<const char*, 4> names{"now", "after", "never", "unknown"};
    nlohmann::json suggestions = nlohmann::json::array();
    for (const auto& one : verdict.suggestions)
        suggestions.push_back({{"text", one.text}, {"set", one.setting}});
    return {{"target", verdict.target.str()},
            {"verdict", names[static_cast<std::size_t>(verdict.verdict)]},
            {"reason", verdict.reason},
            {"suggestions", suggestions}};
}

nlohmann::json pushJson(const PushResult& push) {
    return {{"reference", push.reference},
            {"bytesSent", push.sent.count},
            {"bytesTotal", push.total.count},
            {"layersSent", push.layersSent},
            {"layersPresent", push.layersPresent}};
}

std::string statusText(const RunStatus& status) {
    std::string text(runStateName(status.state));
    if (!status.reason.empty()) text += ": " + status.reason;
    return text;
}

std::string ageText(Timestamp time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now() - time).count();
    if (seconds < 60) return "now";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min ago";
    if (seconds < 86400) return std::to_string(seconds / 3600) + " h ago";
    return std::to_string(seconds / 86400) + " d ago";
}

std::optional<std::string> runDuration(const RunRecord& record) {
    const RunState state = record.status.state;
    if (!record.started || state < RunState::Starting || state == RunState::Suspended) return std::nullopt;
    const std::chrono::duration<double> length = record.ended.value_or(now()) - *record.started;
    return durationText(length.count());
}

std::string localTime(Timestamp time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &parts)};
}

std::string stateGlyph(RunState state) {
    constexpr std::array<const char*, 13> glyphs{"◌", "◌", "⧗", "◎", "◔", "●", "⏸",
                                                 "◕", "✓", "✕", "⊘", "↻", "?"};
    return glyphs[static_cast<std::size_t>(state)];
}

std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        const bool isLong = byte == 0xC2 && next >= 0x80 && next < 0xA0;  // U+0080 to U+009F
        if (isLong) ++i;
        if (isLong || byte < ' ' || byte == 0x7F)
            shown += "·";
        else
            shown += text[i];
    }
    return shown;
}

namespace {

// Columns of the terminal that stdout is; 0: it is none.
std::size_t terminalWidth() {
    winsize size{};
    return ::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string cutTo(const std::string& text, std::size_t width) {
    if (displayWidth(text) <= width) return text;
    std::string cut;
    std::size_t used = 0;
    for (const char c : text) {
        const bool isStart = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        if (isStart && ++used == width) break;
        cut += c;
    }
    return cut + "…";
}

}  // namespace

void printTable(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t kNarrowest = 12;
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], displayWidth(row[i]));
    }
    if (const std::size_t most = terminalWidth(); most > 0 && !widths.empty()) {
        std::size_t all = 2 * (widths.size() - 1);
        for (const std::size_t width : widths) all += width;
        const auto widest = std::ranges::max_element(widths);
        if (all > most)
            *widest = std::max(std::min(kNarrowest, *widest), *widest - std::min(*widest, all - most));
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string cell = cutTo(row[i], widths[i]);
            line += cell;
            if (i + 1 < row.size()) line.append(widths[i] - displayWidth(cell) + 2, ' ');
        }
        std::printf("%s\n", line.c_str());
    }
}

void printFindings(const std::vector<RunFinding>& findings) {
    for (const RunFinding& finding : findings) {
        std::printf("\nwhy: %s\n", finding.cause.c_str());
        for (const FindingEvidence& one : finding.evidence) {
            const std::string rank = one.rank < 0 ? "-" : std::to_string(one.rank);
            std::printf("  %s | %s\n", rank.c_str(), one.text.c_str());
        }
        std::printf("what to do: %s\n", finding.nextStep.c_str());
    }
}

void printJson(const nlohmann::json& json) {
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    std::fflush(stdout);
}

void printJsonLine(const nlohmann::json& json) {
    std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    std::fflush(stdout);
}

void printText(bool isJson, const char* key, const std::string& text) {
    if (isJson)
        printJson({{key, text}});
    else
        std::fwrite(text.data(), 1, text.size(), stdout);
}

ProgressCallback transferPrinter() {
    const bool isLive = ::isatty(STDERR_FILENO) == 1;
    return [isLive, last = std::string()](const TransferProgress& progress) mutable {
        const bool isCounted = progress.done.count > 0 || progress.total.count > 0;
        if (isLive && isCounted) {
            const std::string total = progress.total.count > 0 ? " / " + decimalSize(progress.total) : "";
            std::fprintf(stderr, "\r\033[K%s  %s%s", progress.what.c_str(),
                         decimalSize(progress.done).c_str(), total.c_str());
            if (progress.total.count > 0 && progress.done == progress.total) std::fprintf(stderr, "\n");
        } else if (last != progress.what) {
            std::fprintf(stderr, "%s\n", progress.what.c_str());
        }
        last = progress.what;
    };
}

}  // namespace slipway::cli
