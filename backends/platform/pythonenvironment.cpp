// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/pythonenvironment.h"

#include "backends/platform/files.h"
#include "backends/platform/process.h"

#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using Kind = PythonEnvironment::Kind;

constexpr std::size_t kMaxConfigBytes = 64 * 1024;
constexpr std::size_t kMaxProjectBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFolders = 32;
constexpr std::size_t kMaxEntries = 10000;

bool isThere(const fs::path& path) {
    std::error_code failure;
    return fs::exists(path, failure);
}

std::string valueOf(const EnvironmentVariables& environment, const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

std::string pathOf(const EnvironmentVariables& environment) {
    const auto found = environment.find("PATH");
    return found == environment.end() ? kDefaultPath : found->second;
}

std::string_view trimmed(std::string_view text) {
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

// Each "key = value" of a text, in order; a "[section]" line comes as a key without a value.
template <typename Take>
void eachSetting(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos)
            take(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
        else if (line.starts_with('['))
            take(line, std::string_view());
    }
}

// "3.11.7" of "3.11.7.final.0" and of "3.11.7-h955ad1f_0".
std::string versionIn(std::string_view text) {
    const std::size_t end = text.find_first_not_of("0123456789.");
    text = text.substr(0, end);
    while (text.ends_with('.')) text.remove_suffix(1);
    return std::string(text);
}

std::string condaVersion(const fs::path& meta) {
    std::error_code failure;
    std::size_t count = 0;
    constexpr std::string_view kPrefix = "python-";
    for (fs::directory_iterator at(meta, failure), end; !failure && at != end && count < kMaxEntries;
         at.increment(failure), ++count) {
        const std::string name = at->path().filename().string();
        if (name.starts_with(kPrefix) && name.ends_with(".json") && name.size() > kPrefix.size() &&
            name[kPrefix.size()] >= '0' && name[kPrefix.size()] <= '9')
            return versionIn(std::string_view(name).substr(kPrefix.size()));
    }
    return {};
}

// "3.11" of a file /usr/bin/python3.11 that `python` leads to.
std::string versionByName(const fs::path& python) {
    std::error_code failure;
    const std::string name = fs::canonical(python, failure).filename().string();
    constexpr std::string_view kName = "python";
    return name.starts_with(kName) ? versionIn(std::string_view(name).substr(kName.size())) : std::string();
}

std::optional<PythonEnvironment> environmentIn(const fs::path& folder) {
    PythonEnvironment found{Kind::Venv, folder / "bin" / "python", folder, ""};
    if (isThere(folder / "conda-meta")) {
        found.kind = Kind::Conda;
        found.version = condaVersion(folder / "conda-meta");
        return found;
    }
    const auto config = readFile(folder / "pyvenv.cfg", kMaxConfigBytes);
    if (!config) return std::nullopt;
    eachSetting(*config, [&](std::string_view key, std::string_view value) {
        if (key == "uv") found.kind = Kind::Uv;
        if (key == "version" || key == "version_info") found.version = versionIn(value);
    });
    if (found.kind == Kind::Venv && isThere(folder.parent_path() / "poetry.lock")) found.kind = Kind::Poetry;
    return found;
}

std::optional<uid_t> ownerOf(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    return info.st_uid;
}

// Not one that a stranger put above the job, in a folder where everybody may.
bool isTrusted(const fs::path& environment, const fs::path& project) {
    const auto owner = ownerOf(environment);
    return owner && (*owner == ::geteuid() || *owner == 0 || owner == ownerOf(project));
}

std::optional<PythonEnvironment> environmentOfProject(const fs::path& folder,
                                                      const EnvironmentVariables& environment) {
    std::vector<std::string> names{".venv", "venv", ".conda"};
    if (std::string named = valueOf(environment, "UV_PROJECT_ENVIRONMENT"); !named.empty())
        names.insert(names.begin(), std::move(named));
    for (const fs::path& one : projectFolders(folder, environment)) {
        for (const std::string& name : names) {
            auto found = environmentIn(one / name);
            if (found && isTrusted(one / name, folder)) return found;
        }
    }
    return std::nullopt;
}

std::string sha256Base64Url(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha256(), nullptr) != 1) return {};
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
    const int length = ::EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    std::string url(encoded.begin(), encoded.begin() + length);
    for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return url;
}

std::string projectName(const std::string& pyproject) {
    std::string section;
    std::string name;
    eachSetting(pyproject, [&](std::string_view key, std::string_view value) {
        if (value.empty() && key.starts_with('[')) section = key;
        if (key == "name" && value.size() > 2 && (section == "[project]" || section == "[tool.poetry]"))
            name = value.substr(1, value.find(value.front(), 1) - 1);
    });
    return name;
}

