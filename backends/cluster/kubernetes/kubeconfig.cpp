// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/kubeconfig.h"

#include "backends/cluster/kubernetes/jsonread.h"
#include "backends/platform/base64.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/spec/yamlvalue.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

namespace slipway::kube {
namespace {

constexpr YamlLimits kLimits{kMaxKubeconfigBytes, 32, 200000};

// Reads one file; the first mistake is kept, so that the many small reads need no check of their own.
class Reader {
public:
    explicit Reader(std::filesystem::path file) : m_file(std::move(file)), m_folder(m_file.parent_path()) {}

    const std::optional<Error>& problem() const { return m_problem; }

    void fail(const SpecRange& where, std::string_view reason) {
        if (m_problem) return;
        m_problem = Error{ErrorCode::InvalidArgument,
                          m_file.string() + ":" + std::to_string(where.line) + ": " + std::string(reason), "",
                          "Correct the kubeconfig"};
    }

    std::string text(const YamlValue& map, std::string_view key) {
        const YamlValue* value = map.find(key);
        if (!value || value->kind == YamlValue::Kind::Null) return {};
        if (!value->isScalar()) {
            fail(value->range, std::string(key) + " must be text");
            return {};
        }
        return value->text;
    }

    bool flag(const YamlValue& map, std::string_view key) {
        const std::string value = text(map, key);
        if (value.empty() || value == "false") return false;
        if (value != "true") fail(map.find(key)->range, std::string(key) + " must be true or false");
        return value == "true";
    }

    std::string data(const YamlValue& map, std::string_view key) {
        const std::string value = text(map, key);
        auto decoded = decodeBase64(value);
        if (!decoded) fail(map.find(key)->range, std::string(key) + " is not base64");
        return decoded.value_or("");
    }

    std::filesystem::path path(const YamlValue& map, std::string_view key) {
        const std::string value = text(map, key);
        return value.empty() ? std::filesystem::path() : m_folder / value;
    }

    std::vector<std::string> texts(const YamlValue& map, std::string_view key) {
        std::vector<std::string> out;
        for (const YamlValue& item : items(map, key)) {
            if (!item.isScalar()) fail(item.range, std::string(key) + " must be a list of texts");
            out.push_back(item.text);
        }
        return out;
    }

    const std::vector<YamlValue>& items(const YamlValue& map, std::string_view key) {
        static const std::vector<YamlValue> kNone;
        const YamlValue* value = map.find(key);
        if (!value || value->kind == YamlValue::Kind::Null) return kNone;
        if (!value->isList()) {
            fail(value->range, std::string(key) + " must be a list");
            return kNone;
        }
        return value->items;
    }

    KubeCluster cluster(const std::string& name, const YamlValue& map) {
        KubeCluster cluster;
        cluster.name = name;
        cluster.server = text(map, "server");
        cluster.caPem = data(map, "certificate-authority-data");
        cluster.caFile = path(map, "certificate-authority");
        cluster.tlsServerName = text(map, "tls-server-name");
        cluster.isTlsUnverified = flag(map, "insecure-skip-tls-verify");
        cluster.proxy = text(map, "proxy-url");
        if (cluster.server.empty())
            fail(map.range, "cluster " + name + " has no server");
        else if (!cluster.server.starts_with("https://") && !cluster.server.starts_with("http://")) {
            fail(map.find("server")->range, "server must begin with https:// or http://");
        }
        cluster.server = cluster.server.substr(0, cluster.server.find_first_of("?#"));
        while (cluster.server.ends_with('/')) cluster.server.pop_back();
        for (const YamlValue& extension : items(map, "extensions")) {
            const YamlValue* config = extension.find("extension");
            if (config && text(extension, "name") == "client.authentication.k8s.io/exec") {
                cluster.execConfig = dumpJson(json(*config));
            }
        }
        return cluster;
    }

