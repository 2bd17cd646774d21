// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/watchstream.h"

#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <utility>

namespace slipway::kube {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, WatchKind>, 5> kKinds{{{"ADDED", WatchKind::Added},
                                                                        {"MODIFIED", WatchKind::Modified},
                                                                        {"DELETED", WatchKind::Deleted},
                                                                        {"BOOKMARK", WatchKind::Bookmark},
                                                                        {"ERROR", WatchKind::Error}}};

Error corrupt(std::string_view reason) {
    return {ErrorCode::Corrupt, "the cluster sent a watch event that cannot be read: " + std::string(reason),
            "", ""};
}

}  // namespace

Result<WatchEvent> decodeWatchLine(std::string_view line) {
    SLIPWAY_TRY(const Json json, parseJson(line));
    const std::string type = textAt(json, "type");
    WatchEvent event;
    bool isKnown = false;
    for (const auto& [name, kind] : kKinds) {
        if (name != type) continue;
        event.kind = kind;
        isKnown = true;
    }
    if (!isKnown) return corrupt("its type is \"" + type.substr(0, 40) + "\"");
    const Json& object = at(json, "object");
    if (!object.is_object()) return corrupt("it has no object");
    event.object = dumpJson(object);
    event.name = textAt(object, "metadata", "name");
    event.resourceVersion = textAt(object, "metadata", "resourceVersion");
    if (event.kind == WatchKind::Error) {
        event.code = intAt(object, "code");
        event.message = textAt(object, "message");
    }
    return event;
}

Result<bool> WatchStream::feed(std::string_view bytes, const std::function<bool(WatchEvent)>& event) {
    std::optional<Error> problem;
    const bool isGoingOn = m_lines.feed(bytes, [&](std::string_view line) {
        if (m_lines.cutLines() > 0) return false;
        if (line.empty() || line == "\r") return true;
        auto decoded = decodeWatchLine(line);
        if (!decoded) {
            problem = std::move(decoded).error();
            return false;
        }
        return event(std::move(decoded).value());
    });
    if (problem) return *std::move(problem);
    // Its end may never come.
    if (m_lines.cutLines() > 0) return corrupt("it is longer than 8 MiB");
    return isGoingOn;
}

}  // namespace slipway::kube
