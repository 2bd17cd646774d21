// SPDX-License-Identifier: Apache-2.0
#include "backends/http/objectstore.h"

#include "backends/http/url.h"
#include "backends/platform/atomicfile.h"
#include "backends/platform/filelock.h"
#include "backends/platform/stoppablewait.h"

#include <algorithm>
#include <charconv>

namespace slipway {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxCredentialsBytes = 1 << 20;
constexpr std::chrono::hours kLockWait{24};
constexpr int kTries = 5;
constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::milliseconds kLongestPause{30000};
// The digest of an empty body, which every request here has.
constexpr const char* kEmptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string valueOf(const std::map<std::string, std::string>& environment,
                    std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto found = environment.find(name);
        if (found != environment.end() && !found->second.empty()) return found->second;
    }
    return {};
}

std::string trimmed(std::string_view text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

// The entries of one profile of a credentials file.
std::map<std::string, std::string> profileOf(std::string_view text, const std::string& profile) {
    std::map<std::string, std::string> entries;
    bool isIt = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('[')) {
            isIt = trimmed(std::string_view(line).substr(1, line.find(']') - 1)) == profile;
        } else if (const std::size_t middle = line.find('='); isIt && middle != std::string::npos) {
            entries.emplace(trimmed(std::string_view(line).substr(0, middle)),
                            trimmed(std::string_view(line).substr(middle + 1)));
        }
    }
    return entries;
}

Result<void> addSharedCredentials(const std::map<std::string, std::string>& environment,
                                  ObjectAccess& access) {
    fs::path file = valueOf(environment, {"AWS_SHARED_CREDENTIALS_FILE"});
    if (file.empty()) file = fs::path(valueOf(environment, {"HOME"})) / ".aws" / "credentials";
    const auto text = readFile(file, kMaxCredentialsBytes);
    if (!text) return text.error().code == ErrorCode::NotFound ? Result<void>() : text.error();
    std::string profile = valueOf(environment, {"AWS_PROFILE"});
    if (profile.empty()) profile = "default";
    const auto entries = profileOf(*text, profile);
    access.accessKey = valueOf(entries, {"aws_access_key_id"});
    access.secretKey = valueOf(entries, {"aws_secret_access_key"});
    access.sessionToken = valueOf(entries, {"aws_session_token"});
    return {};
}

std::string uriOf(const ObjectPlace& place) { return "s3://" + place.bucket + "/" + place.key; }

