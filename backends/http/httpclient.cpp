// SPDX-License-Identifier: Apache-2.0
#include "backends/http/httpclient.h"

namespace slipway {

std::string_view HttpResponse::header(std::string_view lowerCaseName) const {
    for (const auto& [name, value] : headers) {
        if (name == lowerCaseName) return value;
    }
    return {};
}

std::vector<std::string_view> HttpResponse::allHeaders(std::string_view lowerCaseName) const {
    std::vector<std::string_view> values;
    for (const auto& [name, value] : headers) {
        if (name == lowerCaseName) values.emplace_back(value);
    }
    return values;
}

}  // namespace slipway
