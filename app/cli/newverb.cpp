// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/platform/files.h"
#include "backends/spec/projecttemplates.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;

// The folder's name as a job name: lower case, digits and dashes.
std::string jobName(const fs::path& folder) {
    std::string name;
    for (const char c : fs::absolute(folder).lexically_normal().filename().string()) {
        const auto u = static_cast<unsigned char>(c);
        name += std::isalnum(u) != 0 ? static_cast<char>(std::tolower(u)) : '-';
    }
    while (name.starts_with('-') ||
           (!name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0))
        name.erase(0, 1);
    name.resize(std::min<std::size_t>(name.size(), 40));
    while (name.ends_with('-')) name.pop_back();
    return name.empty() ? "job" : name;
}

// As a shell takes it for one word.
std::string shellWord(const std::string& text) {
    const auto isPlain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("/._-+,:=@").find(c) != std::string_view::npos;
    };
    if (std::ranges::all_of(text, isPlain) && !text.empty()) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

Result<int> make(const Session& session, const std::string& kind, const fs::path& folder) {
    SLIPWAY_TRY(const auto files, projectFiles(kind, jobName(folder)));
    std::error_code failure;
    for (const auto& [path, content] : files) {
        if (fs::exists(folder / path, failure)) {
            return Error{ErrorCode::Conflict, (folder / path).string() + " is there already", "",
                         "Name another folder"};
        }
    }
    fs::create_directories(folder, failure);
    if (failure) return errnoError("cannot make " + folder.string(), failure.value());
    for (const auto& [path, content] : files) SLIPWAY_CHECK(writeFileAtomically(folder / path, content));
    if (session.isJson) {
        nlohmann::json made = nlohmann::json::array();
        for (const auto& [path, content] : files) made.push_back((folder / path).string());
        printJson({{"job", (folder / "job.yaml").string()}, {"files", made}});
        return 0;
    }
    std::printf("%s\nRun it with: slipway run %s\n", (folder / "job.yaml").c_str(),
                shellWord(folder.string()).c_str());
    return 0;
}

}  // namespace

Verb newVerb() {
    return {"new", "Start a job: mlp, cnn, table, gpt or program", [](CLI::App& app) -> VerbAction {
                struct Options {
                    std::string kind;
                    std::string folder;
                };
                auto options = std::make_shared<Options>();
                app.add_option("kind", options->kind, "mlp, cnn, table, gpt or program")->required();
                app.add_option("folder", options->folder, "Folder to make")->required();
                return [options](Session& session) { return make(session, options->kind, options->folder); };
            }};
}

}  // namespace slipway::cli
