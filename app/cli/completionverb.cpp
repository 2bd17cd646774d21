// SPDX-License-Identifier: Apache-2.0
// `slipway completion bash`: generated from the verb table, so it never falls behind.
#include <CLI/CLI.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

// The long and short options a verb declares, separated by spaces.
std::string optionWords(const Verb& verb) {
    CLI::App app;
    verb.configure(app);
    std::string words;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) words += " --" + name;
    }
    return words;
}

Result<int> printCompletion(const Session& session, const std::string& shell) {
    if (shell != "bash") {
        return Error{ErrorCode::InvalidArgument, "no completion is generated for \"" + shell + "\"", "",
                     "Take bash; zsh reads it after: autoload bashcompinit && bashcompinit"};
    }
    std::string verbs;
    std::string cases;
    for (const Verb& verb : verbTable()) {
        verbs += " " + verb.name;
        cases +=
            "        " + verb.name + ") words=\"" + optionWords(verb) + " --home --kubeconfig --json\" ;;\n";
    }
    const std::string text =
        "_slipway() {\n"
        "    local verb=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} words\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        COMPREPLY=($(compgen -W \"" +
        verbs.substr(1) +
        "\" -- \"$word\"))\n"
        "        return\n"
        "    fi\n"
        "    case $verb in\n" +
        cases +
        "    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
        "}\n"
        "complete -o filenames -F _slipway slipway\n";
    printText(session.isJson, "completion", text);
    return 0;
}

}  // namespace

Verb completionVerb() {
    return {"completion", "Print the shell's completion: eval \"$(slipway completion bash)\"",
            [](CLI::App& app) -> VerbAction {
                auto shell = std::make_shared<std::string>("bash");
                app.add_option("shell", *shell, "bash");
                return [shell](Session& session) { return printCompletion(session, *shell); };
            }};
}

}  // namespace slipway::cli
