// SPDX-License-Identifier: Apache-2.0
#include "backends/events/eventcodec.h"

#include "backends/events/metricline.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>

namespace slipway {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kMaxPathBytes = 4096;
constexpr std::array<std::string_view, 3> kStreams{"stdout", "stderr", "agent"};

// Inside this file only: the first field that does not fit ends the reading of its event.
struct Unfit {
    std::string what;
};

const Json* member(const Json& object, const char* name) {
    const auto at = object.find(name);
    return at == object.end() || at->is_null() ? nullptr : &*at;
}

const Json& required(const Json& object, const char* name) {
    const Json* found = member(object, name);
    if (!found) throw Unfit{std::string("field \"") + name + "\" is missing"};
    return *found;
}

std::int64_t asInteger(const Json& value, const char* name, std::int64_t low,
                       std::int64_t high = std::numeric_limits<std::int64_t>::max()) {
    const bool isTooBig =
        value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value.is_number_integer() || isTooBig)
        throw Unfit{std::string("field \"") + name + "\" is no whole number"};
    const auto number = value.get<std::int64_t>();
    if (number < low || number > high) throw Unfit{std::string("field \"") + name + "\" is out of range"};
    return number;
}

std::int64_t integerOr(const Json& object, const char* name, std::int64_t fallback, std::int64_t low = 0) {
    const Json* found = member(object, name);
    return found ? asInteger(*found, name, low) : fallback;
}

double asReal(const Json& value, const std::string& name) {
    if (value.is_number()) return value.get<double>();
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
        if (text == "inf") return std::numeric_limits<double>::infinity();
        if (text == "-inf") return -std::numeric_limits<double>::infinity();
    }
    throw Unfit{"\"" + name + "\" is no number"};
}

double realOr(const Json& object, const char* name, double fallback) {
    const Json* found = member(object, name);
    return found ? asReal(*found, name) : fallback;
}

bool isTrue(const Json& object, const char* name) {
    const Json* found = member(object, name);
    return found && found->is_boolean() && found->get<bool>();
}

std::string asText(const Json& value, const char* name) {
    if (!value.is_string()) throw Unfit{std::string("field \"") + name + "\" is no text"};
    return value.get<std::string>();
}

std::string textOr(const Json& object, const char* name, const char* fallback = "") {
    const Json* found = member(object, name);
    return found ? asText(*found, name) : fallback;
}

Timestamp asTime(const Json& object, const char* name) {
    const auto time = parseTimestamp(asText(required(object, name), name));
    if (!time) throw Unfit{time.error().message};
    return *time;
}

RunState asState(const Json& body) {
    const std::string name = asText(required(body, "state"), "state");
    const auto state = parseRunState(name);
    if (!state) throw Unfit{"\"" + name.substr(0, 40) + "\" is no state"};
    return *state;
}

// Paths come from programs and pods: they must not lead out of the run folder.
std::string asRelativePath(const Json& value) {
    std::string path = asText(value, "path");
    const std::string framed = "/" + path + "/";
    if (path.empty() || path.front() == '/' || path.size() > kMaxPathBytes ||
        path.find('\0') != std::string::npos || framed.find("/../") != std::string::npos) {
        throw Unfit{"\"path\" must be relative, without \"..\""};
    }
    return path;
}

OrderedJson realJson(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
}

