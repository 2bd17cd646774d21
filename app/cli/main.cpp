// SPDX-License-Identifier: Apache-2.0
// slipway: every action of the workbench, scriptable; alone, it opens the workbench.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <thread>

#include "app/cli/print.h"
#include "app/cli/rootapp.h"
#include "app/cli/verb.h"
#include "backends/core/nearestname.h"

namespace {

using namespace slipway;
using namespace slipway::cli;

// Signals are blocked everywhere and read by one thread: the first asks the verb to stop, the second ends the program.
class SignalWatch {
public:
    explicit SignalWatch(std::stop_source stop) {
        sigemptyset(&m_signals);
        sigaddset(&m_signals, SIGINT);
        sigaddset(&m_signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
        m_thread = std::jthread([this, stop](const std::stop_token& done) mutable {
            const timespec wait{0, 100'000'000};
            while (!done.stop_requested()) {
                const int signal = sigtimedwait(&m_signals, nullptr, &wait);
                if (signal < 0) continue;
                if (stop.stop_requested()) std::_Exit(128 + signal);
                stop.request_stop();
            }
        });
    }

private:
    sigset_t m_signals{};
    std::jthread m_thread;
};

int fail(const Session& session, const Error& error) {
    if (session.isJson) printJsonLine({{"error", errorJson(error)}});
    std::fprintf(stderr, "slipway: %s\n", describe(error).c_str());
    return exitStatus(error.code);
}

Error wrongCall(const CLI::App& app, const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    const std::string help =
        "See slipway " + (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help";
    const auto words = app.remaining();
    const bool isExtra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    if (isExtra && !words.empty() && (!chosen.empty() || words.front().starts_with('-'))) {
        // The parser's own words have them from the last to the first.
        std::string message = (chosen.empty() ? "slipway" : chosen.front()->get_name()) + " does not take:";
        for (const std::string& word : words) message += " " + word;
        return {ErrorCode::InvalidArgument, message, "", help};
    }
    if (!chosen.empty() || words.empty() || words.front().starts_with('-'))
        return {ErrorCode::InvalidArgument, error.what(), "", help};
    std::vector<std::string> names;
    for (const Verb& verb : verbTable()) names.push_back(verb.name);
    const auto near = nearestName(words.front(), names);
    const std::string message = "there is no verb `" + words.front() + "`";
    if (near) return {ErrorCode::InvalidArgument, message + "; did you mean `" + *near + "`?", "", ""};
    return {ErrorCode::InvalidArgument, message, "", help};
}

// What the parser stopped for: a wrong call, or --help and --version. A wrong call may stand before --json.
int explain(const CLI::App& app, const CLI::ParseError& error, bool isJson) {
    Session session;
    session.isJson = isJson;
    if (error.get_exit_code() != 0) return fail(session, wrongCall(app, error));
    std::ostringstream out;
    (void)app.exit(error, out, out);
    printText(isJson, error.get_name() == "CallForVersion" ? "version" : "help", out.str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Session session;
    RootCall call;
    const std::unique_ptr<CLI::App> app = makeRootApp(call);
    try {
        app->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const std::span words(argv, static_cast<std::size_t>(argc));
        return explain(*app, error, std::ranges::find(words, std::string_view("--json")) != words.end());
    }

    session.home = call.home.empty() ? defaultHome() : std::filesystem::path(call.home);
    session.kubeconfig = call.kubeconfig;
    session.isJson = call.isJson;
    const SignalWatch signals(session.stop);
    session.http = makeCurlHttpClient();
    if (!call.verb)
        call.verb = [](Session& s) -> Result<int> {
            for (const Verb& verb : verbTable()) {
                CLI::App unused;
                if (verb.name == "open") return verb.configure(unused)(s);
            }
            return 0;
        };
    const Result<int> status = call.verb(session);
    return status ? *status : fail(session, status.error());
}