// What stands between <name> and </name>; of an answer's XML no more is told, since some of it repeats keys.
std::string elementOf(std::string_view xml, const std::string& name) {
    const std::size_t begin = xml.find("<" + name + ">");
    const std::size_t end = xml.find("</" + name + ">", begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return {};
    return std::string(xml.substr(begin + name.size() + 2, end - begin - name.size() - 2)).substr(0, 300);
}

std::string causeOf(std::string_view xml) {
    const std::string code = elementOf(xml, "Code"), message = elementOf(xml, "Message");
    return code.empty() ? "" : message.empty() ? code : code + ": " + message;
}

class Bringer {
public:
    Bringer(HttpClient& http, const ObjectAccess& access, const ObjectPlace& place)
        : m_http(http),
          m_access(access),
          m_place(place) {}

    struct Object {
        std::string tag;      // empty: the store has none
        std::string version;  // the tag, else when it was changed last
        std::uint64_t size = 0;
    };

    Result<Object> look(const std::stop_token& stop) {
        auto pause = kFirstPause;
        for (int tries = 1;; ++tries) {
            auto object = lookOnce(stop);
            if (object || !isPassing(object.error()) || tries == kTries) return object;
            if (!waitUnlessStopped(pause, stop))
                return problem(ErrorCode::Cancelled, "stopped while looking for ", "");
            pause *= 2;
        }
    }

    Result<void> bring(const Object& object, AtomicFile& file, const ObjectProgress& progress,
                       const std::stop_token& stop) {
        std::uint64_t here = 0;
        auto pause = kFirstPause;
        for (int tries = 1; here < object.size; ++tries) {
            const std::uint64_t before = here;
            auto part = bringPart(object, file, here, progress, stop);
            if (part) return {};
            if (here > before) {  // it goes on, however often it breaks
                tries = 0;
                pause = kFirstPause;
            }
            if (!isPassing(part.error()) || tries >= kTries) return part;
            if (!waitUnlessStopped(pause, stop))
                return problem(ErrorCode::Cancelled, "stopped while bringing ", "");
            pause = std::min(pause * 2, kLongestPause);
        }
        return {};
    }

private:
    static bool isPassing(const Error& error) {
        return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout;
    }

    Result<Object> lookOnce(const std::stop_token& stop) {
        SLIPWAY_TRY(const HttpResponse answer, m_http.send(request("HEAD"), stop));
        if (answer.status != 200) return refusal(answer);
        Object object{std::string(answer.header("etag")), std::string(answer.header("etag")), 0};
        if (object.tag.empty()) object.version = answer.header("last-modified");
        const std::string_view size = answer.header("content-length");
        const auto [end, failure] = std::from_chars(size.data(), size.data() + size.size(), object.size);
        if (failure != std::errc{} || end != size.data() + size.size())
            return problem(ErrorCode::Unavailable, "the store does not tell the size of ", "");
        return object;
    }

    HttpRequest request(const char* method) const {
        HttpRequest request;
        request.method = method;
        std::string path;
        for (std::size_t begin = 0; begin <= m_place.key.size();) {
            const std::size_t end = std::min(m_place.key.find('/', begin), m_place.key.size());
            path += "/" + percentEncode(std::string_view(m_place.key).substr(begin, end - begin));
            begin = end + 1;
        }
        request.url = m_access.endpoint + "/" + m_place.bucket + path;
        if (m_access.accessKey.empty()) return request;
        request.headers.emplace_back("x-amz-content-sha256", kEmptyDigest);
        if (!m_access.sessionToken.empty())
            request.headers.emplace_back("x-amz-security-token", m_access.sessionToken);
        request.identity.basicUser = m_access.accessKey;
        request.identity.basicPassword = m_access.secretKey;
        request.identity.s3Region = m_access.region;
        return request;
    }

    Result<void> bringPart(const Object& object, AtomicFile& file, std::uint64_t& here,
                           const ObjectProgress& progress, const std::stop_token& stop) {
        HttpRequest asked = request("GET");
        asked.headers.emplace_back("Range", "bytes=" + std::to_string(here) + "-");
        if (!object.tag.empty()) asked.headers.emplace_back("If-Match", object.tag);
        Result<void> written;
        const auto sink = [&](std::string_view bytes) {
            written = here + bytes.size() > object.size
                          ? problem(ErrorCode::Conflict, "more comes than it should have of ", "")
                          : file.write(bytes);
            if (!written) return false;
            here += bytes.size();
            progress(Bytes{static_cast<std::int64_t>(here)}, Bytes{static_cast<std::int64_t>(object.size)});
            return true;
        };
        const std::uint64_t from = here;
        auto answer = m_http.stream(asked, sink, stop);
        if (!written) return written;
        if (!answer) return std::move(answer).error();
        if (answer->status == 412)
            return problem(ErrorCode::Conflict, "another version came in the place of ",
                           "Start the run again");
        if (answer->status != 206 && !(answer->status == 200 && from == 0)) return refusal(*answer);
        if (here < object.size) return problem(ErrorCode::Unavailable, "the connection ended within ", "");
        return {};
    }

    Error problem(ErrorCode code, const char* words, std::string hint) const {
        return {code, words + uriOf(m_place), "", std::move(hint)};
    }

    Error refusal(const HttpResponse& answer) const {
        const std::string place = uriOf(m_place) + " at " + redactUrl(m_access.endpoint);
        if (answer.status == 404)
            return {ErrorCode::NotFound, "there is no " + place, "",
                    "Check the bucket's and the object's name"};
        if (answer.status == 401 || answer.status == 403) {
            const bool isAnonymous = m_access.accessKey.empty();
            return {
                ErrorCode::PermissionDenied,
                place + " may not be read" + (isAnonymous ? " without keys" : " with these keys"),
                causeOf(answer.body),
                isAnonymous
                    ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in a cluster under env as a secret"
                    : "Check the keys, their rights to the bucket, and this machine's clock"};
        }
        if (const auto region = answer.header("x-amz-bucket-region");
            !region.empty() && region != m_access.region)
            return {ErrorCode::InvalidArgument, place + " is in the region " + std::string(region), "",
                    "Set AWS_REGION=" + std::string(region)};
        if (answer.status == 400 && !m_access.sessionToken.empty())
            return {ErrorCode::PermissionDenied,
                    place + ": the store refuses the keys, perhaps because their session has ended",
                    causeOf(answer.body),
                    "Renew them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"};
        return {answer.status >= 500 || answer.status == 429 ? ErrorCode::Unavailable
                                                             : ErrorCode::InvalidArgument,
                place + ": the store answers " + std::to_string(answer.status), causeOf(answer.body), ""};
    }

    HttpClient& m_http;
    const ObjectAccess& m_access;
    const ObjectPlace& m_place;
};

// A file name of what a tag holds (mostly hexadecimal digits in quotes), or a time.
std::string nameOf(const std::string& version) {
    std::string name;
    for (const char c : version) {
        const bool isPlain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (isPlain && name.size() < 80) name += c;
    }
    return name.empty() ? "untagged" : name;
}

// One folder name of any text.
std::string folderName(const std::string& text) { return percentEncode(text).substr(0, 200); }

}  // namespace

