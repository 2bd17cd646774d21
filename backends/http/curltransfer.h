// SPDX-License-Identifier: Apache-2.0
// One request on its way through curl: what is set before it starts, and what curl calls while it runs. Filled in by the caller's
// thread, then the curl thread's until it is done; what both touch in between is under the mutex.
#pragma once

#include "backends/http/httpclient.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace slipway {

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

// The file that a body comes from.
class BodyFile {
public:
    BodyFile() = default;
    BodyFile(const BodyFile&) = delete;
    BodyFile& operator=(const BodyFile&) = delete;
    ~BodyFile() {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }
    bool open(const std::filesystem::path& path) {
        m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        return m_descriptor >= 0;
    }
    ssize_t readAt(char* buffer, std::size_t size, std::uint64_t offset) const {
        ssize_t got = 0;
        do {
            got = ::pread(m_descriptor, buffer, size, static_cast<off_t>(offset));
        } while (got < 0 && errno == EINTR);
        return got;
    }

private:
    int m_descriptor = -1;
};

struct Transfer {
    const HttpRequest* request = nullptr;
    std::string url;
    std::unique_ptr<curl_slist, FreeList> headers;
    std::unique_ptr<curl_slist, FreeList> connectTo;
    char errorText[CURL_ERROR_SIZE] = {};
    BodyFile file;
    std::uint64_t fileLength = 0;
    std::uint64_t sent = 0;
    bool isStreaming = false;
    bool isConnected = false;
    bool hasAllHeaders = false;
    std::size_t headerBytes = 0;
    std::chrono::steady_clock::time_point lastActivity;
    std::optional<Error> ownError;  // why a callback of ours ended the transfer
    HttpResponse response;

    std::mutex mutex;
    std::condition_variable changed;
    std::string buffer;     // stream(): bytes the caller has not taken yet
    bool isPaused = false;  // written under the mutex, by the curl thread only
    bool isDone = false;
    std::optional<Error> error;

    std::unique_ptr<CURL, FreeEasy> easy;  // last: it is freed before what it points at
};

// The easy handle with all its options. InvalidArgument, NotFound, PermissionDenied, Internal.
Result<void> prepareTransfer(Transfer& transfer);

int statusOf(CURL* easy);

}  // namespace slipway
