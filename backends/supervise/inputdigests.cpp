// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/inputdigests.h"

#include "backends/data/digest.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace slipway {

Result<std::unique_ptr<InputDigests>> InputDigests::start(
    std::map<std::string, std::filesystem::path> inputs) {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.isOpen()) return errnoError("cannot watch the inputs' digests", errno);
    std::unique_ptr<InputDigests> digests(new InputDigests(std::move(wake), inputs.size()));
    InputDigests* self = digests.get();
    digests->m_thread =
        std::jthread([self, all = std::move(inputs)](std::stop_token stop) { self->work(all, stop); });
    return digests;
}

InputDigests::~InputDigests() {
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void InputDigests::work(const std::map<std::string, std::filesystem::path>& inputs, std::stop_token stop) {
    for (const auto& [name, path] : inputs) {
        const auto content = contentDigest(path, stop);
        if (stop.stop_requested()) return;
        Finished finished{{name, "", {}}, ""};
        if (content) {
            finished.event = {name, content->digest.str(), content->size};
        } else {
            finished.problem = describe(content.error());
        }
        const std::lock_guard lock(m_mutex);
        m_finished.push_back(std::move(finished));
        static_cast<void>(::eventfd_write(m_wake.get(), 1));
    }
}

std::vector<InputDigests::Finished> InputDigests::take() {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(m_wake.get(), &count));
    const std::lock_guard lock(m_mutex);
    m_open -= m_finished.size();
    return std::exchange(m_finished, {});
}

}  // namespace slipway