Result<ObjectAccess> objectAccess(const std::map<std::string, std::string>& environment) {
    ObjectAccess access;
    access.region = valueOf(environment, {"AWS_REGION", "AWS_DEFAULT_REGION"});
    if (access.region.empty()) access.region = "us-east-1";
    access.endpoint = valueOf(environment, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
    if (access.endpoint.empty()) access.endpoint = "https://s3." + access.region + ".amazonaws.com";
    while (access.endpoint.ends_with('/')) access.endpoint.pop_back();
    if (const auto url = splitUrl(access.endpoint); !url)
        return Error{ErrorCode::InvalidArgument, "AWS_ENDPOINT_URL is no URL: " + redactUrl(access.endpoint),
                     "", "Write http://HOST:PORT or https://HOST"};
    access.accessKey = valueOf(environment, {"AWS_ACCESS_KEY_ID"});
    access.secretKey = valueOf(environment, {"AWS_SECRET_ACCESS_KEY"});
    access.sessionToken = valueOf(environment, {"AWS_SESSION_TOKEN"});
    if (access.accessKey.empty()) SLIPWAY_CHECK(addSharedCredentials(environment, access));
    return access;
}

Result<fs::path> bringObject(HttpClient& http, const ObjectAccess& access, const ObjectPlace& place,
                             const fs::path& cache, const ObjectProgress& progress,
                             const std::stop_token& stop) {
    Bringer bringer(http, access, place);
    SLIPWAY_TRY(const Bringer::Object object, bringer.look(stop));
    const fs::path folder = cache / folderName(access.endpoint) / folderName(place.bucket + "/" + place.key) /
                            nameOf(object.version);
    const fs::path file = folder / fs::path(place.key).filename();
    SLIPWAY_CHECK(makeFolders(folder));
    SLIPWAY_TRY(const FileLock lock, FileLock::acquire(folder / ".lock", kLockWait, stop));
    std::error_code failure;
    if (!object.version.empty() && fs::file_size(file, failure) == object.size && !failure) return file;
    SLIPWAY_TRY(AtomicFile part, AtomicFile::create(file));
    SLIPWAY_CHECK(bringer.bring(object, part, progress, stop));
    SLIPWAY_CHECK(part.finish());
    return file;
}

}  // namespace slipway
