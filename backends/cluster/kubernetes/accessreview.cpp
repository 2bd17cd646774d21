// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/accessreview.h"

#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <array>

namespace slipway::kube {
namespace {

struct Right {
    const char* verb;
    const char* group;
    const char* resource;
    const char* subresource = "";
};

constexpr std::array kNeeded{
    Right{"create", "batch", "jobs"}, Right{"get", "batch", "jobs"},   Right{"watch", "batch", "jobs"},
    Right{"delete", "batch", "jobs"}, Right{"create", "", "services"}, Right{"list", "", "pods"},
    Right{"watch", "", "pods"},       Right{"get", "", "pods", "log"}, Right{"list", "", "events"},
};

std::string inWords(const Right& right) {
    std::string words = std::string(right.verb) + " " + right.resource;
    if (*right.subresource != '\0') words += std::string("/") + right.subresource;
    if (*right.group != '\0') words += std::string(".") + right.group;
    return words;
}

}  // namespace

Result<std::vector<std::string>> missingRights(ApiClient& api, const std::string& nameSpace,
                                               std::stop_token stop) {
    std::vector<std::string> missing;
    for (const Right& right : kNeeded) {
        ApiRequest request;
        request.method = "POST";
        request.path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        request.body = dumpJson({{"apiVersion", "authorization.k8s.io/v1"},
                                 {"kind", "SelfSubjectAccessReview"},
                                 {"spec",
                                  {{"resourceAttributes",
                                    {{"namespace", nameSpace},
                                     {"verb", right.verb},
                                     {"group", right.group},
                                     {"resource", right.resource},
                                     {"subresource", right.subresource}}}}}});
        SLIPWAY_TRY(const ApiAnswer answer, api.ask(request, "ask what you may do", stop));
        const auto json = parseJson(answer.body);
        if (!json)
            return Error{ErrorCode::Corrupt, "the API server's answer is no JSON", json.error().message, ""};
        if (!boolAt(*json, "status", "allowed")) missing.push_back(inWords(right));
    }
    return missing;
}

}  // namespace slipway::kube
