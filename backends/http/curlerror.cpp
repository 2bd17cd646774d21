// SPDX-License-Identifier: Apache-2.0
#include "backends/http/curlerror.h"

#include "backends/http/url.h"

#include <curl/curl.h>

#include <cerrno>
#include <system_error>

namespace slipway {

namespace {

// X509_V_ERR_ values (openssl/x509_vfy.h), which curl hands through as numbers.
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;
constexpr long kSelfSigned = 18;
constexpr long kSelfSignedInChain = 19;
constexpr long kNoLocalIssuer = 20;
constexpr long kUnverifiableLeaf = 21;

Error untrusted(const CurlFailure& failure, const std::string& place) {
    switch (failure.verifyResult) {
        case kSelfSigned:
        case kSelfSignedInChain:
        case kNoLocalIssuer:
        case kUnverifiableLeaf:
            return {
                ErrorCode::Unavailable,
                place + " shows a certificate of an authority that is not trusted here", failure.text,
                "Name the server's CA certificate (certificate-authority in a kubeconfig), or add it to the system's store"};
        case kExpired:
            return {ErrorCode::Unavailable, "the certificate of " + place + " has expired", failure.text,
                    "Check this machine's clock; otherwise ask who runs the server to renew it"};
        case kNotYetValid:
            return {ErrorCode::Unavailable, "the certificate of " + place + " is not valid yet", failure.text,
                    "Check this machine's clock"};
        default: break;
    }
    return {ErrorCode::Unavailable, "the certificate of " + place + " is for another name", failure.text,
            "Use a name the certificate holds, or set the TLS server name"};
}

Error notConnected(const CurlFailure& failure, const std::string& place) {
    switch (failure.osError) {
        case ECONNREFUSED:
            return {ErrorCode::Unavailable,
                    place + " refused the connection: nothing listens there",
                    {},
                    "Check that the server runs, and its port"};
        case ENETUNREACH:
        case EHOSTUNREACH:
            return {ErrorCode::Unavailable,
                    "there is no network route to " + place,
                    {},
                    "Check the network or the VPN"};
        case ETIMEDOUT:
            return {ErrorCode::Timeout,
                    place + " did not answer the connection",
                    {},
                    "Check the network, the VPN and firewalls"};
        default: break;
    }
    std::string detail = failure.text;
    if (failure.osError != 0) detail = std::generic_category().message(static_cast<int>(failure.osError));
    return {ErrorCode::Unavailable, "cannot connect to " + place, detail,
            "Check the address, the network and the VPN"};
}

// One function for each step of a request; each hands on what is none of its own.
Error notTransferred(const CurlFailure& failure, const std::string& place) {
    switch (failure.code) {
        case CURLE_GOT_NOTHING:
            return {
                ErrorCode::Unavailable, place + " closed the connection without an answer", {}, "Try again"};
        case CURLE_PARTIAL_FILE:
            return {ErrorCode::Unavailable,
                    "the connection to " + place + " was cut before the answer was complete",
                    {},
                    "Try again"};
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return {ErrorCode::Unavailable, "the connection to " + place + " was cut", failure.text,
                    "Try again"};
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
            return {ErrorCode::Unavailable, "the answer of " + place + " is no HTTP", failure.text,
                    "Check the port"};
        case CURLE_READ_ERROR:
        case CURLE_ABORTED_BY_CALLBACK:
            return {ErrorCode::Io,
                    "the file to send to " + place + " could not be read to its end",
                    failure.text,
                    {}};
        case CURLE_OUT_OF_MEMORY:
            return {ErrorCode::Internal, "out of memory while talking to " + place, {}, {}};
        default: break;
    }
    return {ErrorCode::Unavailable, "talking to " + place + " failed", failure.text, {}};
}

Error notSecured(const CurlFailure& failure, const std::string& place) {
    switch (failure.code) {
        case CURLE_PEER_FAILED_VERIFICATION: return untrusted(failure, place);
        case CURLE_SSL_CACERT_BADFILE:
            return {ErrorCode::InvalidArgument, "the CA certificates for " + place + " cannot be read",
                    failure.text, "Give them as PEM, each between BEGIN CERTIFICATE and END CERTIFICATE"};
        case CURLE_SSL_CERTPROBLEM:
            return {ErrorCode::InvalidArgument,
                    "the client certificate or key for " + place + " cannot be used", failure.text,
                    "Give certificate and key as PEM that belong together, the key without a passphrase"};
        case CURLE_SSL_CONNECT_ERROR:
            return {
                ErrorCode::Unavailable, "no TLS connection with " + place, failure.text,
                "Check that the port speaks https and not http, and that the server accepts the client certificate; where it speaks http, write http:// before its name"};
        default: return notTransferred(failure, place);
    }
}

// Where a request went: the host's name, and with its port as messages have it.
struct Place {
    std::string host;
    std::string text;
};
Place placeOf(const std::string& url) {
    const auto parts = splitUrl(url);
    if (!parts) return {{}, redactUrl(url)};
    const bool isV6 = parts->host.find(':') != std::string::npos;
    return {parts->host, (isV6 ? "[" + parts->host + "]" : parts->host) + ":" + std::to_string(parts->port)};
}

Error inWords(const CurlFailure& failure) {
    const auto [hostName, place] = placeOf(failure.url);
    switch (failure.code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return {ErrorCode::InvalidArgument,
                    "`" + redactUrl(failure.url) + "` is no http or https URL",
                    {},
                    {}};
        case CURLE_COULDNT_RESOLVE_HOST:
            return {ErrorCode::Unavailable,
                    "the name `" + hostName + "` is not known to DNS",
                    {},
                    "Check the spelling, the network and the VPN"};
        case CURLE_COULDNT_RESOLVE_PROXY:
            return {ErrorCode::Unavailable,
                    "the proxy's name is not known to DNS",
                    {},
                    "Check https_proxy and no_proxy"};
        case CURLE_PROXY:
            return {ErrorCode::Unavailable, "the proxy did not connect to " + place, failure.text,
                    "Check https_proxy and no_proxy"};
        case CURLE_COULDNT_CONNECT: return notConnected(failure, place);
        case CURLE_OPERATION_TIMEDOUT:
            if (failure.isConnected)
                return {ErrorCode::Timeout, place + " sent nothing for too long", {}, "Try again"};
            return {ErrorCode::Timeout,
                    place + " did not answer the connection in time",
                    {},
                    "Check the network, the VPN and firewalls"};
        default: return notSecured(failure, place);
    }
}

}  // namespace

Error curlError(const CurlFailure& failure) {
    Error error = inWords(failure);
    error.isUnsent = !failure.isConnected;
    return error;
}

}  // namespace slipway
