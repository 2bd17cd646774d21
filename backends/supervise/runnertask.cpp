// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/runnertask.h"

#include "backends/platform/process.h"
#include "backends/supervise/exitwords.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace slipway {
namespace {

constexpr int kReportDescriptor = 3;

// The lines of a task's report (app/runner/taskreport.h).
class ReportReader {
public:
    ReportReader(const RunnerTask& task, RunnerTaskEnd& end) : m_task(task), m_end(end) {}

    void take(std::string_view text) {
        m_open += text;
        for (std::size_t line = 0; (line = m_open.find('\n')) != std::string::npos; m_open.erase(0, line + 1))
            takeLine(nlohmann::json::parse(m_open.substr(0, line), nullptr, false));
    }
    const std::optional<Error>& error() const { return m_error; }

private:
    void takeLine(const nlohmann::json& line) {
        if (!line.is_object()) return;
        if (line.contains("samples")) m_end.samples = line.value("samples", std::int64_t{0});
        if (line.contains("message")) m_task.message(line.value("message", ""));
        if (line.contains("done"))
            m_task.progress(line.value("done", std::int64_t{0}), line.value("total", std::int64_t{0}));
        if (!line.contains("error")) return;
        const auto& told = line["error"];
        m_error = Error{ErrorCode::Internal, told.value("message", ""), told.value("detail", ""),
                        told.value("hint", "")};
        for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code)
            if (errorCodeName(static_cast<ErrorCode>(code)) == told.value("code", ""))
                m_error->code = static_cast<ErrorCode>(code);
    }

    const RunnerTask& m_task;
    RunnerTaskEnd& m_end;
    std::string m_open;
    std::optional<Error> m_error;
};

// Reads both until their writers have closed them. False where the task wrote more than may be kept.
Result<bool> follow(const RunnerTask& task, pid_t child, int report, int out, ReportReader& told,
                    std::string& kept) {
    std::array<pollfd, 2> waiting{pollfd{report, POLLIN, 0}, pollfd{out, POLLIN, 0}};
    bool isStopTold = false;
    bool fits = true;
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        if (task.stop.stop_requested() && !std::exchange(isStopTold, true)) ::kill(child, SIGTERM);
        if (::poll(waiting.data(), waiting.size(), 100) < 0 && errno != EINTR)
            return errnoError("cannot wait for slipway-runner", errno);
        for (auto& one : waiting) {
            if (one.fd < 0 || one.revents == 0) continue;
            std::array<char, 65536> text;
            const ssize_t got = ::read(one.fd, text.data(), text.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) {
                one.fd = -1;
                continue;
            }
            const std::string_view piece(text.data(), static_cast<std::size_t>(got));
            if (one.fd == report)
                told.take(piece);
            else if (fits && kept.size() + piece.size() <= task.outputLimit)
                kept += piece;
            else if (std::exchange(fits, false))
                ::kill(child, SIGKILL);
        }
    }
    return fits;
}

}  // namespace

std::vector<std::string> describeWords(const DataPlace& data) {
    std::vector<std::string> words{"describe", "--data=" + data.place.string()};
    if (!data.form.empty()) words.push_back("--form=" + data.form);
    if (!data.target.empty()) words.push_back("--target=" + data.target);
    return words;
}

Result<RunnerTaskEnd> runTask(const RunnerTask& task) {
    std::error_code failure;
    if (!std::filesystem::exists(task.runner, failure))
        return Error{ErrorCode::Unavailable, "there is no runner at " + task.runner.string(), "",
                     "It belongs beside slipway; installer/run builds both"};
    SLIPWAY_TRY(auto report, makePipe());
    SLIPWAY_TRY(auto out, makePipe());
    SpawnOptions options;
    options.command = {task.runner.string()};
    options.command.insert(options.command.end(), task.words.begin(), task.words.end());
    options.environment = currentEnvironment();
    options.environment.push_back("SLIPWAY_REPORT_FD=" + std::to_string(kReportDescriptor));
    options.environment.emplace_back("GOMP_SPINCOUNT=1000");
    options.descriptors = {{report.second.get(), kReportDescriptor}};
    if (task.outputLimit > 0) options.descriptors.emplace_back(out.second.get(), STDOUT_FILENO);
    options.isBoundToUs = true;
    SLIPWAY_TRY(const pid_t child, spawn(options));
    report.second.reset();
    out.second.reset();
    RunnerTaskEnd end;
    ReportReader told(task, end);
    const auto followed = follow(task, child, report.first.get(), out.first.get(), told, end.out);
    SLIPWAY_TRY(const ExitStatus status, waitFor(child));
    SLIPWAY_TRY(const bool fits, followed);
    if (told.error()) return *told.error();
    if (task.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped", "", ""};
    if (!fits)
        return Error{ErrorCode::InvalidArgument, "slipway-runner: " + task.words.front() + " tells too much",
                     "", ""};
    if (status != ExitStatus{})
        return Error{ErrorCode::Unavailable, "slipway-runner: " + exitWords(status), "", ""};
    return end;
}

}  // namespace slipway