    KubeUser user(const std::string& name, const YamlValue& map) {
        KubeUser user;
        user.name = name;
        user.token = text(map, "token");
        user.tokenFile = path(map, "tokenFile");
        user.basicUser = text(map, "username");
        user.basicPassword = text(map, "password");
        user.certificatePem = data(map, "client-certificate-data");
        user.certificateFile = path(map, "client-certificate");
        user.keyPem = data(map, "client-key-data");
        user.keyFile = path(map, "client-key");
        user.asUser = text(map, "as");
        user.asUid = text(map, "as-uid");
        user.asGroups = texts(map, "as-groups");
        if (const YamlValue* extra = map.find("as-user-extra"); extra && extra->isMap()) {
            for (const YamlEntry& entry : extra->entries) user.asExtra[entry.key] = texts(*extra, entry.key);
        }
        if (const YamlValue* provider = map.find("auth-provider"))
            user.authProvider = text(*provider, "name");
        if (const YamlValue* exec = map.find("exec"); exec && exec->isMap()) user.exec = plugin(*exec);
        check(user, map.range);
        return user;
    }

    KubeContext context(const std::string& name, const YamlValue& map) {
        KubeContext context{name, text(map, "cluster"), text(map, "user"), text(map, "namespace")};
        if (context.nameSpace.empty()) context.nameSpace = "default";
        return context;
    }

private:
    ExecPlugin plugin(const YamlValue& map) {
        ExecPlugin plugin;
        plugin.apiVersion = text(map, "apiVersion");
        plugin.command = text(map, "command");
        plugin.arguments = texts(map, "args");
        for (const YamlValue& variable : items(map, "env")) {
            plugin.environment.emplace_back(text(variable, "name"), text(variable, "value"));
        }
        plugin.isClusterInfoWanted = flag(map, "provideClusterInfo");
        plugin.installHint = text(map, "installHint");
        const std::string mode = text(map, "interactiveMode");
        constexpr std::array<std::string_view, 2> kVersions{"client.authentication.k8s.io/v1",
                                                            "client.authentication.k8s.io/v1beta1"};
        if (std::find(kVersions.begin(), kVersions.end(), plugin.apiVersion) == kVersions.end()) {
            fail(map.range, "exec has apiVersion \"" + plugin.apiVersion + "\"; known are " +
                                std::string(kVersions[0]) + " and v1beta1");
        }
        if (plugin.command.empty()) fail(map.range, "exec has no command");
        if (mode.empty() && plugin.apiVersion == kVersions[0])
            fail(map.range, "exec needs interactiveMode (Never, IfAvailable or Always)");
        if (!mode.empty()) plugin.interactiveMode = mode;
        if (!mode.empty() && mode != "Never" && mode != "IfAvailable" && mode != "Always") {
            fail(map.find("interactiveMode")->range, "interactiveMode must be Never, IfAvailable or Always");
        }
        if (plugin.command.find('/') != std::string::npos)
            plugin.command = (m_folder / plugin.command).string();
        return plugin;
    }

    void check(const KubeUser& user, const SpecRange& where) {
        const bool hasToken = !user.token.empty() || !user.tokenFile.empty();
        if (hasToken && !user.basicUser.empty())
            fail(where, "user " + user.name + " has both a token and a user name");
        if (user.exec && !user.authProvider.empty())
            fail(where, "user " + user.name + " has both exec and auth-provider");
        if (user.asUser.empty() && (!user.asUid.empty() || !user.asGroups.empty() || !user.asExtra.empty())) {
            fail(where, "user " + user.name + " has as-uid, as-groups or as-user-extra without as");
        }
        const bool hasCertificate = !user.certificatePem.empty() || !user.certificateFile.empty();
        const bool hasKey = !user.keyPem.empty() || !user.keyFile.empty();
        if (hasCertificate != hasKey)
            fail(where, "user " + user.name + " has a client certificate or its key, but not both");
    }

    static nlohmann::json json(const YamlValue& value) {
        using Json = nlohmann::json;
        if (value.isScalar()) {
            if (!value.isQuoted && (value.text == "true" || value.text == "false"))
                return value.text == "true";
            return value.text;
        }
        Json out;
        if (value.isList()) {
            out = Json::array();
            for (const YamlValue& item : value.items) out.push_back(json(item));
        } else if (value.isMap()) {
            out = Json::object();
            for (const YamlEntry& entry : value.entries) out[entry.key] = json(entry.value);
        }
        return out;
    }

