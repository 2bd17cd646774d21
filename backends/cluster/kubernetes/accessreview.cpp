// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/accessreview.h"

#include "backends/cluster/kubernetes/apierror.h"
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

constexpr std::string_view kQuestion = "ask what you may do";

Result<ApiAnswer> review(ApiClient& api, const std::string& nameSpace, const Right& right,
                         std::stop_token stop) {
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
    return api.call(request, std::move(stop));
}

Result<bool> isAllowed(const ApiAnswer& answer) {
    if (!answer.isOk()) return apiError(answer.status, answer.body, kQuestion);
    const auto json = parseJson(answer.body);
    if (!json)
        return Error{ErrorCode::Corrupt, "the API server's answer is no JSON", json.error().message, ""};
    return boolAt(*json, "status", "allowed");
}

}  // namespace

Result<std::vector<std::string>> missingRights(ApiClient& api, const std::string& nameSpace,
                                               std::stop_token stop) {
    std::vector<std::string> missing;
    for (const Right& right : kNeeded) {
        SLIPWAY_TRY(const ApiAnswer answer, review(api, nameSpace, right, stop));
        SLIPWAY_TRY(const bool isGranted, isAllowed(answer));
        if (!isGranted) missing.push_back(inWords(right));
    }
    return missing;
}

Result<void> askToCreate(ApiClient& api, const std::string& nameSpace, bool hasService,
                         std::stop_token stop) {
    std::vector<Right> rights{{"create", "batch", "jobs"}};
    if (hasService) rights.push_back({"create", "", "services"});
    for (const Right& right : rights) {
        SLIPWAY_TRY(const ApiAnswer answer, review(api, nameSpace, right, stop));
        if (answer.status == 403 || answer.status == 404) return {};
        SLIPWAY_TRY(const bool isGranted, isAllowed(answer));
        if (isGranted) continue;
        return Error{ErrorCode::PermissionDenied,
                     "this account may not " + inWords(right) + " in " + nameSpace, "",
                     "Ask the cluster's administrator for a role that may"};
    }
    return {};
}

}  // namespace slipway::kube