void write(OrderedJson& json, const StateEvent& event) {
    json["kind"] = "state";
    json["state"] = runStateName(event.state);
    if (!event.reason.empty()) json["reason"] = event.reason;
}
void write(OrderedJson& json, const RankStartedEvent& event) {
    json["kind"] = "rank-started";
    json["host"] = event.host;
    json["pid"] = event.pid;
    json["device"] = event.device;
}
void write(OrderedJson& json, const InputEvent& event) {
    json["kind"] = "input";
    json["name"] = event.name;
    json["digest"] = event.digest;
    json["size"] = event.size.count;
}
void write(OrderedJson& json, const ProgressEvent& event) {
    json["kind"] = "progress";
    json["step"] = event.step;
    json["steps"] = event.steps;
    json["epoch"] = realJson(event.epoch);
    json["samples_per_second"] = realJson(event.samplesPerSecond);
    json["step_seconds"] = realJson(event.stepSeconds);
    if (!event.device.empty()) json["device"] = event.device;
}
void write(OrderedJson& json, const MetricEvent& event) {
    json["kind"] = "metric";
    json["step"] = event.step;
    OrderedJson& values = json["values"] = OrderedJson::object();
    for (const auto& [name, value] : event.values) values[name] = realJson(value);
    if (event.written) json["written"] = formatTimestamp(*event.written);
}
void write(OrderedJson& json, const CheckpointEvent& event) {
    json["kind"] = "checkpoint";
    json["step"] = event.step;
    json["path"] = event.path;
    json["size"] = event.size.count;
    json["seconds"] = realJson(event.seconds);
    if (!event.reference.empty()) json["reference"] = event.reference;
    if (!event.best.empty()) json["best"] = event.best;
}
void write(OrderedJson& json, const LogEvent& event) {
    json["kind"] = "log";
    json["stream"] = kStreams[static_cast<std::size_t>(event.stream)];
    json["text"] = event.text;
    if (event.isContinued) json["continued"] = true;
}
void write(OrderedJson& json, const HeartbeatEvent& event) {
    json["kind"] = "heartbeat";
    json["memory"] = event.memory.count;
    json["cpu_seconds"] = realJson(event.cpuSeconds);
    if (event.peak.count > 0) json["peak"] = event.peak.count;
}
void write(OrderedJson& json, const RankExitedEvent& event) {
    json["kind"] = "rank-exited";
    json["exit_code"] = event.exitCode;
    json["signal"] = event.signal;
    json["words"] = event.words;
    if (event.peak.count > 0) json["peak"] = event.peak.count;
    if (event.isPeakSampled) json["peak_sampled"] = true;
    if (event.cpuSeconds > 0) json["cpu_seconds"] = realJson(event.cpuSeconds);
}
void write(OrderedJson& json, const ResultEvent& event) {
    json["kind"] = "result";
    OrderedJson& files = json["files"] = OrderedJson::array();
    for (const ResultFile& file : event.files)
        files.push_back({{"path", file.path}, {"digest", file.digest.str()}, {"size", file.size.count}});
    if (!event.reference.empty()) json["reference"] = event.reference;
}
void write(OrderedJson& json, const EnergyEvent& event) {
    json["kind"] = "energy";
    if (event.gpuJoules) json["gpu_joules"] = realJson(*event.gpuJoules);
    if (event.cpuJoules) json["cpu_joules"] = realJson(*event.cpuJoules);
    if (!event.unknown.empty()) json["unknown"] = event.unknown;
    if (event.gpuMemory) json["gpu_memory"] = event.gpuMemory->count;
}
void write(OrderedJson& json, const ThrottleEvent& event) {
    json["kind"] = "throttle";
    json["device"] = event.device;
    json["reasons"] = event.reasons;
    if (event.seconds > 0) json["seconds"] = realJson(event.seconds);
}
void write(OrderedJson& json, const SummaryEvent& event) {
    json["kind"] = "summary";
    json["state"] = runStateName(event.state);
    if (!event.reason.empty()) json["reason"] = event.reason;
    json["exit_code"] = event.exitCode;
    json["seconds"] = realJson(event.seconds);
}

