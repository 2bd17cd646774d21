// SPDX-License-Identifier: Apache-2.0
#include "backends/core/programscript.h"

namespace slipway {
namespace {

std::string fileName(const std::string& program) { return program.substr(program.rfind('/') + 1); }

bool isPython(const std::string& program) { return fileName(program).starts_with("python"); }

bool isInterpreter(const std::string& program) {
    return isPython(program) || fileName(program) == "sh" || fileName(program) == "bash";
}

// A path, or a name with an ending. Subcommands ("launch") and options are none.
bool isFile(const std::string& word) {
    return !word.starts_with('-') && word.find_first_of("./") != std::string::npos;
}

}  // namespace

std::string programScript(const ProgramSpec& program) {
    const std::vector<std::string>& words = program.command;
    if (isRunByFoundPython(program)) return words.front();
    const std::size_t at = program.interpreter.empty() ? 1 : 0;
    if (words.size() <= at || !isInterpreter(at == 0 ? program.interpreter : words.front())) return {};
    return isFile(words[at]) ? words[at] : std::string();
}

bool isNotebook(const ProgramSpec& program) {
    return !program.command.empty() && program.command.front().ends_with(".ipynb") &&
           (program.interpreter.empty() || isPython(program.interpreter));
}

bool isRunByFoundPython(const ProgramSpec& program) {
    if (program.command.empty() || !program.interpreter.empty()) return false;
    const std::string& first = program.command.front();
    return isNotebook(program) ||
           (first.ends_with(".py") && !first.starts_with("./") && !first.starts_with('/'));
}

bool isPythonProgram(const ProgramSpec& program) {
    return isRunByFoundPython(program) || isPython(program.interpreter) ||
           (program.interpreter.empty() && !program.command.empty() && isPython(program.command.front()));
}

}  // namespace slipway
