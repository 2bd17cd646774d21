// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/specreader.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "backends/core/jobneeds.h"
#include "backends/core/modeltypes.h"
#include "backends/core/nearestname.h"
#include "backends/core/programscript.h"
#include "backends/spec/jsontext.h"
#include "backends/spec/parameteryaml.h"

namespace slipway {
namespace {

constexpr std::size_t kMaxName = 40;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string quoted(const std::string& text) { return "`" + text.substr(0, 80) + "`"; }

bool isDnsLabel(const std::string& name) {
    const auto isLower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (name.empty() || name.size() > kMaxName || !isLower(name.front()) || name.back() == '-') return false;
    return std::ranges::all_of(name, [&](char c) { return isLower(c) || isDigit(c) || c == '-'; });
}

bool isVariableName(const std::string& name) {
    const auto isStart = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && name.size() <= 256 && isStart(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return isStart(c) || (c >= '0' && c <= '9'); });
}

bool isOneOf(const std::string& name, const std::vector<std::string>& names) {
    return std::ranges::find(names, name) != names.end();
}

bool isShellWord(const std::string& word) {
    static const std::vector<std::string> words{"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1"};
    return isOneOf(word, words);
}

// A relative path that stays below its folder.
bool isBelow(const std::string& path) {
    return !path.empty() && !path.starts_with('/') && ("/" + path + "/").find("/../") == std::string::npos;
}

class Reader {
public:
    explicit Reader(std::vector<SpecProblem>& problems) : m_problems(problems) {}

    JobSpec read(const YamlValue& root) {
        JobSpec job;
        const std::vector<std::string> known = specKeys("");
        if (!root.isMap()) {
            problem("", root.range, "a job file is a map of settings", joined(known));
            return job;
        }
        keys(root, "", known, "a job file");
        if (const auto version = integer(root, "", "version", 1, kJobSpecVersion))
            job.version = static_cast<int>(*version);
        readName(root, job);
        readWork(root, job);
        readInputs(root, job);
        readEnv(root, job);
        readResources(root, job);
        if (const auto n = integer(root, "", "replicas", 1, 1024)) job.replicas = static_cast<int>(*n);
        readCheckpoint(root, job);
        if (const auto n = integer(root, "", "seed", 0, 9007199254740992.0)) job.seed = *n;
        readOutputs(root, job);
        if (const auto d = duration(root, "", "grace", 1, 3600)) job.grace = *d;
        checkInputNames(root, job);
        return job;
    }

private:
    static std::string under(const std::string& path, const std::string& key) {
        return path.empty() ? key : path + "." + key;
    }

    void problem(const std::string& path, const SpecRange& range, std::string message,
                 std::string allowed = {}, std::optional<std::string> nearest = {}) {
        constexpr std::size_t kMaxProblems = 100;
        if (m_problems.size() < kMaxProblems)
            m_problems.push_back({path, range, std::move(message), std::move(allowed), std::move(nearest)});
    }

    // A setting that has to be there; said once when a misspelt one stands in its place.
    void missing(const std::string& path, const SpecRange& range, const std::string& name,
                 const std::string& allowed) {
        if (m_meant.contains(path)) return;
        problem(path, {range.begin, range.begin, range.line, range.column}, quoted(name) + " is missing",
                allowed);
    }

    // Unknown and repeated keys.
    void keys(const YamlValue& map, const std::string& path, const std::vector<std::string>& known,
              const std::string& of) {
        std::set<std::string> seen;
        for (const YamlEntry& entry : map.entries) {
            if (!seen.insert(entry.key).second) {
                problem(under(path, entry.key), entry.keyRange, quoted(entry.key) + " stands here twice");
            } else if (!isOneOf(entry.key, known)) {
                std::vector<std::string> free;
                for (const std::string& name : known) {
                    if (map.find(name) == nullptr) free.push_back(name);
                }
                auto nearest = nearestName(entry.key, free);
                if (nearest) m_meant.insert(under(path, *nearest));
                std::string message = quoted(entry.key) + " is no field of " + of;
                std::string allowed = joined(known);
                if (!nearest && !path.empty() && isOneOf(entry.key, specKeys(""))) {
                    message += "; it belongs at the top of the file";
                } else if (const auto meant =
                               nearest ? std::nullopt : meantInstead(map, path, entry.key, known)) {
                    message += "; did you mean " + quoted(*meant) + "?";
                    allowed.clear();
                }
                problem(under(path, entry.key), entry.keyRange, std::move(message), std::move(allowed),
                        std::move(nearest));
            }
        }
    }