StateEvent readState(const Json& body) { return {asState(body), textOr(body, "reason")}; }
RankStartedEvent readRankStarted(const Json& body) {
    return {textOr(body, "host"), integerOr(body, "pid", 0), textOr(body, "device")};
}
InputEvent readInput(const Json& body) {
    return {asText(required(body, "name"), "name"), textOr(body, "digest"),
            Bytes{integerOr(body, "size", 0)}};
}
ProgressEvent readProgress(const Json& body) {
    return {asInteger(required(body, "step"), "step", 0),
            integerOr(body, "steps", 0),
            realOr(body, "epoch", 0),
            realOr(body, "samples_per_second", 0),
            realOr(body, "step_seconds", 0),
            textOr(body, "device")};
}
MetricEvent readMetric(const Json& body) {
    MetricEvent event{asInteger(required(body, "step"), "step", 0), {}};
    const Json& values = required(body, "values");
    if (!values.is_object() || values.empty())
        throw Unfit{"\"values\" must be an object with a number for each name"};
    for (const auto& [name, value] : values.items()) {
        if (name.empty() || name.size() > kMaxMetricName)
            throw Unfit{"a metric's name must have 1 to 80 bytes"};
        event.values.emplace(name, asReal(value, name));
    }
    if (member(body, "written")) event.written = asTime(body, "written");
    return event;
}
CheckpointEvent readCheckpoint(const Json& body) {
    return {asInteger(required(body, "step"), "step", 0),
            asRelativePath(required(body, "path")),
            Bytes{integerOr(body, "size", 0)},
            realOr(body, "seconds", 0),
            textOr(body, "reference"),
            textOr(body, "best")};
}
LogEvent readLog(const Json& body) {
    LogEvent event;
    const std::string stream = textOr(body, "stream", "stdout");
    std::size_t at = 0;
    while (at < kStreams.size() && kStreams[at] != stream) ++at;
    if (at == kStreams.size()) throw Unfit{"\"stream\" must be stdout, stderr or agent"};
    event.stream = static_cast<LogEvent::Stream>(at);
    event.text = asText(required(body, "text"), "text");
    for (char& c : event.text) {
        if (c == '\n') c = ' ';
    }
    event.isContinued = isTrue(body, "continued");
    return event;
}
HeartbeatEvent readHeartbeat(const Json& body) {
    return {Bytes{integerOr(body, "memory", 0)}, realOr(body, "cpu_seconds", 0),
            Bytes{integerOr(body, "peak", 0)}};
}
RankExitedEvent readRankExited(const Json& body) {
    return {
        static_cast<int>(asInteger(required(body, "exit_code"), "exit_code", -1, 255)),
        static_cast<int>(member(body, "signal") ? asInteger(*member(body, "signal"), "signal", 0, 128) : 0),
        textOr(body, "words"),
        Bytes{integerOr(body, "peak", 0)},
        isTrue(body, "peak_sampled"),
        realOr(body, "cpu_seconds", 0)};
}
ResultEvent readResult(const Json& body) {
    ResultEvent event{{}, textOr(body, "reference")};
    const Json& files = required(body, "files");
    if (!files.is_array()) throw Unfit{"\"files\" must be a list"};
    for (const Json& file : files) {
        if (!file.is_object()) throw Unfit{"\"files\" must hold objects"};
        event.files.push_back({asRelativePath(required(file, "path")),
                               Digest(asText(required(file, "digest"), "digest")),
                               Bytes{integerOr(file, "size", 0)}});
    }
    return event;
}
EnergyEvent readEnergy(const Json& body) {
    EnergyEvent event;
    if (const Json* gpu = member(body, "gpu_joules")) event.gpuJoules = asReal(*gpu, "gpu_joules");
    if (const Json* cpu = member(body, "cpu_joules")) event.cpuJoules = asReal(*cpu, "cpu_joules");
    event.unknown = textOr(body, "unknown");
    if (member(body, "gpu_memory")) event.gpuMemory = Bytes{integerOr(body, "gpu_memory", 0)};
    return event;
}
ThrottleEvent readThrottle(const Json& body) {
    return {asText(required(body, "device"), "device"), textOr(body, "reasons"), realOr(body, "seconds", 0)};
}
SummaryEvent readSummary(const Json& body) {
    return {asState(body), textOr(body, "reason"),
            static_cast<int>(
                member(body, "exit_code") ? asInteger(*member(body, "exit_code"), "exit_code", -1, 255) : 0),
            realOr(body, "seconds", 0)};
}

struct Kind {
    std::string_view name;
    EventBody (*read)(const Json&);
};
constexpr std::array<Kind, 13> kKinds{{
    {"state", [](const Json& b) -> EventBody { return readState(b); }},
    {"rank-started", [](const Json& b) -> EventBody { return readRankStarted(b); }},
    {"input", [](const Json& b) -> EventBody { return readInput(b); }},
    {"progress", [](const Json& b) -> EventBody { return readProgress(b); }},
    {"metric", [](const Json& b) -> EventBody { return readMetric(b); }},
    {"checkpoint", [](const Json& b) -> EventBody { return readCheckpoint(b); }},
    {"log", [](const Json& b) -> EventBody { return readLog(b); }},
    {"heartbeat", [](const Json& b) -> EventBody { return readHeartbeat(b); }},
    {"rank-exited", [](const Json& b) -> EventBody { return readRankExited(b); }},
    {"result", [](const Json& b) -> EventBody { return readResult(b); }},
    {"energy", [](const Json& b) -> EventBody { return readEnergy(b); }},
    {"throttle", [](const Json& b) -> EventBody { return readThrottle(b); }},
    {"summary", [](const Json& b) -> EventBody { return readSummary(b); }},
}};

std::optional<EventBody> readBody(const Json& object) {
    const std::string kind = asText(required(object, "kind"), "kind");
    for (const Kind& known : kKinds) {
        if (known.name == kind) return known.read(object);
    }
    return std::nullopt;
}

Error corrupt(const std::string& reason) { return {ErrorCode::Corrupt, "not an event: " + reason, "", ""}; }

