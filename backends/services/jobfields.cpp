// SPDX-License-Identifier: Apache-2.0
#include "backends/services/jobfields.h"

#include "backends/core/modeltypes.h"

#include <algorithm>
#include <map>
#include <set>

namespace slipway {
namespace {

// The paths a job file can name, from the same tables that the form is made of.
std::vector<std::string> knownPaths() {
    std::set<std::string> paths{"name",
                                "seed",
                                "replicas",
                                "train",
                                "program",
                                "program.command",
                                "program.folder",
                                "program.interpreter",
                                "program.image",
                                "resources.cpu",
                                "resources.memory",
                                "resources.gpus",
                                "resources.gpu_memory",
                                "resources.slice",
                                "resources.shared_memory"};
    const auto add = [&](const std::string& prefix, const ParameterTable& table) {
        for (const Parameter& parameter : table.parameters) paths.insert(prefix + "." + parameter.name);
    };
    const auto addAll = [&](const std::string& prefix, std::span<const ParameterTable> tables) {
        paths.insert(prefix + ".type");
        for (const ParameterTable& table : tables) add(prefix, table);
    };
    addAll("train.network", networkTables());
    addAll("train.data", dataTables());
    addAll("train.optimizer", optimizerTables());
    add("train", loopTable());
    return {paths.begin(), paths.end()};
}

using Values = std::map<std::string, std::string>;  // as they are written, over as many lines as that takes

Values valuesOf(const SpecDocument& document) {
    Values values;
    for (const JobSnapshot::Field& field : fieldsOf(document)) {
        if (field.path != "train" && field.path != "program")  // which are all that is in them
            values.emplace(field.path,
                           document.text().substr(field.range.begin, field.range.end - field.range.begin));
    }
    return values;
}

std::optional<std::string> valueAt(const Values& values, const std::string& path) {
    const auto found = values.find(path);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

using Changes = std::map<std::string, std::optional<std::string>>;  // none: it is gone

Changes changesOf(const Values& from, const Values& to) {
    Changes changes;
    for (const Values* values : {&from, &to}) {
        for (const auto& [path, value] : *values)
            if (valueAt(from, path) != valueAt(to, path)) changes.emplace(path, valueAt(to, path));
    }
    return changes;
}

std::optional<SpecDocument> withChanges(SpecDocument document, const Changes& changes) {
    for (const auto& [path, value] : changes) {
        if (!value && !document.valueRange(path)) continue;
        auto changed = value ? document.withValue(path, *value) : document.without(path);
        if (!changed) return std::nullopt;
        document = *std::move(changed);
    }
    return document;
}

}  // namespace

std::vector<JobSnapshot::Field> fieldsOf(const SpecDocument& document) {
    static const std::vector<std::string> paths = knownPaths();
    std::vector<JobSnapshot::Field> fields;
    for (const std::string& path : paths) {
        const std::optional<SpecRange> range = document.valueRange(path);
        if (!range) continue;
        std::string written;
        if (const auto scalar = document.scalar(path))
            written = *scalar;
        else if (const std::string raw = document.text().substr(range->begin, range->end - range->begin);
                 raw.find('\n') == std::string::npos)
            written = raw;
        fields.push_back({path, *range, std::move(written)});
    }
    return fields;
}

std::optional<std::string> mergedJob(const std::string& base, const std::string& mine,
                                     const std::string& theirs) {
    const auto before = SpecDocument::parse(base), ours = SpecDocument::parse(mine),
               other = SpecDocument::parse(theirs);
    if (!before || !ours || !other || !before->isYaml() || !ours->isYaml() || !other->isYaml())
        return std::nullopt;
    const Values beforeValues = valuesOf(*before), otherValues = valuesOf(*other);
    const Changes changes = changesOf(beforeValues, valuesOf(*ours));
    const auto replayed = withChanges(*before, changes);
    if (!replayed || replayed->text() != mine) return std::nullopt;
    for (const auto& [path, value] : changes) {
        if (valueAt(otherValues, path) != valueAt(beforeValues, path)) return std::nullopt;
    }
    const auto merged = withChanges(*other, changes);
    return merged ? std::optional(merged->text()) : std::nullopt;
}

}  // namespace slipway