    // What a misplaced or misspelt key may mean that no fix can write in its place: a key that is there already, or, of the
    // top of the file, a setting of a map below.
    static std::optional<std::string> meantInstead(const YamlValue& map, const std::string& path,
                                                   const std::string& key,
                                                   const std::vector<std::string>& known) {
        if (auto nearest = nearestName(key, known)) return nearest;
        if (!path.empty()) return std::nullopt;
        for (const char* section : {"train", "program", "resources", "checkpoint"}) {
            const bool isWork = isOneOf(section, {"train", "program"});
            if ((!isWork || map.find(section) != nullptr) && isOneOf(key, specKeys(section)))
                return under(section, key);
        }
        const YamlValue* train = map.find("train");
        if (train == nullptr) return std::nullopt;
        for (const auto& [name, tables] :
             {std::pair("network", networkTables()), std::pair("data", dataTables()),
              std::pair("optimizer", optimizerTables())}) {
            const YamlValue* value = train->find(name);
            const YamlValue* type = value == nullptr ? nullptr : value->find("type");
            const ParameterTable* table = type == nullptr ? &tables.front() : findTable(tables, type->text);
            if (table != nullptr &&
                std::ranges::find(table->parameters, key, &Parameter::name) != table->parameters.end())
                return std::string("train.") + name + "." + key;
        }
        return std::nullopt;
    }

    const YamlValue* map(const YamlValue& parent, const std::string& path, const std::string& key,
                         const std::string& form) {
        const YamlValue* value = parent.find(key);
        if (value == nullptr) return nullptr;
        if (value->isMap()) return value;
        const bool isOptional = path.empty() && key != "train" && key != "program";
        if (isOptional && value->kind == YamlValue::Kind::Null) return nullptr;  // "env:" and nothing more
        problem(under(path, key), value->range, quoted(key) + " takes a map", form);
        return nullptr;
    }

    std::optional<std::string> text(const YamlValue& parent, const std::string& path, const std::string& key,
                                    const std::string& form) {
        const YamlValue* value = parent.find(key);
        if (value == nullptr) return std::nullopt;
        if (value->isScalar() && !value->text.empty()) return value->text;
        problem(under(path, key), value->range, quoted(key) + " takes text", form);
        return std::nullopt;
    }

    std::optional<std::int64_t> integer(const YamlValue& parent, const std::string& path,
                                        const std::string& key, double low, double high) {
        const YamlValue* value = parent.find(key);
        if (value == nullptr) return std::nullopt;
        Parameter parameter;
        parameter.name = key;
        parameter.kind = ParameterKind::Integer;
        parameter.minimum = low;
        parameter.maximum = high;
        const auto read = parameterFromYaml(*value, ParameterKind::Integer);
        if (read && !rangeProblem(parameter, *read)) return std::get<std::int64_t>(*read);
        problem(under(path, key), value->range, quoted(key) + " takes " + allowedText(parameter),
                allowedText(parameter));
        return std::nullopt;
    }

    std::optional<std::chrono::seconds> duration(const YamlValue& parent, const std::string& path,
                                                 const std::string& key, int low, int high) {
        const YamlValue* value = parent.find(key);
        if (value == nullptr) return std::nullopt;
        const auto read = value->isScalar() ? parseDuration(value->text) : std::nullopt;
        if (read && read->count() >= low && read->count() <= high) return read;
        problem(
            under(path, key), value->range,
            quoted(key) + " takes a time from " + std::to_string(low) + "s to " + std::to_string(high) + "s",
            "30s, 5min");
        return std::nullopt;
    }

