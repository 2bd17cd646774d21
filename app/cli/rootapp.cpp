// SPDX-License-Identifier: Apache-2.0
#include "app/cli/rootapp.h"

#include <CLI/CLI.hpp>

namespace slipway::cli {

std::unique_ptr<CLI::App> makeRootApp(RootCall& call) {
    auto app = std::make_unique<CLI::App>(
        "Slipway: prototype here, run the same job in a cluster, bring the model home", "slipway");
    app->set_version_flag("--version", "slipway " SLIPWAY_VERSION);
    app->require_subcommand(0, 1);
    app->fallthrough();
    app->option_defaults()->always_capture_default(false);
    app->add_option("--home", call.home, "Folder of runs and settings")->envname("SLIPWAY_HOME");
    app->add_option("--kubeconfig", call.kubeconfig,
                    "Kubeconfig file; default: KUBECONFIG, then ~/.kube/config");
    app->add_flag("--json", call.isJson, "Print JSON");
    for (const Verb& verb : verbTable()) {
        CLI::App* sub = app->add_subcommand(verb.name, verb.help);
        sub->fallthrough();
        VerbAction action = verb.configure(*sub);
        sub->callback([&call, action = std::move(action)] { call.verb = action; });
    }
    return app;
}

}  // namespace slipway::cli
