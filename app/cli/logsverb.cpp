// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/followprinter.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

struct Options {
    std::string run = "last";
    int rank = -1;
    bool isFollowing = false;
};

Result<int> printLogs(Session& session, const RunFolder& folder, int rank) {
    EventReader reader(folder);
    LostEventsWatch watch;
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) break;
        for (const Event& event : events) {
            if (rank >= 0 && event.rank != rank) continue;
            if (const auto lost = watch.take(event)) printLost(event, *lost, session.isJson);
            const auto* log = std::get_if<LogEvent>(&event.body);
            if (log == nullptr) continue;
            printLog(event, *log, session.isJson);
        }
    }
    if (reader.damagedLines() > 0) {
        std::fprintf(stderr, "slipway: %zu damaged lines were left out\n", reader.damagedLines());
    }
    return 0;
}

}  // namespace

Verb logsVerb() {
    return {"logs", "Print a run's log, all ranks merged by time", [](CLI::App& app) -> VerbAction {
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_option("--rank", options->rank, "Only this rank");
                app.add_flag("-f,--follow", options->isFollowing, "Go on until the run ends");
                return [options](Session& session) -> Result<int> {
                    SLIPWAY_TRY(const RunStore store, session.store());
                    SLIPWAY_TRY(const RunFolder folder, store.find(options->run));
                    if (options->isFollowing) {
                        return followRun(session, folder,
                                         {FollowOptions::Content::OnlyLogs, false, options->rank});
                    }
                    // Without what is still in a cluster, what is here already is worth printing.
                    if (const auto fresh = freshRecord(session, folder); !fresh)
                        std::fprintf(stderr, "slipway: the log may be old: %s\n",
                                     describe(fresh.error()).c_str());
                    return printLogs(session, folder, options->rank);
                };
            }};
}

}  // namespace slipway::cli