    void readName(const YamlValue& root, JobSpec& job) {
        const YamlValue* value = root.find("name");
        const std::string allowed = "lower-case letters, digits and dashes, a letter first, at most 40";
        if (value == nullptr) {
            missing("name", root.range, "name", allowed);
        } else if (!value->isScalar() || !isDnsLabel(value->text)) {
            problem("name", value->range, "`name` takes " + allowed, allowed);
        } else {
            job.name = value->text;
        }
    }

    void readWork(const YamlValue& root, JobSpec& job) {
        const bool hasTrain = root.find("train") != nullptr, hasProgram = root.find("program") != nullptr;
        if (hasTrain == hasProgram) {
            if (m_meant.contains("train") || m_meant.contains("program")) return;
            const std::string message = hasTrain ? "`train` and `program` exclude each other"
                                                 : "one of `train` and `program` is missing";
            problem(hasTrain ? "program" : "", hasTrain ? root.find("program")->range : root.range, message,
                    "exactly one of train, program");
            return;
        }
        if (const YamlValue* train = map(root, "", "train", "network, data, optimizer, batch, epochs …"))
            job.work = readTrain(*train);
        if (const YamlValue* program = map(root, "", "program", "command, folder, interpreter, image"))
            job.work = readProgram(*program);
    }

    TrainSpec readTrain(const YamlValue& train) {
        TrainSpec spec;
        keys(train, "train", specKeys("train"), "train");
        spec.network = typed(train, "network", networkTables());
        spec.data = typed(train, "data", dataTables());
        spec.optimizer = typed(train, "optimizer", optimizerTables());
        spec.loop = parameters(train, "train", loopTable());
        const auto length = [&](const char* name) {
            const auto found = spec.loop.find(name);
            return found == spec.loop.end() ? std::int64_t{1} : std::get<std::int64_t>(found->second);
        };
        if (length("steps") == 0 && length("epochs") == 0) {
            problem("train.epochs", train.range, "neither `steps` nor `epochs` says how long to train",
                    "epochs from 1, or steps from 1");
        }
        return spec;
    }

    TypedParameters typed(const YamlValue& train, const std::string& key,
                          std::span<const ParameterTable> tables) {
        const std::string path = "train." + key;
        std::vector<std::string> types;
        for (const ParameterTable& table : tables) types.push_back(table.type);
        const YamlValue* value = train.find(key);
        if (value == nullptr) {
            if (key == "optimizer") return {types.front(), parameters({}, path, tables.front())};
            missing(path, train.range, key, "{type: " + types.front() + "}");
            return {};
        }
        if (!value->isMap()) {
            problem(path, value->range, quoted(key) + " takes a map", "{type: " + types.front() + "}");
            return {};
        }
        const YamlValue* type = value->find("type");
        if (type == nullptr || !type->isScalar()) {
            if (type == nullptr)
                missing(path + ".type", value->range, "type", "one of " + joined(types));
            else
                problem(path + ".type", type->range, "`type` names a " + key, "one of " + joined(types));
            return {};
        }
        // Tables were called csv once.
        const ParameterTable* table = findTable(tables, type->text == "csv" ? "table" : type->text);
        if (table == nullptr) {
            problem(path + ".type", type->range, quoted(type->text) + " is no " + key,
                    "one of " + joined(types), nearestName(type->text, types));
            return {};
        }
        std::vector<std::string> known{"type"};
        for (const Parameter& parameter : table->parameters) known.push_back(parameter.name);
        keys(*value, path, known, table->type);
        return {table->type, parameters(*value, path, *table)};
    }

