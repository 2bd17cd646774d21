// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/specdocument.h"

#include <algorithm>

#include "backends/platform/files.h"
#include "backends/spec/localfiles.h"
#include "backends/spec/specreader.h"

namespace slipway {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> keys;
    while (true) {
        const std::size_t dot = path.find('.');
        keys.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return keys;
        path.remove_prefix(dot + 1);
    }
}

bool isPath(std::string_view path) {
    const auto keys = split(path);
    return std::ranges::all_of(keys, [](const std::string& key) {
        return !key.empty() && std::ranges::all_of(key, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                   c == '-';
        });
    });
}

// How far `keys` leads: the entry reached and how many keys were used.
struct Walk {
    const YamlValue* value = nullptr;
    const YamlEntry* entry = nullptr;
    const YamlValue* parent = nullptr;
    std::size_t used = 0;
};

Walk walk(const YamlValue& root, const std::vector<std::string>& keys) {
    Walk at{&root, nullptr, nullptr, 0};
    for (const std::string& key : keys) {
        const auto found = std::ranges::find(at.value->entries, key, &YamlEntry::key);
        if (found == at.value->entries.end()) return at;
        at = {&found->value, &*found, at.value, at.used + 1};
    }
    return at;
}

std::string flowChain(const std::vector<std::string>& keys, std::size_t from, std::string_view value) {
    std::string text = keys[from] + ": ";
    if (from + 1 < keys.size()) return text + "{" + flowChain(keys, from + 1, value) + "}";
    return text + std::string(value);
}

std::string blockChain(const std::vector<std::string>& keys, std::size_t from, std::string_view value,
                       std::size_t indent, const std::string& lineBreak) {
    std::string text;
    for (std::size_t i = from; i < keys.size(); ++i) {
        text += std::string(indent + 2 * (i - from), ' ') + keys[i] + ":";
        text += i + 1 < keys.size() ? lineBreak : " " + std::string(value);
    }
    return text;
}

// The entry that a new `key` of `map` is written behind: the last one that stands before it in specKeys' order, else the last.
const YamlEntry& entryBefore(const YamlValue& map, const std::vector<std::string>& keys, std::size_t used) {
    std::string path;
    for (std::size_t i = 0; i < used; ++i) path += (i == 0 ? "" : ".") + keys[i];
    const auto order = specKeys(path);
    const auto placeOf = [&](const std::string& key) {
        return std::ranges::find(order, key) - order.begin();
    };
    const YamlEntry* before = nullptr;
    for (const YamlEntry& entry : map.entries) {
        if (placeOf(entry.key) < placeOf(keys[used])) before = &entry;
    }
    return before != nullptr ? *before : map.entries.back();
}

std::size_t endOf(const YamlEntry& entry) { return std::max(entry.value.range.end, entry.keyRange.end); }

// The end of the line that `at` stands on, before its line break.
std::size_t lineEnd(const std::string& text, std::size_t at) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

// The same value, wherever it stands.
bool isSame(const YamlValue& a, const YamlValue& b) {
    return a.kind == b.kind && a.text == b.text && a.isQuoted == b.isQuoted &&
           std::ranges::equal(a.items, b.items, isSame) &&
           std::ranges::equal(a.entries, b.entries, [](const YamlEntry& x, const YamlEntry& y) {
               return x.key == y.key && isSame(x.value, y.value);
           });
}

Error noSuchPlace(std::string_view path) {
    return {ErrorCode::InvalidArgument, "there is no setting \"" + std::string(path.substr(0, 100)) + "\"",
            "", "Name it like train.optimizer.lr"};
}

}  // namespace

