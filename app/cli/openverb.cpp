// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>

#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

Result<int> open(Session& session, const std::string& workspace) {
    const std::string workbench = program("slipway-workbench").string();
    std::vector<std::string> words{workbench, "--home", session.home.string()};
    if (!workspace.empty())
        words.insert(words.end(), {"--workspace", std::filesystem::absolute(workspace).string()});
    if (!session.kubeconfig.empty())
        words.insert(words.end(), {"--kubeconfig", std::filesystem::absolute(session.kubeconfig).string()});
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::execv(workbench.c_str(), argv.data());
    Error error = errnoError("cannot start " + workbench, errno);
    error.hint = "Install the workbench, or see what there is without it: slipway --help";
    return error;
}

}  // namespace

Verb openVerb() {
    return {"open", "Open the workbench", [](CLI::App& app) -> VerbAction {
                auto workspace = std::make_shared<std::string>();
                app.add_option("workspace", *workspace, "Folder with jobs");
                return [workspace](Session& session) { return open(session, *workspace); };
            }};
}

}  // namespace slipway::cli