    ParameterValues parameters(const YamlValue& parent, const std::string& path,
                               const ParameterTable& table) {
        ParameterValues values;
        for (const Parameter& parameter : table.parameters) {
            const YamlValue* value = parent.find(parameter.name);
            if (value == nullptr) {
                if (parameter.fallback) {
                    values.emplace(parameter.name, *parameter.fallback);
                } else {
                    missing(under(path, parameter.name), parent.range, parameter.name,
                            allowedText(parameter));
                }
                continue;
            }
            const auto read = parameter.isNames && value->isList()
                                  ? joinedNames(*value)
                                  : parameterFromYaml(*value, parameter.kind);
            if (!read || rangeProblem(parameter, *read)) {
                std::optional<std::string> nearest;
                if (parameter.kind == ParameterKind::Choice && value->isScalar())
                    nearest = nearestName(value->text, parameter.choices);
                problem(under(path, parameter.name), value->range,
                        quoted(parameter.name) + " takes " + allowedText(parameter), allowedText(parameter),
                        nearest);
                continue;
            }
            ParameterValue kept = *read;
            if (parameter.kind == ParameterKind::Real) {
                if (const auto* whole = std::get_if<std::int64_t>(&kept)) kept = static_cast<double>(*whole);
            }
            values.emplace(parameter.name, std::move(kept));
        }
        return values;
    }

    ProgramSpec readProgram(const YamlValue& program) {
        ProgramSpec spec;
        keys(program, "program", specKeys("program"), "program");
        const YamlValue* command = program.find("command");
        const std::string form = "[train.py, --epochs, \"3\"] or the same as text";
        if (command == nullptr) {
            missing("program.command", program.range, "command", form);
        } else if (command->isScalar()) {
            const auto words = splitCommand(command->text);
            const auto shellWord = words ? std::ranges::find_if(*words, isShellWord)
                                         : std::vector<std::string>::const_iterator{};
            if (!words || words->empty())
                problem("program.command", command->range, "`command` is empty or has an open quote", form);
            else if (shellWord != words->end())
                problem("program.command", command->range,
                        quoted(*shellWord) + " is for a shell, and no shell runs the command",
                        "[sh, -c, \"first | second\"]");
            else
                spec.command = *words;
        } else {
            spec.command = words(*command, "program.command", form);
            if (command->isList() && command->items.empty())
                problem("program.command", command->range, "`command` is empty", form);
        }
        if (auto folder = text(program, "program", "folder", "a folder beside the job file")) {
            if (!isBelow(*folder)) {
                problem("program.folder", program.find("folder")->range,
                        "`folder` leads out of the job's folder", "a folder beside the job file");
            } else {
                spec.folder = *folder;
            }
        }
        if (auto interpreter = text(program, "program", "interpreter", "python3"))
            spec.interpreter = *interpreter;
        if (auto image = text(program, "program", "image", "registry/repository:tag")) spec.image = *image;
        readParameters(program, spec);
        return spec;
    }

    void readParameters(const YamlValue& program, ProgramSpec& spec) {
        const YamlValue* given = map(program, "program", "parameters", "{lr: 0.1}");
        if (!spec.command.empty() && !isNotebook(spec)) {
            const std::string& first = spec.command.front();
            if (given != nullptr)
                problem("program.parameters", given->range,
                        "`parameters` are a notebook's, and " + quoted(first) + " is none",
                        "arguments in `command`: [train.py, --lr, \"0.1\"]");
            return;
        }
        if (spec.command.size() > 1) {
            problem("program.command", program.find("command")->range, "a notebook takes no arguments",
                    "values under `parameters`");
        }
        if (given == nullptr) return;
        std::set<std::string> seen;
        for (const YamlEntry& entry : given->entries) {
            const std::string path = "program.parameters." + entry.key;
            auto value = jsonText(entry.value);
            if (!isVariableName(entry.key))
                problem(path, entry.keyRange, quoted(entry.key) + " is no name of a variable",
                        "letters, digits and _");
            else if (!seen.insert(entry.key).second)
                problem(path, entry.keyRange, quoted(entry.key) + " stands here twice");
            else if (!value)
                problem(path, entry.value.range, quoted(entry.key) + " takes a value",
                        "a number, text, true, false, or a list of them");
            else
                spec.parameters.push_back({entry.key, *std::move(value)});
        }
    }

    std::vector<std::string> words(const YamlValue& value, const std::string& path, const std::string& form) {
        std::vector<std::string> list;
        if (!value.isList()) {
            problem(path, value.range, quoted(path.substr(path.rfind('.') + 1)) + " takes a list", form);
            return list;
        }
        for (const YamlValue& item : value.items) {
            if (item.isScalar())
                list.push_back(item.text);
            else
                problem(path, item.range,
                        "a list or map is no word of " + quoted(path.substr(path.rfind('.') + 1)), form);
        }
        return list;
    }

