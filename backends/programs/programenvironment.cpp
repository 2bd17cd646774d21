// SPDX-License-Identifier: Apache-2.0
#include "backends/programs/programenvironment.h"

#include "backends/core/units.h"
#include "backends/platform/files.h"
#include "backends/spec/jobpython.h"

#include <nlohmann/json.hpp>

#include <array>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Kind = PythonEnvironment::Kind;

constexpr const char* kFileName = "environment.json";
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;

std::optional<Kind> kindOf(const std::string& name) {
    for (const Kind kind : {Kind::Venv, Kind::Uv, Kind::Poetry, Kind::Conda, Kind::System}) {
        if (kindName(kind) == name) return kind;
    }
    return std::nullopt;
}

}  // namespace

ProgramEnvironment programEnvironment(const JobSpec& job, const fs::path& workFolder,
                                      const EnvironmentVariables& environment) {
    ProgramEnvironment found;
    found.python = pythonFor(job, workFolder, environment);
    if (!found.python) return found;
    const auto file = findLock(projectFolders(workFolder, withJobVariables(job, environment)));
    if (!file) return found;
    if (auto lock = loadLock(*file)) {
        found.lock = *std::move(lock);
    } else {
        found.lockProblem = file->filename().string() + ": " + describe(lock.error());
    }
    return found;
}

std::string environmentWords(const ProgramEnvironment& environment) {
    std::string words;
    if (const auto& python = environment.python) {
        words = "Python" + (python->version.empty() ? "" : " " + python->version) + " (" +
                std::string(kindName(python->kind)) + "), " +
                (python->folder.empty() ? python->python : python->folder).string();
    }
    const std::string gap = words.empty() ? "" : "; ";
    if (const auto& lock = environment.lock) {
        words += gap + lock->file.filename().string() + " pins " +
                 counted(static_cast<std::int64_t>(lock->packages.size()), "package");
        if (lock->unpinned > 0) words += " and leaves " + std::to_string(lock->unpinned) + " open";
    } else if (!environment.lockProblem.empty()) {
        words += gap + environment.lockProblem;
    }
    return words;
}

std::string encodeEnvironment(const ProgramEnvironment& environment) {
    Json json = Json::object();
    if (const auto& python = environment.python) {
        json["python"] = {{"kind", kindName(python->kind)},
                          {"path", python->python.string()},
                          {"folder", python->folder.string()},
                          {"version", python->version}};
    }
    if (const auto& lock = environment.lock) {
        Json packages = Json::array();
        for (const LockedPackage& one : lock->packages)
            packages.push_back({{"name", one.name}, {"version", one.version}});
        json["lock"] = {{"file", lock->file.string()}, {"packages", packages}, {"unpinned", lock->unpinned}};
    }
    if (!environment.lockProblem.empty()) json["lockProblem"] = environment.lockProblem;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ProgramEnvironment> decodeEnvironment(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        ProgramEnvironment environment;
        if (json.contains("python")) {
            const Json& python = json.at("python");
            const auto kind = kindOf(python.at("kind").get<std::string>());
            if (!kind)
                return Error{ErrorCode::Corrupt, "it names a kind of Python that is not known", "", ""};
            environment.python = PythonEnvironment{*kind, python.at("path").get<std::string>(),
                                                   python.at("folder").get<std::string>(),
                                                   python.at("version").get<std::string>()};
        }
        if (json.contains("lock")) {
            const Json& lock = json.at("lock");
            environment.lock =
                PackageLock{lock.at("file").get<std::string>(), {}, lock.at("unpinned").get<int>()};
            for (const Json& one : lock.at("packages"))
                environment.lock->packages.push_back(
                    {one.at("name").get<std::string>(), one.at("version").get<std::string>()});
        }
        environment.lockProblem = json.value("lockProblem", "");
        return environment;
    } catch (const Json::exception& failure) {
        return Error{ErrorCode::Corrupt, "it is no environment of a run", failure.what(), ""};
    }
}

Result<void> keepEnvironment(const fs::path& runFolder, const ProgramEnvironment& environment) {
    return writeFileAtomically(runFolder / kFileName, encodeEnvironment(environment));
}

Result<ProgramEnvironment> keptEnvironment(const fs::path& runFolder) {
    const auto text = readFile(runFolder / kFileName, kMaxBytes);
    if (!text && text.error().code == ErrorCode::NotFound) return ProgramEnvironment{};
    if (!text) return text.error();
    return decodeEnvironment(*text);
}

}  // namespace slipway
