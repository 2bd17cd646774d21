// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/apierror.h"

#include "backends/cluster/kubernetes/jsonread.h"

#include <nlohmann/json.hpp>

#include <string>

namespace slipway::kube {
namespace {

constexpr std::size_t kMaxDetail = 2048;
constexpr std::string_view kFailedWebhook = "failed calling webhook";

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Meaning {
    ErrorCode code;
    std::string_view reason;
    std::string_view hint;
};

Meaning forbidden(std::string_view words) {
    if (has(words, "exceeded quota")) {
        return {ErrorCode::QuotaExceeded, "the namespace's quota is used up",
                "Ask for less, or wait until other work has ended"};
    }
    if (has(words, "failed quota")) {
        return {ErrorCode::InvalidArgument, "the namespace's quota wants amounts that are not set",
                "Set the resources it names"};
    }
    if (has(words, "violates PodSecurity")) {
        return {ErrorCode::PermissionDenied, "the namespace's Pod Security level does not allow it",
                "Ask the namespace's administrator"};
    }
    if (has(words, "admission webhook"))
        return {ErrorCode::PermissionDenied, "a rule of the cluster refused it", ""};
    if (has(words, "usage per ") || has(words, "limit to request ratio")) {
        return {ErrorCode::QuotaExceeded, "the namespace limits the size of a pod", "Ask for less per rank"};
    }
    return {ErrorCode::PermissionDenied, "this user may not do that",
            "Ask the cluster's administrator for the permission named"};
}

Meaning invalid(std::string_view words) {
    if (has(words, "ValidatingAdmissionPolicy"))
        return {ErrorCode::PermissionDenied, "a rule of the cluster refused it", ""};
    return {ErrorCode::InvalidArgument, "the server finds it invalid", ""};
}

Meaning meaningOf(int httpStatus, std::string_view words) {
    switch (httpStatus) {
        case 400: return {ErrorCode::InvalidArgument, "the server does not understand it", ""};
        case 401:
            return {ErrorCode::PermissionDenied, "the credentials were not accepted",
                    "Sign in again and look at the user in the kubeconfig"};
        case 403: return forbidden(words);
        case 404: return {ErrorCode::NotFound, "it is not there", ""};
        case 405:
        case 406:
        case 415: return {ErrorCode::InvalidArgument, "the server does not offer that", ""};
        case 408: return {ErrorCode::Timeout, "the request did not arrive in time", "Try again in a while"};
        case 409:
            return {ErrorCode::Conflict,
                    has(words, "already exists") ? "it exists already" : "it was changed meanwhile", ""};
        case 410: return {ErrorCode::Conflict, "the version asked for has expired", ""};
        case 413: return {ErrorCode::InvalidArgument, "it is too large for the server", ""};
        case 422: return invalid(words);
        case 429: return {ErrorCode::Unavailable, "the server is busy", "Try again in a while"};
        case 500:
            if (has(words, kFailedWebhook)) {
                return {ErrorCode::Unavailable, "a webhook of the cluster does not answer",
                        "Tell the cluster's administrator"};
            }
            return {ErrorCode::Unavailable, "the server has an internal error",
                    "Try again; tell the cluster's administrator if it stays"};
        case 502:
        case 503: return {ErrorCode::Unavailable, "the server is not available", "Try again in a while"};
        case 504: return {ErrorCode::Timeout, "the server did not finish in time", "Try again in a while"};
        default: break;
    }
    if (httpStatus >= 300 && httpStatus < 400) {
        return {ErrorCode::Unavailable, "the server sent us elsewhere",
                "Look at the server's address in the kubeconfig"};
    }
    if (httpStatus < 400 || httpStatus >= 500) {
        return {ErrorCode::Unavailable, "the server did not answer as it should",
                "Try again; tell the cluster's administrator if it stays"};
    }
    return {ErrorCode::Internal, "the server answered with an unusual status", ""};
}

}  // namespace

Error apiError(int httpStatus, std::string_view body, std::string_view what) {
    std::string words;
    bool isStatus = false;
    if (const auto json = parseJson(body); json && textAt(*json, "kind") == "Status") {
        words = textAt(*json, "message");
        isStatus = true;
    } else {
        words = std::string(body);
    }
    if (words.size() > kMaxDetail) words = words.substr(0, kMaxDetail) + "…";
    while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
    const Meaning meaning = meaningOf(httpStatus, words);
    Error error{meaning.code, "cannot " + std::string(what) + ": " + std::string(meaning.reason), words,
                std::string(meaning.hint)};
    if (!isStatus) error.message += " (HTTP " + std::to_string(httpStatus) + ")";
    return error;
}

bool isSurelyRefused(int httpStatus, std::string_view body) {
    if (httpStatus >= 400 && httpStatus < 500) return httpStatus != 408;
    if (httpStatus != 500) return false;
    const auto json = parseJson(body);
    return json && textAt(*json, "kind") == "Status" && has(textAt(*json, "message"), kFailedWebhook);
}

int statusRetrySeconds(std::string_view body) {
    const auto json = parseJson(body);
    return json ? intAt(*json, "details", "retryAfterSeconds") : 0;
}

}  // namespace slipway::kube