    void readInputs(const YamlValue& root, JobSpec& job) {
        const YamlValue* inputs = map(root, "", "inputs", "NAME: path or URI");
        if (inputs == nullptr) return;
        std::set<std::string> seen;
        for (const YamlEntry& entry : inputs->entries) {
            const std::string path = "inputs." + entry.key;
            if (!isDnsLabel(entry.key)) {
                problem(path, entry.keyRange, "an input's name takes lower-case letters, digits and dashes",
                        "a name like images");
            } else if (!seen.insert(entry.key).second) {
                problem(path, entry.keyRange, quoted(entry.key) + " stands here twice");
            } else if (!entry.value.isScalar() || entry.value.text.empty()) {
                problem(path, entry.value.range, quoted(entry.key) + " takes a path or URI",
                        "data/train.csv, pvc://claim/folder");
            } else if (isReadable(path, entry.value)) {
                job.inputs.push_back({entry.key, entry.value.text});
            }
        }
    }

    bool isReadable(const std::string& path, const YamlValue& source) {
        const std::string scheme = schemeOf(source.text);
        if (scheme.empty()) return true;
        const bool isVolume = source.text.starts_with(kVolumeScheme);
        if (!isVolume && !source.text.starts_with(kObjectScheme)) {
            problem(path, source.range, quoted(scheme + "://") + " cannot be read by a run",
                    "a path, s3://bucket/object, or pvc://claim/folder in a cluster");
            return false;
        }
        const bool isNamed =
            isVolume ? source.text.size() > kVolumeScheme.size() && source.text[kVolumeScheme.size()] != '/'
                     : objectPlace(source.text).has_value();
        if (isNamed) return true;
        problem(path, source.range,
                quoted(source.text) + (isVolume ? " names no volume claim" : " names no object"),
                isVolume ? "pvc://claim/folder" : "s3://bucket/folder/file.csv");
        return false;
    }

    void readEnv(const YamlValue& root, JobSpec& job) {
        const YamlValue* env = map(root, "", "env", "NAME: value, or NAME: {secret: name, key: key}");
        if (env == nullptr) return;
        std::set<std::string> seen;
        for (const YamlEntry& entry : env->entries) {
            const std::string path = "env." + entry.key;
            if (!isVariableName(entry.key)) {
                problem(path, entry.keyRange, quoted(entry.key) + " is no name of an environment variable",
                        "letters, digits and _");
            } else if (!seen.insert(entry.key).second) {
                problem(path, entry.keyRange, quoted(entry.key) + " stands here twice");
            } else if (entry.value.isScalar() || entry.value.kind == YamlValue::Kind::Null) {
                job.env.push_back({entry.key, entry.value.text, "", ""});
            } else if (entry.value.isMap()) {
                keys(entry.value, path, {"secret", "key"}, "a secret");
                const auto secret = text(entry.value, path, "secret", "name of a Secret");
                const auto key = text(entry.value, path, "key", "key in that Secret");
                if (secret && key)
                    job.env.push_back({entry.key, "", *secret, *key});
                else if (entry.value.find("secret") == nullptr || entry.value.find("key") == nullptr)
                    problem(path, entry.value.range, "a secret takes `secret` and `key`",
                            "{secret: name, key: key}");
            } else {
                problem(path, entry.value.range, quoted(entry.key) + " takes text or a secret",
                        "{secret: name, key: key}");
            }
        }
    }

    std::optional<std::string> amount(const YamlValue& map, const std::string& key) {
        const YamlValue* value = map.find(key);
        if (value == nullptr) return std::nullopt;
        if (value->isScalar()) return value->text;
        problem("resources." + key, value->range, quoted(key) + " takes an amount", "500m, 4, 16Gi");
        return std::nullopt;
    }

