// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "app/cli/followprinter.h"
#include "app/cli/verbs.h"

namespace slipway::cli {

Verb watchVerb() {
    return {"watch", "Follow a run until it ends; Ctrl-C only ends the watching",
            [](CLI::App& app) -> VerbAction {
                auto run = std::make_shared<std::string>("last");
                app.add_option("run", *run, "Run: 42, an id, a job's name, or last");
                return [run](Session& session) -> Result<int> {
                    SLIPWAY_TRY(const RunStore store, session.store());
                    SLIPWAY_TRY(const RunFolder folder, store.find(*run));
                    return followRun(session, folder, {});
                };
            }};
}

}  // namespace slipway::cli
