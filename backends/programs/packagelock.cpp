// SPDX-License-Identifier: Apache-2.0
#include "backends/programs/packagelock.h"

#include "backends/platform/files.h"
#include "backends/spec/yamlvalue.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLockBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxPackages = 20000;
constexpr std::size_t kMaxWord = 128;
constexpr YamlLimits kYamlLimits{kMaxLockBytes, 16, 1'000'000};

#if defined(__aarch64__)
constexpr std::string_view kCondaPlatform = "linux-aarch64";
#else
constexpr std::string_view kCondaPlatform = "linux-64";
#endif

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    while (!text.empty() && kSpace.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
    while (!text.empty() && kSpace.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    return text;
}

// What a name or a version is made of: letters, digits and a few signs.
std::string_view wordAt(std::string_view text) {
    const auto isPart = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-+!").find(c) != std::string_view::npos;
    };
    const auto end = std::ranges::find_if_not(text, isPart);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool isWord(std::string_view text) {
    return !text.empty() && text.size() <= kMaxWord && wordAt(text) == text;
}

template <typename Take>
void eachLine(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        take(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

// Collects what any of the formats tells.
class Packages {
public:
    void add(std::string_view name, std::string_view version) {
        if (isWord(name) && isWord(version))
            m_lock.packages.push_back({std::string(name), std::string(version)});
        else if (!name.empty())
            ++m_lock.unpinned;
    }

    // "numpy[extra]==1.26.4 ; python_version > '3.8'", as pip takes it.
    void addRequirement(std::string_view line) {
        line = trimmed(line.substr(0, line.find(" #")));
        const std::string_view name = wordAt(line);
        std::string_view rest = trimmed(line.substr(name.size()));
        if (rest.starts_with('[')) rest = trimmed(rest.substr(std::min(rest.find(']'), rest.size() - 1) + 1));
        std::string_view version;
        if (rest.starts_with("==")) {
            rest = trimmed(rest.substr(rest.starts_with("===") ? 3 : 2));
            version = wordAt(rest);
            const std::string_view after = trimmed(rest.substr(version.size()));
            if (after.starts_with('*') || after.starts_with(',')) version = {};
        }
        add(name, version);
    }

    // "conda-forge::numpy=1.26.4=py311h64a7726_0", as conda takes it.
    void addCondaSpec(std::string_view spec) {
        if (const std::size_t channel = spec.find("::"); channel != std::string_view::npos)
            spec.remove_prefix(channel + 2);
        spec = trimmed(spec);
        const std::string_view name = wordAt(spec);
        std::string_view rest = trimmed(spec.substr(name.size()));
        std::string_view version;
        const bool isExact = rest.starts_with("==");
        if (rest.starts_with('=')) {
            rest.remove_prefix(isExact ? 2 : 1);
            version = wordAt(rest);
            // One sign means this version or one that begins like it, unless a build follows.
            const bool hasBuild = rest.size() > version.size() && rest[version.size()] == '=';
            if (!hasBuild && (!isExact || rest != version)) version = {};
        }
        add(name, version);
    }

    Result<PackageLock> finish() && {
        if (m_lock.packages.size() > kMaxPackages)
            return Error{ErrorCode::Corrupt, "it names more than 20000 packages", "", ""};
        std::ranges::sort(m_lock.packages, {},
                          [](const LockedPackage& one) { return std::tie(one.name, one.version); });
        m_lock.packages.erase(std::unique(m_lock.packages.begin(), m_lock.packages.end()),
                              m_lock.packages.end());
        return std::move(m_lock);
    }

private:
    PackageLock m_lock;
};

Error notOfIts(std::string_view kind) {
    return {ErrorCode::Corrupt, "it is no " + std::string(kind), "",
            "Make it anew with the tool that wrote it"};
}

// The tables [[package]] of uv's and Poetry's locks, and [[packages]] of pylock.toml: as those tools write them, name and version stand
// on lines of their own. The project itself is no package of it.
Result<PackageLock> parseTables(std::string_view text, std::string_view table) {
    Packages packages;
    std::string_view name, version;
    bool isHead = false, isOwn = false, isInText = false, isToml = text.empty();
    const auto end = [&] {
        if (!isOwn) packages.add(name, version);
        name = version = {};
        isOwn = false;
    };
    const auto valueOf = [](std::string_view line) {
        const std::string_view value = trimmed(line.substr(line.find('=') + 1));
        if (value.size() < 2 || (value.front() != '"' && value.front() != '\'')) return std::string_view();
        return value.substr(1, value.find(value.front(), 1) - 1);
    };
    eachLine(text, [&](std::string_view line) {
        const std::size_t mark = line.find(R"(""")");
        if (mark != std::string_view::npos && mark == line.rfind(R"(""")")) isInText = !isInText;
        if (mark != std::string_view::npos || isInText) return;
        isToml = isToml || line.starts_with('[') || line.find(" = ") != std::string_view::npos;
        if (line.starts_with('[')) {
            isHead = trimmed(line) == table;  // else it says more of the same package
            if (isHead) end();
        } else if (!isHead) {
            return;
        } else if (line.starts_with("name =")) {
            name = valueOf(line);
        } else if (line.starts_with("version =")) {
            version = valueOf(line);
        } else if (line.starts_with("source =")) {
            isOwn = line.find("{ virtual =") != std::string_view::npos ||
                    line.find("{ editable =") != std::string_view::npos;
        }
    });
    end();
    if (!isToml) return notOfIts("TOML");
    return std::move(packages).finish();
}

Result<PackageLock> parseRequirements(std::string_view text) {
    Packages packages;
    bool isContinued = false;
    eachLine(text, [&](std::string_view line) {
        line = trimmed(line);
        const bool isRest = isContinued;
        if (!line.starts_with('#')) isContinued = line.ends_with('\\');
        const bool isEditable = line.starts_with("-e ") || line.starts_with("--editable");
        if (isRest || line.empty() || line.starts_with('#')) return;
        if (isEditable)
            packages.add(line, {});
        else if (!line.starts_with('-'))
            packages.addRequirement(line);
    });
    return std::move(packages).finish();
}

Result<PackageLock> parseCondaEnvironment(std::string_view text) {
    SLIPWAY_TRY(const YamlValue root, parseYaml(text, kYamlLimits));
    const YamlValue* dependencies = root.find("dependencies");
    if (dependencies == nullptr || !dependencies->isList()) return notOfIts("environment of conda");
    Packages packages;
    for (const YamlValue& one : dependencies->items) {
        if (one.isScalar()) packages.addCondaSpec(one.text);
        const YamlValue* pip = one.find("pip");
        if (pip == nullptr) continue;
        for (const YamlValue& line : pip->items) {
            if (!line.text.starts_with('-')) packages.addRequirement(line.text);
        }
    }
    return std::move(packages).finish();
}

Result<PackageLock> parseCondaLock(std::string_view text) {
    SLIPWAY_TRY(const YamlValue root, parseYaml(text, kYamlLimits));
    const YamlValue* list = root.find("package");
    if (list == nullptr || !list->isList()) return notOfIts("lock of conda-lock");
    const auto textAt = [](const YamlValue& map, const char* key) {
        const YamlValue* value = map.find(key);
        return value == nullptr ? std::string_view() : std::string_view(value->text);
    };
    Packages packages;
    for (const YamlValue& one : list->items) {
        const std::string_view platform = textAt(one, "platform");
        if (platform.empty() || platform == kCondaPlatform)
            packages.add(textAt(one, "name"), textAt(one, "version"));
    }
    return std::move(packages).finish();
}

struct Format {
    const char* name;
    Result<PackageLock> (*parse)(std::string_view text);
};
constexpr std::array kFormats{
    Format{"uv.lock", [](std::string_view text) { return parseTables(text, "[[package]]"); }},
    Format{"poetry.lock", [](std::string_view text) { return parseTables(text, "[[package]]"); }},
    Format{"pylock.toml", [](std::string_view text) { return parseTables(text, "[[packages]]"); }},
    Format{"conda-lock.yml", parseCondaLock},
    Format{"requirements.txt", parseRequirements},
    Format{"environment.yml", parseCondaEnvironment},
    Format{"environment.yaml", parseCondaEnvironment},
};

}  // namespace

std::optional<fs::path> findLock(const std::vector<fs::path>& folders) {
    std::error_code failure;
    for (const fs::path& folder : folders) {
        for (const Format& format : kFormats) {
            if (fs::is_regular_file(folder / format.name, failure)) return folder / format.name;
        }
    }
    return std::nullopt;
}

Result<PackageLock> parseLock(const std::string& name, std::string_view text) {
    const auto format = std::ranges::find_if(kFormats, [&](const Format& one) { return one.name == name; });
    if (format == kFormats.end())
        return Error{ErrorCode::InvalidArgument, name + " is no lock file that can be read", "", ""};
    if (!isPlainUtf8(text)) return notOfIts("text");
    return format->parse(text);
}

Result<PackageLock> loadLock(const fs::path& file) {
    SLIPWAY_TRY(const std::string text, readFile(file, kMaxLockBytes));
    auto lock = parseLock(file.filename().string(), text);
    if (lock) lock->file = file;
    return lock;
}

}  // namespace slipway