    std::optional<Bytes> bytes(const YamlValue& map, const std::string& key, std::int64_t low) {
        const auto written = amount(map, key);
        if (!written) return std::nullopt;
        const auto read = parseBytes(*written);
        if (read && read->count >= low) return *read;
        if (!read) {
            problem(
                "resources." + key, map.find(key)->range,
                quoted(*written) + " is no amount: its units are Ki, Mi, Gi, Ti, and k, M, G, T of thousands",
                "such as 512Mi, 16Gi");
            return std::nullopt;
        }
        problem("resources." + key, map.find(key)->range,
                quoted(key) + " takes an amount of at least " + quantity(Bytes{low}), "512Mi, 16Gi");
        return std::nullopt;
    }

    void readResources(const YamlValue& root, JobSpec& job) {
        const YamlValue* resources = map(root, "", "resources", "{cpu: 2, memory: 4Gi}");
        if (resources == nullptr) return;
        Resources& to = job.resources;
        keys(*resources, "resources", specKeys("resources"), "resources");
        if (const auto written = amount(*resources, "cpu")) {
            const auto read = parseMilliCpu(*written);
            if (read && read->count > 0 && read->count <= 1024000)
                to.cpu = *read;
            else
                problem("resources.cpu", resources->find("cpu")->range, "`cpu` takes cores, from 1m to 1024",
                        "2, 500m");
        }
        constexpr std::int64_t kMiB = 1 << 20;
        if (const auto read = bytes(*resources, "memory", 16 * kMiB)) to.memory = *read;
        if (const auto read = bytes(*resources, "shared_memory", 0)) to.sharedMemory = *read;
        if (const auto read = bytes(*resources, "gpu_memory", kMiB)) to.gpuMemory = *read;
        if (const auto n = integer(*resources, "resources", "gpus", 0, 64)) to.gpus = static_cast<int>(*n);
        if (const auto slice = text(*resources, "resources", "slice", "mig-1g.10gb")) to.slice = *slice;
        const bool namesGpus = resources->find("gpus") != nullptr;
        if ((!to.slice.empty() || to.gpuMemory) && !namesGpus) to.gpus = 1;
        if ((!to.slice.empty() || to.gpuMemory) && namesGpus && to.gpus == 0) {
            problem("resources.gpus", resources->find("gpus")->range,
                    "`gpus` is 0, but a part of a GPU is asked for", "1 or more");
        }
        if (!to.slice.empty() && to.gpuMemory) {
            problem("resources.slice", resources->find("slice")->range,
                    "`slice` and `gpu_memory` exclude each other", "one of slice, gpu_memory");
        }
        if (to.sharedMemory.count > to.memory.count) {
            const YamlValue* at = resources->find("shared_memory");
            if (at != nullptr)
                problem("resources.shared_memory", at->range,
                        "`shared_memory` counts against `memory`, which is smaller",
                        "at most " + quantity(to.memory));
            else
                to.sharedMemory = Bytes{to.memory.count / 2};
        }
    }

    void readCheckpoint(const YamlValue& root, JobSpec& job) {
        const YamlValue* checkpoint = map(root, "", "checkpoint", "{every: 500, keep: 2}");
        if (checkpoint == nullptr) return;
        keys(*checkpoint, "checkpoint", specKeys("checkpoint"), "checkpoint");
        if (const YamlValue* every = checkpoint->find("every")) {
            const auto steps = every->isScalar() ? wholeNumber(every->text) : std::nullopt;
            const auto time = every->isScalar() && !steps ? parseDuration(every->text) : std::nullopt;
            if (steps && *steps > 0 && *steps < 1'000'000'000'000)
                job.checkpoint.everySteps = *steps;
            else if (time && time->count() > 0)
                job.checkpoint.every = *time;
            else
                problem("checkpoint.every", every->range, "`every` takes steps or a time", "500, 10min");
        }
        if (const auto n = integer(*checkpoint, "checkpoint", "keep", 1, 1000))
            job.checkpoint.keep = static_cast<int>(*n);
        if (const YamlValue* best = checkpoint->find("best")) {
            if (best->isScalar() && std::ranges::count(bestMetrics(), best->text) > 0)
                job.checkpoint.best = best->text;
            else
                problem("checkpoint.best", best->range, "`best` takes what an evaluation tells",
                        joined(bestMetrics()),
                        best->isScalar() ? nearestName(best->text, bestMetrics()) : std::nullopt);
        }
    }

