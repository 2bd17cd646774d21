// SPDX-License-Identifier: Apache-2.0
// An API server in memory for tests: objects by path, uids, owners, one answer to who asks for rights, and a hook for every fault. Also an
// HttpClient whose answers a test scripts. Header only.
#pragma once

#include "backends/cluster/kubernetes/apiclient.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace slipway::kube {

class FakeHttp : public HttpClient {
public:
    using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;
    explicit FakeHttp(Handler handler) : m_handler(std::move(handler)) {}

    Result<HttpResponse> send(const HttpRequest& request, std::stop_token) override {
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request);
        }
        return m_handler(request);
    }
    Result<HttpResponse> stream(const HttpRequest& request, const std::function<bool(std::string_view)>& sink,
                                std::stop_token stop) override {
        SLIPWAY_TRY(HttpResponse response, send(request, stop));
        if (response.status >= 300) return response;
        std::string_view rest = response.body;
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, 7);
            rest.remove_prefix(part.size());
            if (!sink(part)) return Error{ErrorCode::Cancelled, "cancelled", "", ""};
        }
        response.body.clear();
        return response;
    }
    std::vector<HttpRequest> requests() const {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }

private:
    Handler m_handler;
    mutable std::mutex m_mutex;
    std::vector<HttpRequest> m_requests;
};

inline HttpResponse answer(int status, std::string body, HttpHeaders headers = {}) {
    headers.emplace_back("content-type", "application/json");
    return {status, std::move(headers), std::move(body)};
}

inline HttpResponse refusal(int status, const std::string& reason, const std::string& message) {
    return answer(
        status, nlohmann::json{{"kind", "Status"}, {"reason", reason}, {"message", message}, {"code", status}}
                    .dump());
}

// Waits pass at once, for its clock, too.
inline Pacing instantPacing(std::vector<std::chrono::milliseconds>* waits = nullptr) {
    const auto passed = std::make_shared<std::atomic<std::chrono::milliseconds>>();
    return {[=](std::chrono::milliseconds time, std::stop_token stop) {
                if (waits) waits->push_back(time);
                *passed = passed->load() + time;
                return !stop.stop_requested();
            },
            [] { return 1.0; }, [=] { return slipway::now() + passed->load(); }};
}

inline std::shared_ptr<Access> tokenAccess() {
    const auto config = parseKubeconfig(
        "clusters: [{name: c, cluster: {server: 'https://fake'}}]\n"
        "users: [{name: u, user: {token: secret-1}}]\n"
        "contexts: [{name: x, context: {cluster: c, user: u, namespace: team-a}}]\n",
        "/k/config");
    return *Access::open(*config, "x");
}

// What an exec plugin prints.
inline std::string execCredential(const std::string& token, const std::string& expires = {}) {
    nlohmann::json status{{"token", token}};
    if (!expires.empty()) status["expirationTimestamp"] = expires;
    return nlohmann::json{
        {"apiVersion", "client.authentication.k8s.io/v1"}, {"kind", "ExecCredential"}, {"status", status}}
        .dump();
}

inline std::string pathOf(const HttpRequest& request) {
    const std::string path = request.url.substr(std::string("https://fake").size());
    return path.substr(0, path.find('?'));
}

// The context "lab" of that server, for what reads a kubeconfig.
inline constexpr const char* kLabKubeconfig =
    "clusters: [{name: c, cluster: {server: 'https://fake'}}]\n"
    "users: [{name: u, user: {token: t}}]\n"
    "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n";

class FakeApi {
public:
    using Json = nlohmann::json;
    // What a fault may do to a request: answer in the server's place, before or after the request was carried out, or lose the
    // answer after it was.
    struct Fault {
        std::optional<Result<HttpResponse>> instead;
        bool isAnswerLost = false;
        bool isCarriedOut = false;
    };
    std::function<Fault(const HttpRequest&)> fault = [](const HttpRequest&) { return Fault{}; };
    std::map<std::string, Json> objects;  // by path
    bool isAllowed = true;                // what the server says of every right
    int created = 0;

    Result<HttpResponse> operator()(const HttpRequest& request) {
        Fault now = fault(request);
        if (now.isCarriedOut) handle(request);
        if (now.instead) return *std::move(now.instead);
        HttpResponse response = handle(request);
        if (now.isAnswerLost) return Error{ErrorCode::Unavailable, "the connection was reset", "", ""};
        return response;
    }

private:
    HttpResponse handle(const HttpRequest& request) {
        const std::string path = pathOf(request);
        if (request.method == "POST") return create(request, path);
        const auto it = objects.find(path);
        if (request.method == "DELETE" && it != objects.end()) {
            remove(it->second["metadata"]["uid"]);
            return answer(200, "{}");
        }
        if (it != objects.end()) return answer(200, it->second.dump());
        if (const Json offered = resourcesOf(path); !offered.empty())
            return answer(200, Json{{"kind", "APIResourceList"}, {"resources", offered}}.dump());
        const std::size_t place = path.find("/namespaces/");
        const std::string rest = place == std::string::npos ? std::string() : path.substr(place + 12);
        if (std::count(rest.begin(), rest.end(), '/') != 1)
            return refusal(404, "NotFound", path + " not found");
        return list(path);
    }

    // Of "/apis/GROUP/VERSION": what there are objects of.
    Json resourcesOf(const std::string& path) const {
        Json resources = Json::array();
        if (!path.starts_with("/apis/") || std::count(path.begin(), path.end(), '/') != 3) return resources;
        for (const auto& [name, object] : objects) {
            if (!name.starts_with(path + "/")) continue;
            std::string rest = name.substr(path.size() + 1);
            if (rest.starts_with("namespaces/")) rest.erase(0, rest.find('/', 11) + 1);
            resources.push_back({{"name", rest.substr(0, rest.find('/'))}});
        }
        return resources;
    }

    HttpResponse create(const HttpRequest& request, const std::string& collection) {
        if (collection.ends_with("/selfsubjectaccessreviews"))
            return answer(201, Json{{"status", {{"allowed", isAllowed}}}}.dump());
        Json object = Json::parse(request.body);
        const std::string path = collection + "/" + object["metadata"]["name"].get<std::string>();
        if (objects.contains(path)) return refusal(409, "AlreadyExists", "it already exists");
        object["metadata"]["uid"] = "uid-" + std::to_string(objects.size() + 1);
        if (request.url.find("dryRun=All") == std::string::npos) {
            objects[path] = object;
            ++created;
        }
        return answer(201, object.dump(), {{"warning", "299 - \"mind the gap\""}});
    }

    HttpResponse list(const std::string& collection) {
        Json items = Json::array();
        for (const auto& [path, object] : objects) {
            if (path.starts_with(collection + "/")) items.push_back(object);
        }
        return answer(200, Json{{"metadata", {{"resourceVersion", "1"}}}, {"items", items}}.dump());
    }

    void remove(const std::string& uid) {
        std::erase_if(objects, [&](const auto& entry) {
            const Json& metadata = entry.second.at("metadata");
            if (metadata.value("uid", "") == uid) return true;
            return metadata.contains("ownerReferences") &&
                   metadata["ownerReferences"][0].value("uid", "") == uid;
        });
    }
};

}  // namespace slipway::kube
