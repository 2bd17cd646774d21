// SPDX-License-Identifier: Apache-2.0
// `slipway lab`: becomes JupyterLab on a folder, by the Python that runs the folder's notebooks.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>

#include "app/cli/verbs.h"
#include "backends/platform/process.h"
#include "backends/platform/pythonenvironment.h"

namespace slipway::cli {
namespace {

constexpr std::chrono::seconds kImport{60};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    all.reserve(words.size() + 1);
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

Result<int> lab(const Session& session, const std::string& name) {
    namespace fs = std::filesystem;
    std::error_code failure;
    const fs::path folder = fs::absolute(name, failure).lexically_normal();
    if (!fs::is_directory(folder, failure))
        return Error{ErrorCode::NotFound, folder.string() + " is no folder", "",
                     "Name the folder of a workspace or job"};
    EnvironmentVariables variables = environmentVariables();
    const auto python = findPython(folder, variables);
    if (!python)
        return Error{ErrorCode::NotFound, "no Python is here to run JupyterLab", "", "Install python3"};
    activate(*python, variables);
    std::vector<std::string> environment;
    for (const auto& [key, value] : variables)
        environment.push_back(std::string(key).append("=").append(value));

    SpawnOptions options;
    options.command = {python->python.string(), "-c", "import jupyterlab"};
    options.environment = environment;
    SLIPWAY_TRY(const CommandOutput imported, runCommand(options, kImport, session.stop.get_token()));
    if (imported.status.exitCode != 0) {
        const std::string tool = python->kind == PythonEnvironment::Kind::Uv
                                     ? "uv pip install --python " + python->python.string()
                                     : python->python.string() + " -m pip install";
        return Error{ErrorCode::NotFound, "JupyterLab is not installed for " + python->python.string(), "",
                     "Install it with: " + tool + " jupyterlab"};
    }
    std::vector<std::string> words{python->python.string(), "-m", "jupyterlab", folder.string()};
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::execve(words.front().c_str(), pointers(words).data(), pointers(environment).data());
    return errnoError("cannot start " + words.front(), errno);
}

}  // namespace

Verb labVerb() {
    return {"lab", "Open JupyterLab on a workspace or job, by its folder's Python",
            [](CLI::App& app) -> VerbAction {
                auto folder = std::make_shared<std::string>(".");
                app.add_option("folder", *folder, "The folder")->capture_default_str();
                return [folder](Session& session) { return lab(session, *folder); };
            }};
}

}  // namespace slipway::cli