    void readOutputs(const YamlValue& root, JobSpec& job) {
        const YamlValue* outputs = root.find("outputs");
        if (outputs == nullptr || outputs->kind == YamlValue::Kind::Null) return;
        job.outputs = words(*outputs, "outputs", "[model.pt, plots/]");
        const auto isControl = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
        for (const YamlValue& item : outputs->items) {
            if (!item.isScalar()) continue;
            std::string what;
            if (std::ranges::any_of(item.text, isControl)) {
                what = "an output has a control character in its name";
            } else if (!isBelow(item.text)) {
                what = quoted(item.text) + " leads out of the working folder";
            }
            if (!what.empty()) problem("outputs", item.range, what, "paths below the working folder");
        }
    }

    void checkInputNames(const YamlValue& root, const JobSpec& job) {
        const TrainSpec* train = job.train();
        if (train == nullptr) return;
        std::vector<std::string> names;
        for (const InputSpec& one : job.inputs) names.push_back(one.name);
        const auto check = [&](const char* part, const ParameterValues& values, const char* setting) {
            const auto named = values.find(setting);
            if (named == values.end()) return;
            const std::string& input = std::get<std::string>(named->second);
            const YamlValue* at = root.find("train")->find(part)->find(setting);
            if (at == nullptr || input.empty() || isOneOf(input, names)) return;
            problem(std::string("train.") + part + "." + setting, at->range,
                    quoted(input) + " is not among the inputs",
                    names.empty() ? "a name under inputs" : joined(names), nearestName(input, names));
        };
        check("network", train->network.values, "input");
        check("data", train->data.values, "input");
        check("data", train->data.values, "tokenizer");
    }

    std::vector<SpecProblem>& m_problems;
    std::set<std::string> m_meant;  // paths that misspelt keys were taken for
};

}  // namespace

std::optional<std::chrono::seconds> parseDuration(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || value < 0 || value > 1'000'000'000) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.empty() || unit == "s") return std::chrono::seconds{value};
    if (unit == "min" || unit == "m") return std::chrono::minutes{value};
    if (unit == "h") return std::chrono::hours{value};
    if (unit == "d") return std::chrono::days{value};
    return std::nullopt;
}

std::optional<std::vector<std::string>> splitCommand(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool hasWord = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote)
                quote = 0;
            else if (c == '\\' && quote == '"' && i + 1 < text.size())
                word += text[++i];
            else
                word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            hasWord = true;
        } else if (c == '\\' && i + 1 < text.size()) {
            word += text[++i];
            hasWord = true;
        } else if (c == ' ' || c == '\t' || c == '\n') {
            if (hasWord) words.push_back(std::exchange(word, {}));
            hasWord = false;
        } else {
            word += c;
            hasWord = true;
        }
    }
    if (quote != 0) return std::nullopt;
    if (hasWord) words.push_back(word);
    return words;
}

const std::vector<std::string>& bestMetrics() {
    static const std::vector<std::string> names{"test/loss", "test/accuracy", "test/rmse", "test/mae",
                                                "test/perplexity"};
    return names;
}

std::vector<std::string> specKeys(std::string_view path) {
    if (path.empty()) {
        return {"version",   "name",     "train",      "program", "inputs",  "env",
                "resources", "replicas", "checkpoint", "seed",    "outputs", "grace"};
    }
    if (path == "program") return {"command", "folder", "interpreter", "image", "parameters"};
    if (path == "resources") return {"cpu", "memory", "gpus", "gpu_memory", "slice", "shared_memory"};
    if (path == "checkpoint") return {"every", "keep", "best"};
    std::vector<std::string> known;
    if (path == "train") {
        known = {"network", "data", "optimizer"};
        for (const Parameter& parameter : loopTable().parameters) known.push_back(parameter.name);
    }
    return known;
}

JobSpec readJobTree(const YamlValue& root, std::vector<SpecProblem>& problems) {
    return Reader(problems).read(root);
}

}  // namespace slipway
