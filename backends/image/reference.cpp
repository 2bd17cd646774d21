// SPDX-License-Identifier: Apache-2.0
#include "backends/image/reference.h"

#include "backends/http/url.h"
#include "backends/image/sha256.h"

#include <regex>
#include <string_view>

namespace slipway::oci {

namespace {

constexpr std::size_t kMaxReferenceBytes = 4096;

// distribution-spec, "Pulling manifests".
const std::regex& repositoryPattern() {
    static const std::regex pattern(
        "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    return pattern;
}
const std::regex& tagPattern() {
    static const std::regex pattern("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    return pattern;
}

Error wrong(const std::string& text, const std::string& reason) {
    const bool isPath = text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
    const bool hasTag = text.find(':', text.find_last_of('/') + 1) != std::string::npos;
    const std::string layout = "oci:" + text.substr(0, 200) + (hasTag ? "" : ":latest");
    return {ErrorCode::InvalidArgument, "`" + redactUrl(text.substr(0, 200)) + "` is no image reference",
            reason,
            isPath ? "For an image in a folder, write " + layout
                   : "Write registry/repository:tag, registry/repository@sha256:… or oci:FOLDER:TAG"};
}

// Takes "oci:" or a scheme from the front; whether it was https.
bool takeScheme(std::string& rest, Reference& reference) {
    for (const std::string_view scheme : {"oci:", "http://", "https://", "docker://"}) {
        if (!rest.starts_with(scheme)) continue;
        rest.erase(0, scheme.size());
        reference.isLayout = scheme == "oci:";
        reference.isPlainHttp = scheme == "http://";
        return scheme == "https://";
    }
    return false;
}

// Takes the digest and the tag from the end.
Result<void> takeVersion(const std::string& text, std::string& rest, Reference& reference) {
    if (const std::size_t at = rest.rfind('@');
        at != std::string::npos && (!reference.isLayout || isDigest(rest.substr(at + 1)))) {
        reference.digest = rest.substr(at + 1);
        rest.erase(at);
        if (!isDigest(reference.digest)) return wrong(text, "what follows @ is no sha256 digest");
    }
    if (const std::size_t colon = rest.rfind(':');
        colon != std::string::npos && rest.find('/', colon) == std::string::npos) {
        const std::string tag = rest.substr(colon + 1);
        const bool isTag = std::regex_match(tag, tagPattern());
        if (!isTag && !reference.isLayout)
            return wrong(text, "`" + tag + "` is no tag: letters, digits, _ . - and 128 characters at most");
        if (isTag) {
            reference.tag = tag;
            rest.erase(colon);
        }
    }
    if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
    return {};
}

// A registry's host, where the first part looks like one, and a repository; else it is Docker Hub's.
void splitName(const std::string& name, Reference& reference) {
    const std::size_t slash = name.find('/');
    const std::string first = name.substr(0, slash);
    if (slash != std::string::npos &&
        (first.find_first_of(".:[") != std::string::npos || first == "localhost")) {
        reference.registry = first == "index.docker.io" ? "docker.io" : first;
        reference.repository = name.substr(slash + 1);
    } else {
        reference.registry = "docker.io";
        reference.repository = name;
    }
    if (reference.registry == "docker.io" && reference.repository.find('/') == std::string::npos)
        reference.repository.insert(0, "library/");
}

}  // namespace

std::string Reference::origin() const {
    const std::string host = registry == "docker.io" ? "registry-1.docker.io" : registry;
    return (isPlainHttp ? "http://" : "https://") + host;
}

std::string Reference::withDigest(const std::string& wanted) const {
    return (isLayout ? "oci:" + folder.string() : registry + "/" + repository) + "@" + wanted;
}

Result<Reference> parseReference(const std::string& text) {
    if (text.size() > kMaxReferenceBytes) return wrong(text, "it is longer than 4096 bytes");
    Reference reference;
    std::string rest = text;
    const bool isTls = takeScheme(rest, reference);
    SLIPWAY_CHECK(takeVersion(text, rest, reference));
    if (reference.isLayout) {
        if (rest.empty()) return wrong(text, "it names no folder");
        reference.folder = rest;
        return reference;
    }
    splitName(rest, reference);
    if (reference.registry.starts_with('.')) return wrong(text, "`" + reference.registry + "` is no host");
    if (reference.repository.size() > 255 || !std::regex_match(reference.repository, repositoryPattern())) {
        return wrong(text,
                     "`" + reference.repository.substr(0, 100) +
                         "` is no repository: lower-case letters and digits, with . _ - / between them");
    }
    const auto url = splitUrl("https://" + reference.registry + "/");
    if (!url || url->path != "/" || reference.registry.find('@') != std::string::npos)
        return wrong(text, "`" + redactUrl(reference.registry) + "` is no host");
    if (!isTls && isLoopbackHost(url->host)) reference.isPlainHttp = true;
    return reference;
}

}  // namespace slipway::oci
