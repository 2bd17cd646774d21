// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/machine/machinetarget.h"
#include "backends/cluster/submission.h"

namespace slipway::cli {
namespace {

Result<int> cancel(Session& session, const std::string& run) {
    SLIPWAY_TRY(const RunStore store, session.store());
    SLIPWAY_TRY(const RunFolder folder, store.find(run));
    const auto stop = session.stop.get_token();
    SLIPWAY_CHECK(cancelRun(session.targets(), folder, stop));
    SLIPWAY_TRY(RunRecord record, folder.record());
    if (!isFinal(record.status.state)) {
        if (const auto host = agentElsewhere(folder))
            std::fprintf(stderr, "asked of the agent on %s, which looks for that every second\n",
                         host->c_str());
        SLIPWAY_TRY(const Target target, openTargetOf(session.targets(), record));
        SLIPWAY_TRY(record, target.observer->follow(
                                folder, [](const RunRecord&) {}, stop));
    }
    if (session.isJson) {
        printJson(runJson(record));
    } else {
        std::printf("#%lld %s\n", static_cast<long long>(record.number), statusText(record.status).c_str());
    }
    return 0;
}

}  // namespace

Verb cancelVerb() {
    return {"cancel", "Stop a run, with its grace to save a checkpoint", [](CLI::App& app) -> VerbAction {
                auto run = std::make_shared<std::string>("last");
                app.add_option("run", *run, "Run: 42, an id, a job's name, or last");
                return [run](Session& session) { return cancel(session, *run); };
            }};
}

}  // namespace slipway::cli
