// SPDX-License-Identifier: Apache-2.0
// `slipway man`: the manual page, generated from the verb table, in roff.
#include <CLI/CLI.hpp>

#include "app/cli/print.h"
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

std::string verbSection(const Verb& verb) {
    CLI::App app;
    verb.configure(app);
    std::string usage;
    std::string options;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional()) usage += " [" + option->get_name() + "]";
        if (option->check_lname("help")) continue;
        options += ".TP\n" + roff(option->get_name(!option->get_positional(), true)) + "\n" +
                   roff(option->get_description()) + "\n";
    }
    return ".SS " + roff(verb.name) + roff(usage) + "\n" + roff(verb.help) + ".\n" + options;
}

Result<int> printManual(const Session& session) {
    std::string text =
        ".TH SLIPWAY 1 \"\" \"slipway " SLIPWAY_VERSION
        "\"\n.SH NAME\nslipway \\- prototype here, run the same job in a cluster, bring the model home\n"
        ".SH SYNOPSIS\nslipway VERB [OPTIONS]\n.SH VERBS\n";
    for (const Verb& verb : verbTable()) text += verbSection(verb);
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
