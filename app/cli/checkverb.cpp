// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/machine/machinetarget.h"
#include "backends/platform/process.h"
#include "backends/programs/programenvironment.h"

namespace slipway::cli {
namespace {

struct Options {
    JobArgument job;
    std::string target;
};

nlohmann::json problemsJson(const std::vector<SpecProblem>& problems,
                            const std::vector<std::string>& overrides) {
    nlohmann::json list = nlohmann::json::array();
    for (const SpecProblem& problem : problems) {
        nlohmann::json one{
            {"path", problem.path},
            {"line", problem.range.line},
            {"column", problem.range.column},
            {"message", problem.message},
            {"allowed", problem.allowed},
            {"nearest", problem.nearest ? nlohmann::json(*problem.nearest) : nlohmann::json()}};
        // Its place is then that of the changed text.
        for (const std::string& set : overrides) {
            if ((problem.path + ".").starts_with(set.substr(0, set.find('=')) + ".")) one["set"] = set;
        }
        list.push_back(std::move(one));
    }
    return list;
}

Result<TargetVerdict> wouldItRun(Session& session, const JobSpec& job, const std::string& name) {
    SLIPWAY_TRY(const Target target, openTarget(session.targets(), TargetId(name)));
    return target.submitter->dryRun(job, session.stop.get_token());
}

TargetVerdict verdictHere(const JobSpec& job) {
    return machineVerdict(job, machineCapacity(), environmentVariables());
}

// Whoever asks for no target may mean another one, so that this machine's "never" is told and is no failure.
void printIfNeverHere(const JobSpec& job) {
    const TargetVerdict verdict = verdictHere(job);
    if (verdict.verdict != Verdict::Never) return;
    std::string line = verdict.reason;
    std::ranges::replace(line, '\n', ';');
    for (const auto& one : verdict.suggestions) line += "; " + one.text + " with --set " + one.setting;
    std::printf("here: never as written: %s\n", line.c_str());
}

// Of a run on this machine; in a cluster the image has its own.
ProgramEnvironment environmentHere(const JobSpec& job, const Options& options) {
    const ProgramSpec* program = job.program();
    const bool isElsewhere = !options.target.empty() && options.target != "here";
    if (program == nullptr || isElsewhere) return {};
    return programEnvironment(job, options.job.folder() / program->folder, environmentVariables());
}

void printEnvironment(const ProgramEnvironment& environment) {
    if (const std::string words = environmentWords(environment); !words.empty())
        std::printf("runs with %s\n", words.c_str());
}

int statusOf(const TargetVerdict& verdict) { return verdict.verdict == Verdict::Never ? 1 : 0; }

Result<int> checkJson(Session& session, const Options& options) {
    const NeededFiles files = filesFor(options.target);
    SLIPWAY_TRY(const SpecDocument document, options.job.document(files));
    const auto problems = document.problems(options.job.folder(), files);
    nlohmann::json json{{"file", options.job.file().string()},
                        {"problems", problemsJson(problems, options.job.overrides)}};
    int status = problems.empty() ? 0 : exitStatus(ErrorCode::InvalidArgument);
    if (document.spec()) {
        const ProgramEnvironment environment = environmentHere(*document.spec(), options);
        if (environment.python) json["environment"] = nlohmann::json::parse(encodeEnvironment(environment));
    }
    if (problems.empty() && !options.target.empty()) {
        SLIPWAY_TRY(const TargetVerdict verdict, wouldItRun(session, *document.spec(), options.target));
        json.update(verdictJson(verdict));
        status = statusOf(verdict);
    } else if (problems.empty()) {
        json["here"] = verdictJson(verdictHere(*document.spec()));
    }
    printJson(json);
    return status;
}

Result<int> check(Session& session, const Options& options) {
    if (session.isJson) return checkJson(session, options);
    SLIPWAY_TRY(const JobSpec job, options.job.load(filesFor(options.target)));
    if (options.target.empty()) {
        std::printf("%s: no problems\n", options.job.file().c_str());
        printEnvironment(environmentHere(job, options));
        printIfNeverHere(job);
        return 0;
    }
    SLIPWAY_TRY(const TargetVerdict verdict, wouldItRun(session, job, options.target));
    std::printf("%s: %s%s%s\n", verdict.target.str().c_str(),
                verdictJson(verdict)["verdict"].get<std::string>().c_str(),
                verdict.reason.empty() ? "" : ", ", verdict.reason.c_str());
    printEnvironment(environmentHere(job, options));
    for (const auto& one : verdict.suggestions)
        std::printf("  → %s (--set %s)\n", one.text.c_str(), one.setting.c_str());
    return statusOf(verdict);
}

}  // namespace

Verb checkVerb() {
    return {"check", "Check a job file; with --to, whether it would run there",
            [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                addJobOptions(app, options->job);
                app.add_option("--to", options->target, "Target: here, CONTEXT or CONTEXT/NAMESPACE/QUEUE");
                return [options](Session& session) { return check(session, *options); };
            }};
}

}  // namespace slipway::cli
