// SPDX-License-Identifier: Apache-2.0
// `slipway man`: the manual page, generated from the whole command line, in roff.
#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "app/cli/print.h"
#include "app/cli/rootapp.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

std::string roff(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    return result.starts_with('.') ? "\\&" + result : result;
}

std::string optionLines(const CLI::App& app) {
    std::string lines;
    for (const CLI::Option* option : app.get_options()) {
        const bool hasValue = !option->get_positional() && option->get_items_expected_max() > 0;
        lines += ".TP\n" + roff(option->get_name(false, true)) +
                 (hasValue ? " " + roff(option->get_type_name()) : "") + "\n" +
                 roff(option->get_description()) + "\n";
    }
    return lines;
}

std::string verbSection(const CLI::App& verb) {
    std::string usage;
    for (const CLI::Option* option : verb.get_options()) {
        if (option->get_positional()) usage += " [" + option->get_name() + "]";
    }
    return ".SS " + roff(verb.get_name()) + roff(usage) + "\n" + roff(verb.get_description()) + ".\n" +
           optionLines(verb);
}

// Those that stand for an option, and those that are read besides.
std::string variableLines(const CLI::App& root, const std::vector<const CLI::App*>& verbs) {
    std::map<std::string, std::string> variables{
        {"KUBECONFIG", "Kubeconfig files, with colons between them, where no --kubeconfig is given"},
        {"DOCKER_CONFIG", "Folder of the registries' logins; default: ~/.docker"},
        {"SLIPWAY_SECRET_NAME",
         "For runs on this machine: the value of a job's variable NAME that comes from a secret"}};
    const auto add = [&](const CLI::App& app, const std::string& of) {
        for (const CLI::Option* option : app.get_options()) {
            if (option->get_envname().empty()) continue;
            variables[option->get_envname()] =
                "As " + option->get_name(false, true) + of + ": " + option->get_description();
        }
    };
    add(root, "");
    for (const CLI::App* verb : verbs) add(*verb, " of " + verb->get_name());
    std::string lines;
    for (const auto& [name, help] : variables) lines += ".TP\n" + roff(name) + "\n" + roff(help) + "\n";
    return lines;
}

Result<int> printManual(const Session& session) {
    RootCall unused;
    const std::unique_ptr<CLI::App> root = makeRootApp(unused);
    const auto verbs = std::as_const(*root).get_subcommands([](const CLI::App*) { return true; });
    std::string text =
        ".TH SLIPWAY 1 \"\" \"slipway " SLIPWAY_VERSION
        "\"\n.SH NAME\nslipway \\- prototype here, run the same job in a cluster, bring the model home\n"
        ".SH SYNOPSIS\nslipway [OPTIONS] [VERB [OPTIONS]]\n.PP\nWithout a verb it opens the window.\n"
        ".SH OPTIONS\nBefore or after any verb:\n" +
        optionLines(*root) + ".SH VERBS\n";
    for (const CLI::App* verb : verbs) text += verbSection(*verb);
    text += ".SH ENVIRONMENT\n" + variableLines(*root, verbs);
    text +=
        ".SH JSON OUTPUT\nWith \\-\\-json a call prints one JSON document on stdout. What goes on for a while prints one "
        "a line: run and resume without \\-\\-detach, and watch, each event and last {\"record\": the run}; logs the "
        "log events; tour all of these and last {\"tour\": the steps}. An error is {\"error\": {code, message, detail, "
        "hint}}, and its text goes to stderr. What show last knew of a run whose cluster it cannot ask has \"stale\": true "
        "and, as \"staleReason\", that error's four fields.\n"
        ".SH EXIT STATUS\n0 success, 1 a run that did not succeed, 2 a wrong call or job file, 3 not found, 4 conflict, "
        "5 not permitted, 6 quota, 7 unavailable, 8 timeout, 9 cancelled, or a run that was, 10 damaged data, 11 input or output, 12 internal\n";
    printText(session.isJson, "manual", text);
    return 0;
}

}  // namespace

Verb manVerb() {
    return {"man", "Print the manual page: slipway man | man -l -",
            [](CLI::App&) -> VerbAction { return [](Session& session) { return printManual(session); }; }};
}

}  // namespace slipway::cli
