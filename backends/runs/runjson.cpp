// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runjson.h"

#include <nlohmann/json.hpp>

namespace slipway {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

struct Unfit {
    std::string what;
};

std::string textAt(const Json& json, const char* name, bool isRequired) {
    const auto at = json.find(name);
    if (at == json.end() && !isRequired) return {};
    if (at == json.end() || !at->is_string()) throw Unfit{std::string("\"") + name + "\" must be a text"};
    return at->get<std::string>();
}

std::int64_t integerAt(const Json& json, const char* name) {
    const auto at = json.find(name);
    if (at == json.end() || !at->is_number_integer())
        throw Unfit{std::string("\"") + name + "\" must be a whole number"};
    return at->get<std::int64_t>();
}

std::optional<Timestamp> timeAt(const Json& json, const char* name) {
    const std::string text = textAt(json, name, false);
    if (text.empty()) return std::nullopt;
    const auto time = parseTimestamp(text);
    if (!time) throw Unfit{std::string("\"") + name + "\" is no time"};
    return *time;
}

void readMarks(const Json& json, RunMarks& marks) {
    if (const auto tags = json.find("tags"); tags != json.end()) {
        if (!tags->is_array()) throw Unfit{"\"tags\" must be a list"};
        for (const Json& tag : *tags) {
            if (!tag.is_string()) throw Unfit{"\"tags\" must hold texts"};
            marks.tags.push_back(tag.get<std::string>());
        }
    }
    marks.note = textAt(json, "note", false);
    marks.group = textAt(json, "group", false);
}

RunRecord read(const Json& json) {
    if (integerAt(json, "version") > kRunVersion) throw Unfit{"it was written by a newer version of Slipway"};
    RunRecord record;
    record.id = RunId(textAt(json, "id", true));
    record.number = integerAt(json, "number");
    record.job = textAt(json, "job", true);
    record.jobFolder = textAt(json, "job_folder", false);
    if (const std::string file = textAt(json, "job_file", false); !file.empty()) {
        if (file.find('/') != std::string::npos) throw Unfit{"\"job_file\" must be a name"};
        record.jobFileName = file;
    }
    record.target = TargetId(textAt(json, "target", true));
    record.replicas = static_cast<int>(integerAt(json, "replicas"));
    record.attempt = static_cast<int>(integerAt(json, "attempt"));
    if (record.id.isEmpty() || record.number < 1 || record.replicas < 1 || record.attempt < 1)
        throw Unfit{"a number or the id is out of range"};
    const auto created = timeAt(json, "created");
    if (!created) throw Unfit{"\"created\" is missing"};
    record.created = *created;
    record.started = timeAt(json, "started");
    record.ended = timeAt(json, "ended");
    const auto state = parseRunState(textAt(json, "state", true));
    if (!state) throw Unfit{"\"state\" is no state"};
    record.status = {*state, textAt(json, "reason", false)};
    record.isCancelRequested = json.value("cancel_requested", Json(false)) == Json(true);
    if (const std::string from = textAt(json, "resumed_from", false); !from.empty())
        record.resumedFrom = RunId(from);
    record.image = textAt(json, "image", false);
    record.resultReference = textAt(json, "result_reference", false);
    readMarks(json, record.marks);
    if (const auto remote = json.find("remote"); remote != json.end()) {
        if (!remote->is_object()) throw Unfit{"\"remote\" must be an object"};
        for (const auto& [name, value] : remote->items()) {
            if (!value.is_string()) throw Unfit{"\"remote\" must hold texts"};
            record.remote.emplace(name, value.get<std::string>());
        }
    }
    return record;
}

}  // namespace

std::string encodeRun(const RunRecord& record) {
    OrderedJson json;
    json["version"] = kRunVersion;
    json["id"] = record.id.str();
    json["number"] = record.number;
    json["job"] = record.job;
    json["job_folder"] = record.jobFolder;
    if (record.jobFileName != RunRecord().jobFileName) json["job_file"] = record.jobFileName;
    json["target"] = record.target.str();
    json["replicas"] = record.replicas;
    json["attempt"] = record.attempt;
    json["created"] = formatTimestamp(record.created);
    if (record.started) json["started"] = formatTimestamp(*record.started);
    if (record.ended) json["ended"] = formatTimestamp(*record.ended);
    json["state"] = runStateName(record.status.state);
    json["reason"] = record.status.reason;
    json["cancel_requested"] = record.isCancelRequested;
    if (record.resumedFrom) json["resumed_from"] = record.resumedFrom->str();
    json["image"] = record.image;
    json["result_reference"] = record.resultReference;
    json["remote"] = record.remote;
    if (!record.marks.tags.empty()) json["tags"] = record.marks.tags;
    if (!record.marks.note.empty()) json["note"] = record.marks.note;
    if (!record.marks.group.empty()) json["group"] = record.marks.group;
    return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

Result<RunRecord> decodeRun(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return Error{ErrorCode::Corrupt, "no JSON object", "", ""};
    try {
        return read(json);
    } catch (const Unfit& unfit) {
        return Error{ErrorCode::Corrupt, unfit.what, "", ""};
    }
}

}  // namespace slipway
