// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/cli/verbs.h"
#include "backends/spec/jobschema.h"

namespace slipway::cli {

Verb schemaVerb() {
    return {"schema", "Print the JSON Schema of the job file, for editors", [](CLI::App&) -> VerbAction {
                return [](Session&) -> Result<int> {
                    std::fputs(jobSchema().c_str(), stdout);
                    return 0;
                };
            }};
}

}  // namespace slipway::cli
