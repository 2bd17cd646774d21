// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runsettings.h"

#include "backends/platform/files.h"
#include "backends/runs/importedrun.h"
#include "backends/spec/yamlvalue.h"

#include <algorithm>

namespace slipway {
namespace {

void flatten(const YamlValue& value, const std::string& path, std::map<std::string, std::string>& settings) {
    if (value.isMap()) {
        for (const YamlEntry& entry : value.entries)
            flatten(entry.value, path.empty() ? entry.key : path + "." + entry.key, settings);
        return;
    }
    std::string text = value.text;
    if (value.isList()) {
        if (!std::ranges::all_of(value.items, &YamlValue::isScalar)) {
            for (std::size_t i = 0; i < value.items.size(); ++i)
                flatten(value.items[i], path + "." + std::to_string(i), settings);
            return;
        }
        for (const YamlValue& item : value.items) text += (text.empty() ? "[" : ", ") + item.text;
        text += value.items.empty() ? "[]" : "]";
    }
    settings[path] = text;
}

}  // namespace

Result<std::map<std::string, std::string>> runSettings(const RunFolder& folder) {
    SLIPWAY_TRY(const RunRecord record, folder.record());
    if (isImported(record)) {
        SLIPWAY_TRY(ImportedRun imported, importedRun(folder));
        return std::move(imported.parameters);
    }
    SLIPWAY_TRY(const std::string text, readFile(folder.jobFile(), YamlLimits{}.maxBytes));
    const auto yaml = parseYaml(text);
    if (!yaml)
        return Error{ErrorCode::Corrupt, folder.jobFile().string() + " is damaged", yaml.error().message, ""};
    std::map<std::string, std::string> settings;
    flatten(*yaml, "", settings);
    return settings;
}

}  // namespace slipway