Result<SpecOverride> parseOverride(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !isPath(text.substr(0, equals)) || text.size() > 4096 ||
        text.find('\n') != std::string_view::npos) {
        return Error{ErrorCode::InvalidArgument, "a setting is written PATH=VALUE", "",
                     "Write it like train.optimizer.lr=3e-4"};
    }
    return SpecOverride{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<SpecDocument> SpecDocument::parse(std::string text) {
    if (text.size() > kMaxSpecBytes) {
        return Error{ErrorCode::InvalidArgument, "a job file of more than 1 MiB is not read", "",
                     "Keep data in inputs, not in the job file"};
    }
    if (!isPlainUtf8(text))
        return Error{ErrorCode::InvalidArgument, "the job file is not UTF-8 text", "", "Save it as UTF-8"};
    SpecDocument document;
    document.m_text = std::move(text);
    YamlParsed parsed = parseYamlText(document.m_text);
    if (parsed.hasFailed) {
        document.m_problems.push_back({"", parsed.failure.range, parsed.failure.message, "", {}});
        return document;
    }
    document.m_isYaml = true;
    document.m_root = std::move(parsed.root);
    document.m_read = readJobTree(document.m_root, document.m_problems);
    std::ranges::stable_sort(document.m_problems, {}, [](const SpecProblem& p) { return p.range.begin; });
    if (document.m_problems.empty()) document.m_spec = document.m_read;
    return document;
}

Result<SpecDocument> SpecDocument::load(const std::filesystem::path& file) {
    SLIPWAY_TRY(std::string text, readFile(file, kMaxSpecBytes + 1));
    return parse(std::move(text));
}

const std::string& SpecDocument::text() const { return m_text; }
const std::vector<SpecProblem>& SpecDocument::problems() const { return m_problems; }
const std::optional<JobSpec>& SpecDocument::spec() const { return m_spec; }

std::vector<SpecProblem> SpecDocument::problems(const std::filesystem::path& jobFolder,
                                                NeededFiles files) const {
    std::vector<SpecProblem> all = m_problems;
    for (SpecProblem& problem : missingFiles(m_read, jobFolder, files, m_problems)) {
        problem.range = valueRange(problem.path).value_or(SpecRange{});
        all.push_back(std::move(problem));
    }
    std::ranges::stable_sort(all, {}, [](const SpecProblem& p) { return p.range.begin; });
    return all;
}

std::optional<SpecRange> SpecDocument::valueRange(std::string_view path) const {
    const auto keys = split(path);
    const Walk at = walk(m_root, keys);
    return at.used == keys.size() && at.entry != nullptr ? std::optional(at.value->range) : std::nullopt;
}

std::optional<std::string> SpecDocument::scalar(std::string_view path) const {
    const auto keys = split(path);
    const Walk at = walk(m_root, keys);
    return at.used == keys.size() && at.value->isScalar() ? std::optional(at.value->text) : std::nullopt;
}

Result<SpecDocument> SpecDocument::withValue(std::string_view path, std::string_view value) const {
    if (!isPath(path)) return noSuchPlace(path);
    const Error unfit{
        ErrorCode::InvalidArgument,
        "\"" + std::string(value.substr(0, 100)) + "\" cannot be the value of " + std::string(path), "",
        "Write a number, text in quotes, [a, list] or {a: map} on one line"};
    const YamlParsed wanted = parseYamlText(value);
    if (wanted.hasFailed || value.find('\n') != std::string_view::npos) return unfit;
    const SpecRange inside = wanted.root.range;  // without blanks and a comment around it
    const std::string plain = wanted.root.kind == YamlValue::Kind::Null
                                  ? "null"
                                  : std::string(value.substr(inside.begin, inside.end - inside.begin));

    const auto keys = split(path);
    const Walk at = walk(m_root, keys);
    const YamlValue& parent = *at.value;
    if (at.used < keys.size() && (parent.isScalar() || parent.isList())) return noSuchPlace(path);
    // Inside brackets "a, b" is not the text it is outside of them, so the second try is in quotes.
    for (const std::string& written : {plain, yamlQuoted(wanted.root.text)}) {
        SLIPWAY_TRY(SpecDocument edited, parse(edit(keys, written)));
        const Walk now = walk(edited.m_root, keys);
        if (now.used == keys.size() && isSame(*now.value, wanted.root)) return edited;
        const bool isText = wanted.root.isScalar() && now.value->isScalar() && now.used == keys.size();
        if (isText && now.value->text == wanted.root.text) return edited;
        if (!wanted.root.isScalar()) break;
    }
    return unfit;
}

std::string SpecDocument::edit(const std::vector<std::string>& keys, const std::string& value) const {
    const Walk at = walk(m_root, keys);
    const std::string lineBreak = m_text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
    std::string text = m_text;
    const bool isEmpty = at.value->range.begin == at.value->range.end;
    if (at.used == keys.size()) {
        if (isEmpty) return text.insert(at.value->range.begin, " " + value);
        return text.replace(at.value->range.begin, at.value->range.end - at.value->range.begin, value);
    }
    const YamlValue& map = *at.value;
    if (map.isMap() && map.isFlow) {
        if (map.entries.empty()) return text.insert(map.range.begin + 1, flowChain(keys, at.used, value));
        return text.insert(endOf(entryBefore(map, keys, at.used)), ", " + flowChain(keys, at.used, value));
    }
    if (map.isMap()) {
        const auto indent = static_cast<std::size_t>(map.entries.front().keyRange.column - 1);
        return text.insert(lineEnd(m_text, endOf(entryBefore(map, keys, at.used))),
                           lineBreak + blockChain(keys, at.used, value, indent, lineBreak));
    }
    if (at.entry == nullptr) {  // nothing but comments yet
        if (!text.empty() && text.back() != '\n') text += lineBreak;
        return text + blockChain(keys, at.used, value, 0, lineBreak) + lineBreak;
    }
    if (at.parent->isFlow || !isEmpty) {
        const std::string chain = " {" + flowChain(keys, at.used, value) + "}";
        return text.replace(map.range.begin, map.range.end - map.range.begin, chain);
    }
    const auto indent = static_cast<std::size_t>(at.entry->keyRange.column - 1) + 2;
    return text.insert(lineEnd(m_text, map.range.end),
                       lineBreak + blockChain(keys, at.used, value, indent, lineBreak));
}

Result<SpecDocument> SpecDocument::without(std::string_view path) const {
    const auto keys = split(path);
    const Walk at = walk(m_root, keys);
    if (at.used != keys.size() || at.entry == nullptr) return noSuchPlace(path);
    std::size_t begin = at.entry->keyRange.begin;
    std::size_t end = std::max(at.value->range.end, at.entry->keyRange.end + 1);
    if (at.parent->isFlow) {
        const std::size_t next = m_text.find_first_not_of(" \n", end);
        if (next != std::string::npos && m_text[next] == ',') {
            end = std::min(m_text.find_first_not_of(" \n", next + 1), m_text.size());
        } else {
            const std::size_t before = m_text.find_last_not_of(" \n", begin - 1);
            if (before != std::string::npos && m_text[before] == ',') begin = before;
        }
    } else {
        const std::size_t lineStart = m_text.rfind('\n', begin);
        begin = lineStart == std::string::npos ? 0 : lineStart + 1;
        end = std::min(m_text.find('\n', end), m_text.size() - 1) + 1;
    }
    std::string text = m_text;
    text.erase(begin, end - begin);
    SLIPWAY_TRY(SpecDocument edited, parse(std::move(text)));
    if (edited.m_isYaml && walk(edited.m_root, keys).used < keys.size()) return edited;
    return Error{ErrorCode::InvalidArgument, "cannot take out " + std::string(path) + " where it stands", "",
                 "Edit the text"};
}

std::string problemLines(const std::vector<SpecProblem>& problems,
                         const std::function<std::string(const SpecProblem&)>& place) {
    std::string lines;
    for (const SpecProblem& problem : problems) {
        lines += (lines.empty() ? "" : "\n") + place(problem) + ": " + problem.message;
        if (problem.nearest)
            lines += "; did you mean `" + *problem.nearest + "`?";
        else if (!problem.allowed.empty() && problem.message.find(problem.allowed) == std::string::npos)
            lines += "; allowed: " + problem.allowed;
    }
    return lines;
}

namespace {

// A job file before and after its settings.
struct Changed {
    std::filesystem::path file;
    SpecDocument written;
    SpecDocument document;
    std::vector<SpecOverride> settings;
    std::string unfit;  // a line for each setting that cannot be put into it
};

Result<Changed> loadChanged(const std::filesystem::path& file, const std::vector<std::string>& settings) {
    SLIPWAY_TRY(const SpecDocument written, SpecDocument::load(file));
    Changed changed{file, written, written, {}, {}};
    for (const std::string& text : settings) {
        auto setting = parseOverride(text);
        if (setting && !written.isYaml()) continue;  // its one problem comes first
        auto edited = setting ? changed.document.withValue(setting->path, setting->value)
                              : Result<SpecDocument>(setting.error());
        if (!edited) {
            const Error& error = edited.error();
            changed.unfit += "--set " + text.substr(0, 100) + ": " + error.message + ". " + error.hint + "\n";
            continue;
        }
        changed.document = *std::move(edited);
        changed.settings.push_back(*std::move(setting));
    }
    return changed;
}

Error refusal(const Changed& changed, const std::vector<SpecProblem>& problems) {
    const auto place = [&](const SpecProblem& problem) {
        const auto cause = std::ranges::find_if(changed.settings, [&](const SpecOverride& one) {
            const bool isNew = !changed.written.valueRange(problem.path) && !problem.path.empty();
            return problem.path == one.path || problem.path.starts_with(one.path + ".") ||
                   (isNew && one.path.starts_with(problem.path + "."));
        });
        if (cause != changed.settings.end()) return "--set " + cause->path + "=" + cause->value;
        return changed.file.string() + ":" + std::to_string(problem.range.line) + ":" +
               std::to_string(problem.range.column);
    };
    std::string lines = changed.unfit + problemLines(problems, place);
    if (lines.ends_with('\n')) lines.pop_back();
    return {ErrorCode::InvalidArgument, std::move(lines), "", ""};
}

}  // namespace

Result<JobSpec> loadJob(const std::filesystem::path& file, const std::vector<std::string>& settings,
                        NeededFiles files) {
    SLIPWAY_TRY(const Changed changed, loadChanged(file, settings));
    const auto problems = changed.document.problems(file.parent_path(), files);
    if (problems.empty() && changed.unfit.empty()) return *changed.document.spec();
    return refusal(changed, problems);
}

Result<SpecDocument> loadDocument(const std::filesystem::path& file, const std::vector<std::string>& settings,
                                  NeededFiles files) {
    SLIPWAY_TRY(Changed changed, loadChanged(file, settings));
    if (changed.unfit.empty()) return std::move(changed.document);
    return refusal(changed, changed.document.problems(file.parent_path(), files));
}

}  // namespace slipway
