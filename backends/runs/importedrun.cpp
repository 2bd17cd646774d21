// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/importedrun.h"

#include "backends/platform/files.h"

#include <nlohmann/json.hpp>

namespace slipway {
namespace {

constexpr const char* kFile = "imported.json";
constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

}  // namespace

Result<void> keepImported(const RunFolder& folder, const ImportedRun& run) {
    const nlohmann::json json{{"version", kVersion},
                              {"name", run.name},
                              {"source", run.source},
                              {"parameters", run.parameters},
                              {"tags", run.tags}};
    return writeFileAtomically(folder.path() / kFile,
                               json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<ImportedRun> importedRun(const RunFolder& folder) {
    SLIPWAY_TRY(const std::string text, readFile(folder.path() / kFile, kMaxBytes));
    using Texts = std::map<std::string, std::string>;
    try {
        const auto json = nlohmann::json::parse(text);
        return ImportedRun{json.at("name").get<std::string>(), json.at("source").get<std::string>(),
                           json.at("parameters").get<Texts>(), json.at("tags").get<Texts>()};
    } catch (const nlohmann::json::exception&) {
        return Error{ErrorCode::Corrupt, (folder.path() / kFile).string() + " is damaged", "",
                     "Remove the run, and import it again"};
    }
}

}  // namespace slipway
