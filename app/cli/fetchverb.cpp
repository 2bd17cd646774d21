// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/keptcheckpoint.h"

namespace slipway::cli {
namespace {

Error stillGoingOn(const RunRecord& record) {
    const std::string number = std::to_string(record.number);
    return {ErrorCode::Conflict, "run #" + number + " is still " + statusText(record.status), "",
            "Follow it with: slipway watch " + number + "; fetch its result when it has ended"};
}

Result<int> fetch(Session& session, const std::string& run) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(run));
    SLIPWAY_TRY(RunRecord record, folder.record());
    // A cluster that is away does not keep what is in a registry, or here, from being fetched.
    if (auto fresh = freshRecord(session, folder)) record = *std::move(fresh);
    SLIPWAY_TRY(const Target target, openTargetOf(session.targets(), record));
    const auto printer = transferPrinter();
    const auto progress = [&](Bytes done, Bytes total) {
        printer({"result of #" + std::to_string(record.number), done, total});
    };
    bool isCheckpoint = false;
    auto fetched = target.results->fetch(folder, progress, session.stop.get_token());
    if (!fetched && fetched.error().code == ErrorCode::NotFound) {
        if (!isFinal(record.status.state)) return stillGoingOn(record);
        // A run that ended early may have left a checkpoint, which comes home instead.
        auto checkpoint = fetchCheckpoint(session.targets(), folder, printer, session.stop.get_token());
        isCheckpoint = checkpoint && folder.hasCheckpoint();
        if (isCheckpoint || (!checkpoint && checkpoint.error().code != ErrorCode::NotFound))
            fetched = std::move(checkpoint);
    }
    SLIPWAY_CHECK(std::move(fetched));
    const auto home = isCheckpoint ? folder.checkpointFolder() : folder.resultFolder();
    // Nothing tells the digests of a checkpoint that this machine's run left.
    const bool isVerified = !isCheckpoint || record.target.str() != "here";
    if (session.isJson) {
        printJson({{"folder", home.string()},
                   {"kind", isCheckpoint ? "checkpoint" : "result"},
                   {"verified", isVerified}});
    } else {
        std::printf("%s%s%s\n", home.c_str(), isVerified ? ", every digest verified" : "",
                    isCheckpoint ? "; the run has no result, this is its checkpoint" : "");
    }
    return 0;
}

}  // namespace

Verb fetchVerb() {
    return {"fetch", "Bring a run's result home and verify it, or the checkpoint it left when it ended early",
            [](CLI::App& app) -> VerbAction {
                auto run = std::make_shared<std::string>("last");
                app.add_option("run", *run, "Run: 42, an id, a job's name, or last");
                return [run](Session& session) { return fetch(session, *run); };
            }};
}

}  // namespace slipway::cli
