// SPDX-License-Identifier: Apache-2.0
// Objects in a store that speaks S3 (Amazon's, MinIO, Ceph, Google's and others), brought here. Access is what the environment and the
// shared credentials file of AWS's own tools say. Any thread; calls are synchronous and end early when their stop_token is asked.
#pragma once

#include "backends/core/jobneeds.h"
#include "backends/core/units.h"
#include "backends/http/httpclient.h"

#include <map>

namespace slipway {

struct ObjectAccess {
    std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:9000"
    std::string region;
    std::string accessKey;  // empty: whoever asks may read
    std::string secretKey;
    std::string sessionToken;
};
// AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; without
// keys those of AWS_PROFILE in AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials). InvalidArgument for a URL that is none; Io.
Result<ObjectAccess> objectAccess(const std::map<std::string, std::string>& environment);

// The object's file below `cache`: one that is there already, and still is what the store has, is not brought again. Another process that
// brings the same one is waited for. `progress`: bytes that are here, of all. A connection that breaks is taken up where it broke.
// NotFound, PermissionDenied, InvalidArgument (another region), Unavailable, Timeout, Cancelled, Conflict (it changes meanwhile), Io; each with the
// object's place.
using ObjectProgress = std::function<void(Bytes done, Bytes all)>;
Result<std::filesystem::path> bringObject(HttpClient& http, const ObjectAccess& access,
                                          const ObjectPlace& place, const std::filesystem::path& cache,
                                          const ObjectProgress& progress, const std::stop_token& stop);

}  // namespace slipway
