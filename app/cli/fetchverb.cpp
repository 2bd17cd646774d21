// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/keptcheckpoint.h"

namespace slipway::cli {
namespace {

Result<int> fetch(Session& session, const std::string& run) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(run));
    SLIPWAY_TRY(const RunRecord record, folder.record());
    SLIPWAY_TRY(const Target target, openTargetOf(session.targets(), record));
    const auto printer = transferPrinter();
    const auto progress = [&](Bytes done, Bytes total) {
        printer({"result of #" + std::to_string(record.number), done, total});
    };
    auto home = folder.resultFolder();
    auto fetched = target.results->fetch(folder, progress, session.stop.get_token());
    // A run that ended early may have left a checkpoint, which comes home instead.
    if (!fetched && fetched.error().code == ErrorCode::NotFound && isFinal(record.status.state) &&
        record.target.str() != "here") {
        auto checkpoint = fetchCheckpoint(session.targets(), folder, printer, session.stop.get_token());
        if (checkpoint || checkpoint.error().code != ErrorCode::NotFound) {
            home = folder.checkpointFolder();
            fetched = std::move(checkpoint);
        }
    }
    SLIPWAY_CHECK(std::move(fetched));
    if (session.isJson) {
        printJson({{"folder", home.string()}, {"verified", true}});
    } else {
        std::printf("%s, every digest verified\n", home.c_str());
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
