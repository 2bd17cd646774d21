// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/exchange/runexport.h"

namespace slipway::cli {

Verb exportVerb() {
    return {"export", "Write a run's curves for other tools: CSV, TensorBoard, MLflow",
            [](CLI::App& app) -> VerbAction {
                struct Options {
                    std::string run = "last";
                    std::string format;
                    std::string to = ".";
                };
                auto options = std::make_shared<Options>();
                app.add_option("run", options->run, "Run: 42, an id, a job's name, or last");
                app.add_option("--as", options->format, "csv, tensorboard or mlflow")
                    ->required()
                    ->check(CLI::IsMember({"csv", "tensorboard", "mlflow"}));
                app.add_option("--to", options->to, "Folder to write into; for mlflow the store (mlruns)")
                    ->capture_default_str();
                return [options](Session& session) -> Result<int> {
                    SLIPWAY_TRY(const RunStore store, session.store());
                    SLIPWAY_TRY(const RunFolder folder, store.find(options->run));
                    static_cast<void>(freshRecord(session, folder));  // what a cluster told meanwhile
                    SLIPWAY_TRY(const std::filesystem::path written,
                                exportRun(folder, *parseExportFormat(options->format), options->to));
                    printText(session.isJson, "path", written.string() + (session.isJson ? "" : "\n"));
                    return 0;
                };
            }};
}

}  // namespace slipway::cli
