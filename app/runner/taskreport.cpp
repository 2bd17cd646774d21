// SPDX-License-Identifier: Apache-2.0
#include "app/runner/taskreport.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace slipway {

using Json = nlohmann::ordered_json;

TaskReport::TaskReport() {
    if (const char* const text = std::getenv("SLIPWAY_REPORT_FD"))
        std::from_chars(text, text + std::strlen(text), m_descriptor);
}

void TaskReport::tell(const Json& line) const {
    if (m_descriptor < 0) return;
    const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    [[maybe_unused]] const auto written =
        ::write(m_descriptor, text.data(), text.size());  // short, or nobody reads
}

void TaskReport::progress(std::int64_t done, std::int64_t total) {
    constexpr std::chrono::milliseconds kInterval{100};
    const auto time = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(m_mutex);
        if (time - m_told < kInterval) return;
        m_told = time;
    }
    tell({{"done", done}, {"total", total}});
}

int TaskReport::fail(const Error& error) const {
    tell({{"error",
           {{"code", errorCodeName(error.code)},
            {"message", error.message},
            {"detail", error.detail},
            {"hint", error.hint}}}});
    if (m_descriptor < 0) std::fprintf(stderr, "slipway-runner: %s\n", describe(error).c_str());
    return exitStatus(error.code);
}

int TaskReport::end(const Result<void>& done) const {
    if (!done) return fail(done.error());
    if (std::fflush(stdout) != 0) return fail(errnoError("cannot write to stdout", errno));
    return 0;
}

}  // namespace slipway