    std::filesystem::path m_file;
    std::filesystem::path m_folder;
    std::optional<Error> m_problem;
};

template <typename T>
const T* named(const std::vector<T>& entries, std::string_view name) {
    const auto it =
        std::find_if(entries.begin(), entries.end(), [&](const T& entry) { return entry.name == name; });
    return it == entries.end() ? nullptr : &*it;
}

template <typename T, typename F>
void readEntries(Reader& reader, const YamlValue& root, std::string_view list, std::string_view key,
                 std::vector<T>& out, F&& read) {
    static const YamlValue kEmpty = [] {
        YamlValue value;
        value.kind = YamlValue::Kind::Map;
        return value;
    }();
    for (const YamlValue& item : reader.items(root, list)) {
        const std::string name = item.isMap() ? reader.text(item, "name") : std::string();
        if (name.empty()) {
            reader.fail(item.range, "an entry of " + std::string(list) + " has no name");
            return;
        }
        const YamlValue* value = item.find(key);
        if (value && value->kind != YamlValue::Kind::Null && !value->isMap())
            reader.fail(value->range, std::string(key) + " must be a map");
        if (named(out, name)) continue;
        out.push_back(read(name, value && value->isMap() ? *value : kEmpty));
    }
}

template <typename T>
void mergeEntries(std::vector<T>& into, std::vector<T> from) {
    for (T& entry : from) {
        if (!named(into, entry.name)) into.push_back(std::move(entry));
    }
}

}  // namespace

const KubeCluster* Kubeconfig::cluster(std::string_view name) const { return named(clusters, name); }
const KubeUser* Kubeconfig::user(std::string_view name) const { return named(users, name); }
const KubeContext* Kubeconfig::context(std::string_view name) const { return named(contexts, name); }

Result<Kubeconfig> parseKubeconfig(std::string_view text, const std::filesystem::path& file) {
    Kubeconfig config;
    Reader reader(file);
    const YamlParsed yaml = parseYamlText(text, kLimits);
    if (yaml.hasFailed) {
        reader.fail(yaml.failure.range, yaml.failure.message);
        return *reader.problem();
    }
    const YamlValue& root = yaml.root;
    if (root.kind == YamlValue::Kind::Null) return config;
    if (!root.isMap()) {
        reader.fail(root.range, "this is no kubeconfig: it must be a map with clusters, users and contexts");
        return *reader.problem();
    }
    if (const std::string kind = reader.text(root, "kind"); !kind.empty() && kind != "Config") {
        reader.fail(root.find("kind")->range, "this is no kubeconfig: its kind is " + kind);
    }
    config.currentContext = reader.text(root, "current-context");
    readEntries(reader, root, "clusters", "cluster", config.clusters,
                [&](const std::string& name, const YamlValue& map) { return reader.cluster(name, map); });
    readEntries(reader, root, "users", "user", config.users,
                [&](const std::string& name, const YamlValue& map) { return reader.user(name, map); });
    readEntries(reader, root, "contexts", "context", config.contexts,
                [&](const std::string& name, const YamlValue& map) { return reader.context(name, map); });
    if (reader.problem()) return *reader.problem();
    return config;
}

void mergeKubeconfig(Kubeconfig& into, Kubeconfig from) {
    if (into.currentContext.empty()) into.currentContext = std::move(from.currentContext);
    mergeEntries(into.clusters, std::move(from.clusters));
    mergeEntries(into.users, std::move(from.users));
    mergeEntries(into.contexts, std::move(from.contexts));
}

std::vector<std::filesystem::path> kubeconfigFiles(const std::string& explicitFile) {
    if (!explicitFile.empty()) return {explicitFile};
    std::vector<std::filesystem::path> files;
    const char* list = std::getenv("KUBECONFIG");
    std::string_view rest = list ? list : "";
    std::set<std::string_view> seen;
    while (!rest.empty()) {
        const std::string_view file = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), file.size() + 1));
        if (!file.empty() && seen.insert(file).second) files.emplace_back(file);
    }
    if (files.empty() && !userHome().empty()) files.push_back(userHome() / ".kube" / "config");
    return files;
}

Result<Kubeconfig> loadKubeconfig(const std::string& explicitFile) {
    Kubeconfig config;
    for (const std::filesystem::path& file : kubeconfigFiles(explicitFile)) {
        auto text = readFile(file, kMaxKubeconfigBytes);
        if (!text && text.error().code == ErrorCode::NotFound && explicitFile.empty()) continue;
        if (!text) return std::move(text).error();
        SLIPWAY_TRY(Kubeconfig next, parseKubeconfig(*text, std::filesystem::absolute(file)));
        mergeKubeconfig(config, std::move(next));
    }
    return config;
}

}  // namespace slipway::kube
