// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

bool isSet(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

// `what`: nothing, a folder with jobs, or what the window is to show first.
Result<int> open(Session& session, const std::string& what) {
    namespace fs = std::filesystem;
    if (!isSet("DISPLAY") && !isSet("WAYLAND_DISPLAY") && !isSet("QT_QPA_PLATFORM")) {
        return Error{
            ErrorCode::Unavailable, "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set", "",
            "Call it in a desktop's terminal, or see what there is without a window: slipway --help"};
    }
    const std::string workbench = program("slipway-workbench").string();
    std::vector<std::string> words{workbench, "--home", session.home.string()};
    std::error_code failure;
    const fs::path path = fs::absolute(what, failure);
    if (fs::is_directory(path, failure) && !fs::exists(path / "job.yaml", failure))
        words.insert(words.end(), {"--workspace", path.string()});
    else if (!what.empty())
        words.insert(words.end(), {"--open", fs::exists(path, failure) ? path.string() : what});
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
                auto what = std::make_shared<std::string>();
                app.add_option(
                    "what", *what,
                    "A folder with jobs, a job, a page (runs, clusters, settings), or a run: its number, "
                    "its id, its job's name or last");
                return [what](Session& session) { return open(session, *what); };
            }};
}

}  // namespace slipway::cli