// Parses the line and hands its object to `read`, whose Unfit becomes the error.
template <typename Read>
auto withObject(std::string_view line, const Read& read) -> Result<std::invoke_result_t<Read, const Json&>> {
    if (line.size() > kMaxEventBytes)
        return corrupt("longer than " + std::to_string(kMaxEventBytes) + " bytes");
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (object.is_discarded()) return corrupt("no JSON");
    if (!object.is_object()) return corrupt("no JSON object");
    try {
        return read(object);
    } catch (const Unfit& unfit) {
        return corrupt(unfit.what);
    }
}

std::string dump(const OrderedJson& json) {
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::string encodeEvent(const Event& event) {
    std::string text = "{\"v\":" + std::to_string(kEventVersion) + ",\"run\":" + dump(event.run.str()) +
                       ",\"attempt\":" + std::to_string(event.attempt) +
                       ",\"rank\":" + std::to_string(event.rank) + ",\"seq\":" + std::to_string(event.seq) +
                       ",\"time\":\"" + formatTimestamp(event.time) + "\",";
    text.append(encodeBody(event.body), 1);  // its "{" is there already
    return text;
}

Result<std::optional<Event>> decodeEvent(std::string_view line) {
    if (line.size() <= kMaxEventBytes) {
        if (auto metric = readMetricLine(line)) return metric;
    }
    return withObject(line, [](const Json& object) -> std::optional<Event> {
        asInteger(required(object, "v"), "v", 1);
        Event event;
        event.run = RunId(asText(required(object, "run"), "run"));
        if (event.run.str().size() > kMaxRunIdBytes) throw Unfit{"\"run\" is too long"};
        event.attempt = static_cast<int>(
            asInteger(required(object, "attempt"), "attempt", 1, std::numeric_limits<int>::max()));
        event.rank = static_cast<int>(asInteger(required(object, "rank"), "rank", 0, kMaxRank));
        event.seq = static_cast<std::uint64_t>(asInteger(required(object, "seq"), "seq", 1));
        event.time = asTime(object, "time");
        auto body = readBody(object);
        if (!body) return std::nullopt;
        event.body = *std::move(body);
        return event;
    });
}

std::string encodeBody(const EventBody& body) {
    OrderedJson json;
    std::visit([&](const auto& value) { write(json, value); }, body);
    return dump(json);
}

Result<std::optional<EventBody>> decodeBody(std::string_view line) { return withObject(line, readBody); }

bool isProgramBody(const EventBody& body) {
    return std::holds_alternative<ProgressEvent>(body) || std::holds_alternative<MetricEvent>(body) ||
           std::holds_alternative<CheckpointEvent>(body) || std::holds_alternative<InputEvent>(body) ||
           std::holds_alternative<LogEvent>(body);
}

std::vector<EventBody> splitBody(EventBody body) {
    if (const auto* log = std::get_if<LogEvent>(&body)) {
        std::vector<EventBody> parts;
        for (LogEvent& part : splitLogLine(log->stream, log->text)) parts.emplace_back(std::move(part));
        std::get<LogEvent>(parts.back()).isContinued = log->isContinued;
        return parts;
    }
    constexpr std::size_t kRoom = kMaxEventBytes - 1024;
    if (encodeBody(body).size() <= kRoom) return {std::move(body)};
    std::vector<EventBody> parts;
    std::size_t used = 0;
    // An escaped name or path takes at most six bytes for one, and the rest of an entry under 160.
    if (const auto* metric = std::get_if<MetricEvent>(&body)) {
        for (const auto& [name, value] : metric->values) {
            const std::size_t size = 6 * name.size() + 40;
            if (parts.empty() || used + size > kRoom)
                parts.emplace_back(MetricEvent{metric->step, {}, metric->written}), used = 0;
            std::get<MetricEvent>(parts.back()).values.emplace(name, value);
            used += size;
        }
        return parts;
    }
    if (const auto* result = std::get_if<ResultEvent>(&body)) {
        for (const ResultFile& file : result->files) {
            const std::size_t size =
                OrderedJson(file.path).dump(-1, ' ', false, OrderedJson::error_handler_t::replace).size() +
                160;
            if (parts.empty() || used + size > kRoom)
                parts.emplace_back(ResultEvent{{}, result->reference}), used = 0;
            std::get<ResultEvent>(parts.back()).files.push_back(file);
            used += size;
        }
        return parts;
    }
    return {std::move(body)};
}

}  // namespace slipway
