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
    // What is in a registry, or here, can be fetched while its cluster is away.
    static_cast<void>(freshRecord(session, folder));
    SLIPWAY_TRY(const KeptWork kept,
                fetchKept(session.targets(), folder, transferPrinter(), session.stop.get_token()));
    if (session.isJson) {
        printJson({{"folder", kept.folder.string()},
                   {"kind", kept.isCheckpoint ? "checkpoint" : "result"},
                   {"verified", kept.isVerified}});
    } else {
        std::printf("%s%s%s\n", kept.folder.c_str(), kept.isVerified ? ", every digest verified" : "",
                    kept.isCheckpoint ? "; the run has no result, this is its checkpoint" : "");
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
