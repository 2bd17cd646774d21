// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/followprinter.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"

namespace slipway::cli {
namespace {

Result<int> resume(Session& session, const std::string& run, bool isDetached) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(run));
    SLIPWAY_TRY(const RunRecord before, folder.record());
    if (!isFinal(before.status.state)) {
        return Error{ErrorCode::Conflict,
                     "run #" + std::to_string(before.number) + " is still " + statusText(before.status), "",
                     "Follow it with: slipway watch " + std::to_string(before.number)};
    }
    SLIPWAY_TRY(const JobSpec job, jobOf(folder));
    if (before.status.state == RunState::Succeeded) {
        return Error{ErrorCode::Conflict,
                     "run #" + std::to_string(before.number) + " succeeded: nothing of it is left to do", "",
                     "Train on by starting the job with more steps"};
    }
    const SubmissionRequest request{job,  before.jobFolder,  TargetId("here"), {}, before.id,
                                    true, before.jobFileName};
    SLIPWAY_TRY(const Submission submission,
                submitJob(session.targets(), request, transferPrinter(), session.stop.get_token()));
    if (!session.isJson) {
        std::printf("#%lld goes on from #%lld\n", static_cast<long long>(submission.record.number),
                    static_cast<long long>(before.number));
    } else if (isDetached) {
        printJson(runJson(submission.record));
    }
    if (isDetached) return 0;
    return followRun(session, submission.folder, {.isCancelling = true});
}

}  // namespace

Verb resumeVerb() {
    return {"resume", "Go on, on this machine, from the last checkpoint of a run that ended anywhere",
            [](CLI::App& app) -> VerbAction {
                struct Options {
                    std::string run = "last";
                    bool isDetached = false;
                };
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_flag("--detach", options->isDetached, "Return at once; the run goes on");
                return [options](Session& session) {
                    return resume(session, options->run, options->isDetached);
                };
            }};
}

}  // namespace slipway::cli