// Poetry keeps a project's environments in its cache as <name>-<8 letters of the folder's SHA-256>-py3.11.
std::string poetryPrefix(const std::string& pyproject, const fs::path& project) {
    std::string prefix;
    for (const char c : projectName(pyproject)) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        const bool isSpecial = std::string_view(" $`!*@\"\\\r\n\t").find(c) != std::string_view::npos;
        prefix += isUpper ? static_cast<char>(c - 'A' + 'a') : isSpecial ? '_' : c;
    }
    std::error_code failure;
    return prefix.substr(0, 42) + "-" +
           sha256Base64Url(fs::canonical(project, failure).string()).substr(0, 8) + "-py3.";
}

fs::path poetryFolder(const EnvironmentVariables& environment) {
    if (fs::path named = valueOf(environment, "POETRY_VIRTUALENVS_PATH"); !named.empty()) return named;
    if (const fs::path cache = valueOf(environment, "POETRY_CACHE_DIR"); !cache.empty())
        return cache / "virtualenvs";
    fs::path caches = valueOf(environment, "XDG_CACHE_HOME");
    if (caches.empty()) caches = fs::path(valueOf(environment, "HOME")) / ".cache";
    return caches / "pypoetry" / "virtualenvs";
}

// The one of the newest Python.
std::optional<PythonEnvironment> environmentOfPoetry(const fs::path& folder,
                                                     const EnvironmentVariables& environment) {
    for (const fs::path& project : projectFolders(folder, environment)) {
        const auto text = readFile(project / "pyproject.toml", kMaxProjectBytes);
        if (!text) continue;
        const std::string prefix = poetryPrefix(*text, project);
        std::optional<PythonEnvironment> newest;
        int minor = -1;
        std::size_t count = 0;
        std::error_code failure;
        for (fs::directory_iterator at(poetryFolder(environment), failure), end;
             !failure && at != end && count < kMaxEntries; at.increment(failure), ++count) {
            const std::string name = at->path().filename().string();
            int number = -1;
            if (name.starts_with(prefix))
                std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
            if (number <= minor) continue;
            newest = environmentIn(at->path());
            if (newest) newest->kind = Kind::Poetry;
            minor = number;
        }
        return newest;
    }
    return std::nullopt;
}

}  // namespace

std::string_view kindName(Kind kind) {
    constexpr std::array<std::string_view, 5> kNames{"venv", "uv", "poetry", "conda", "system"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<fs::path> projectFolders(const fs::path& folder, const EnvironmentVariables& environment) {
    std::error_code failure;
    fs::path at = fs::absolute(folder, failure).lexically_normal();
    if (!at.has_filename()) at = at.parent_path();
    const fs::path home = valueOf(environment, "HOME");
    std::vector<fs::path> folders;
    while (folders.size() < kMaxFolders) {
        folders.push_back(at);
        const fs::path above = at.parent_path();
        if (isThere(at / ".git") || at == home || above == home || above == at || above == at.root_path())
            break;
        at = above;
    }
    return folders;
}

std::optional<PythonEnvironment> pythonOf(const std::string& interpreter, const fs::path& folder,
                                          const EnvironmentVariables& environment) {
    if (!fs::path(interpreter).filename().string().starts_with("python")) return std::nullopt;
    fs::path python = (folder / interpreter).lexically_normal();
    if (interpreter.find('/') == std::string::npos) {
        const auto found = findProgram(interpreter, {"PATH=" + pathOf(environment)});
        if (!found) return std::nullopt;
        python = *found;
    } else if (!isThere(python)) {
        return std::nullopt;
    }
    if (auto around = environmentIn(python.parent_path().parent_path())) {
        around->python = python;
        return around;
    }
    return PythonEnvironment{Kind::System, python, "", versionByName(python)};
}

std::optional<PythonEnvironment> findPython(const fs::path& folder, const EnvironmentVariables& environment) {
    if (auto found = environmentOfProject(folder, environment)) return found;
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
        const std::string active = valueOf(environment, name);
        if (active.empty()) continue;
        if (auto found = environmentIn(active)) return found;
    }
    if (auto found = environmentOfPoetry(folder, environment)) return found;
    for (const char* name : {"python3", "python"}) {
        if (auto found = pythonOf(name, folder, environment)) return found;
    }
    return std::nullopt;
}

void activate(const PythonEnvironment& python, EnvironmentVariables& environment) {
    if (python.folder.empty()) return;
    environment["PATH"] = (python.folder / "bin").string() + ":" + pathOf(environment);
    environment[python.kind == Kind::Conda ? "CONDA_PREFIX" : "VIRTUAL_ENV"] = python.folder.string();
    environment.erase("PYTHONHOME");
}

}  // namespace slipway
