// SPDX-License-Identifier: Apache-2.0
#include "app/cli/modelrunner.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "backends/cluster/keptcheckpoint.h"
#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/platform/process.h"
#include "backends/runs/evaluationfile.h"
#include "backends/runs/eventfile.h"
#include "backends/supervise/exitwords.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
constexpr int kReportDescriptor = 3;

bool isModel(const fs::path& folder) {
    std::error_code failure;
    return fs::exists(folder / "config.json", failure);
}

// As the last attempt told it.
Result<std::string> digestOfInput(const RunFolder& folder, const std::string& name) {
    std::string digest;
    for (const auto& [rank, file] : eventFiles(folder.path()))
        SLIPWAY_CHECK(readRareEvents(file, [&](const Event& event) {
            if (const auto* input = std::get_if<InputEvent>(&event.body); input && input->name == name)
                digest = input->digest;
        }));
    return digest;
}

Error noModel(const std::string& run, std::string reason) {
    return {ErrorCode::InvalidArgument, "run " + run + " has no model that Slipway trained",
            std::move(reason), "Name a run of a job with `train:`"};
}

// The lines of a task's report.
class TaskReport {
public:
    TaskReport(ModelTaskEnd& end, bool isLive) : m_end(end), m_isLive(isLive) {}

    void take(std::string_view text) {
        m_open += text;
        for (std::size_t line = 0; (line = m_open.find('\n')) != std::string::npos; m_open.erase(0, line + 1))
            takeLine(nlohmann::json::parse(m_open.substr(0, line), nullptr, false));
    }
    const std::optional<Error>& error() const { return m_error; }
    void clear() const {
        if (m_isLive) std::fputs("\r\033[K", stderr);
    }

private:
    void takeLine(const nlohmann::json& line) {
        if (!line.is_object()) return;
        if (line.contains("samples")) m_end.samples = line.value("samples", std::int64_t{0});
        if (line.contains("message")) std::fprintf(stderr, "%s\n", line.value("message", "").c_str());
        if (line.contains("done") && m_isLive) {
            const auto total = line.value("total", std::int64_t{0});
            const std::string of = total > 0 ? " of " + grouped(total) : "";
            std::fprintf(stderr, "\r\033[K%s%s", grouped(line.value("done", std::int64_t{0})).c_str(),
                         of.c_str());
        }
        if (!line.contains("error")) return;
        const auto& told = line["error"];
        m_error = Error{ErrorCode::Internal, told.value("message", ""), told.value("detail", ""),
                        told.value("hint", "")};
        for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code)
            if (errorCodeName(static_cast<ErrorCode>(code)) == told.value("code", ""))
                m_error->code = static_cast<ErrorCode>(code);
    }

    ModelTaskEnd& m_end;
    bool m_isLive;
    std::string m_open;
    std::optional<Error> m_error;
};

// Reads both until their writers have closed them.
Result<void> follow(const Session& session, pid_t child, int report, int out, TaskReport& told,
                    std::string& kept) {
    std::array<pollfd, 2> waiting{pollfd{report, POLLIN, 0}, pollfd{out, POLLIN, 0}};
    bool isStopTold = false;
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        if (session.stop.stop_requested() && !std::exchange(isStopTold, true)) ::kill(child, SIGTERM);
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
            else if (kept.size() + piece.size() <= kMaxEvaluationBytes)
                kept += piece;
            else
                ::kill(child, SIGKILL);
        }
    }
    return {};
}

}  // namespace

Result<UsableModel> usableModel(const Session& session, const std::string& run) {
    const UsableModel copied{run, {}, {}, usableCores()};
    if (run.find('/') != std::string::npos && isModel(run)) return copied;
    SLIPWAY_TRY(const RunStore store, session.store());
    const auto found = store.find(run);
    if (!found && found.error().code == ErrorCode::NotFound && isModel(run)) return copied;
    SLIPWAY_TRY(const RunFolder folder, found);
    // What is here can be used while its cluster is away.
    static_cast<void>(freshRecord(session, folder));
    SLIPWAY_TRY(const RunRecord record, folder.record());
    const auto job = loadJob(folder.jobFile(), {});
    if (!job) return noModel(run, job.error().message);
    if (job->train() == nullptr) return noModel(run, "a program of its own ran");
    if (!isModel(folder.resultFolder())) {
        SLIPWAY_TRY(const KeptWork kept,
                    fetchKept(session.targets(), folder, transferPrinter(), session.stop.get_token()));
        if (kept.isCheckpoint || !isModel(folder.resultFolder()))
            return Error{ErrorCode::NotFound, "run #" + std::to_string(record.number) + " left no model",
                         record.status.reason,
                         "Resume it with: slipway resume " + std::to_string(record.number)};
    }
    const auto threads = std::max<std::int64_t>(1, (job->resources.cpu.count + 999) / 1000);
    UsableModel model{folder.resultFolder(), {}, {}, static_cast<int>(threads)};
    for (const InputSpec& input : job->inputs) {
        if (input.name != textValue(job->train()->data.values, "input")) continue;
        model.data = schemeOf(input.source).empty() ? fs::path(record.jobFolder) / input.source
                                                    : fs::path(input.source);
        SLIPWAY_TRY(model.digest, digestOfInput(folder, input.name));
    }
    return model;
}

Result<ModelTaskEnd> runModelTask(const Session& session, const UsableModel& model,
                                  const std::vector<std::string>& words, TaskOutput output) {
    const fs::path runner = session.targets().runner;
    std::error_code failure;
    if (!fs::exists(runner, failure))
        return Error{ErrorCode::Unavailable, "there is no runner at " + runner.string(), "",
                     "It belongs beside slipway; installer/run builds both"};
    SLIPWAY_TRY(auto report, makePipe());
    SLIPWAY_TRY(auto out, makePipe());
    SpawnOptions options;
    options.command = {runner.string(),       words.front(), "--model",
                       model.folder.string(), "--threads",   std::to_string(model.threads)};
    options.command.insert(options.command.end(), words.begin() + 1, words.end());
    options.environment = currentEnvironment();
    options.environment.push_back("SLIPWAY_REPORT_FD=" + std::to_string(kReportDescriptor));
    options.environment.emplace_back("GOMP_SPINCOUNT=1000");
    options.descriptors = {{report.second.get(), kReportDescriptor}};
    if (output == TaskOutput::Kept) options.descriptors.emplace_back(out.second.get(), STDOUT_FILENO);
    options.isBoundToUs = true;
    SLIPWAY_TRY(const pid_t child, spawn(options));
    report.second.reset();
    out.second.reset();
    ModelTaskEnd end;
    const bool sharesScreen = output == TaskOutput::Shown && ::isatty(STDOUT_FILENO) == 1;
    TaskReport told(end, !sharesScreen && ::isatty(STDERR_FILENO) == 1);
    const auto followed = follow(session, child, report.first.get(), out.first.get(), told, end.out);
    SLIPWAY_TRY(const ExitStatus status, waitFor(child));
    told.clear();
    SLIPWAY_CHECK(followed);
    if (told.error()) return *told.error();
    if (session.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped", "", ""};
    if (status != ExitStatus{})
        return Error{ErrorCode::Unavailable, "slipway-runner: " + exitWords(status), "", ""};
    return end;
}

}  // namespace slipway::cli
