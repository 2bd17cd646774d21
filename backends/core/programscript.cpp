// SPDX-License-Identifier: Apache-2.0
#include "backends/core/programscript.h"

namespace slipway {
namespace {

bool isInterpreter(const std::string& program) {
    const std::string name = program.substr(program.rfind('/') + 1);
    return name.starts_with("python") || name == "sh" || name == "bash";
}

// A path, or a name with an ending. Subcommands ("launch") and options are none.
bool isFile(const std::string& word) {
    return !word.starts_with('-') && word.find_first_of("./") != std::string::npos;
}

}  // namespace

std::string programScript(const ProgramSpec& program) {
    const std::vector<std::string>& words = program.command;
    const std::size_t at = program.interpreter.empty() ? 1 : 0;
    if (words.size() <= at || !isInterpreter(at == 0 ? program.interpreter : words.front())) return {};
    return isFile(words[at]) ? words[at] : std::string();
}

}  // namespace slipway
