// SPDX-License-Identifier: Apache-2.0
// The whole command line, its own options and every verb's, as one parser: main parses with it, the manual and the completion are
// written from it, so that neither leaves out what it takes.
#pragma once

#include <memory>
#include <string>

#include "app/cli/verb.h"

namespace slipway::cli {

// What a parsed call asks for.
struct RootCall {
    std::string home;
    std::string kubeconfig;
    bool isJson = false;
    VerbAction verb;  // empty: none was named
};

// Parsing fills `call`, which outlives the parser.
std::unique_ptr<CLI::App> makeRootApp(RootCall& call);

}  // namespace slipway::cli
