// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/preferencefile.h"

#include "backends/core/nearestname.h"
#include "backends/platform/filelock.h"
#include "backends/platform/files.h"
#include "backends/spec/parameteryaml.h"
#include "backends/spec/specdocument.h"

#include <set>

namespace slipway {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxFileBytes = 64 * 1024;
constexpr std::chrono::seconds kLockWait{5};

std::string notKnown(const std::string& name) {
    const auto nearest = nearestName(name, preferenceNames());
    return "`" + name.substr(0, 80) + "` is no setting" +
           (nearest ? "; did you mean `" + *nearest + "`?" : "");
}

// The value, or what is wrong with it.
Result<ParameterValue> valueOf(const Parameter& parameter, const YamlValue& yaml) {
    auto value = parameterFromYaml(yaml, parameter.kind);
    if (!value || rangeProblem(parameter, *value))
        return Error{ErrorCode::InvalidArgument, "`" + parameter.name + "` takes " + allowedText(parameter),
                     "", ""};
    if (const auto* whole = std::get_if<std::int64_t>(&*value);
        whole && parameter.kind == ParameterKind::Real)
        return ParameterValue{static_cast<double>(*whole)};
    return *std::move(value);
}

Result<std::string> fileText(const fs::path& file) {
    auto text = readFile(file, kMaxFileBytes);
    if (!text && text.error().code == ErrorCode::NotFound) return std::string();
    return text;
}

Result<ParameterValues> parsed(const std::string& text, const fs::path& file) {
    ParameterValues values = defaultPreferences();
    const YamlParsed yaml = parseYamlText(text);
    std::string problems;
    const auto problem = [&](const SpecRange& at, const std::string& what) {
        problems += (problems.empty() ? "" : "\n") + file.string() + ":" + std::to_string(at.line) + ":" +
                    std::to_string(at.column) + ": " + what;
    };
    std::set<std::string> seen;
    if (yaml.hasFailed)
        problem(yaml.failure.range, yaml.failure.message);
    else if (!yaml.root.isMap() && yaml.root.kind != YamlValue::Kind::Null)
        problem(yaml.root.range, "settings are a map: disk_budget: 50");
    for (const YamlEntry& entry : yaml.root.entries) {
        const Parameter* parameter = findPreference(entry.key);
        if (parameter == nullptr) {
            problem(entry.keyRange, notKnown(entry.key));
        } else if (!seen.insert(entry.key).second) {
            problem(entry.keyRange, "`" + entry.key + "` stands here twice");
        } else if (entry.value.kind != YamlValue::Kind::Null) {
            if (auto value = valueOf(*parameter, entry.value))
                values[entry.key] = *std::move(value);
            else
                problem(entry.value.range, value.error().message);
        }
    }
    if (!problems.empty())
        return Error{ErrorCode::InvalidArgument, problems, "",
                     "Mend the file; slipway settings lists what it may hold"};
    return values;
}

}  // namespace

fs::path preferenceFile(const fs::path& home) { return home / "settings.yaml"; }

Result<ParameterValues> loadPreferences(const fs::path& home) {
    const fs::path file = preferenceFile(home);
    SLIPWAY_TRY(const std::string text, fileText(file));
    return parsed(text, file);
}

Result<void> setPreference(const fs::path& home, const std::string& name, const std::string& typed) {
    const Parameter* parameter = findPreference(name);
    if (parameter == nullptr)
        return Error{ErrorCode::NotFound, notKnown(name), "", "List them with slipway settings"};
    SLIPWAY_CHECK(makeFolders(home));
    const fs::path file = preferenceFile(home);
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(home / ".settings.lock", kLockWait));
    SLIPWAY_TRY(const std::string text, fileText(file));
    SLIPWAY_CHECK(parsed(text, file));
    // The same edit at a value's place as a job file's.
    SLIPWAY_TRY(const SpecDocument document, SpecDocument::parse(text));
    if (typed.empty()) {
        if (!document.valueRange(name)) return {};
        SLIPWAY_TRY(const SpecDocument edited, document.without(name));
        return writeFileAtomically(file, edited.text());
    }
    const std::string yaml = parameter->kind == ParameterKind::Text ? yamlQuoted(typed) : typed;
    const YamlParsed wanted = parseYamlText(yaml);
    if (wanted.hasFailed)
        return Error{ErrorCode::InvalidArgument, "`" + name + "` takes " + allowedText(*parameter), "", ""};
    SLIPWAY_CHECK(valueOf(*parameter, wanted.root));
    SLIPWAY_TRY(const SpecDocument edited, document.withValue(name, yaml));
    return writeFileAtomically(file, edited.text());
}

}  // namespace slipway
