// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/resultpush.h"

#include "backends/image/eventlayer.h"
#include "backends/image/modelartifact.h"
#include "backends/platform/stoppablewait.h"
#include "backends/runs/eventfile.h"

#include <algorithm>
#include <chrono>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{15000};
constexpr const char* kCheckpoints = "checkpoints";

Outgoing outgoing(const AgentPlan& plan, const char* suffix) {
    return {plan.runFolder,
            {},
            plan.job.name,
            (plan.isResultPlainHttp ? "http://" : "") + plan.resultReference + suffix,
            plan.runFolder};
}

}  // namespace

Outgoing outgoingResult(const AgentPlan& plan) {
    Outgoing what = outgoing(plan, "");
    what.folder /= "result";
    return what;
}

Outgoing outgoingCheckpoint(const AgentPlan& plan, const CheckpointEvent& checkpoint) {
    Outgoing what = outgoing(plan, kCheckpointSuffix);
    fs::path path = fs::path(checkpoint.path).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    const bool isUsual = *path.begin() == kCheckpoints;
    what.folder /= isUsual ? kCheckpoints : path.parent_path();
    what.part = isUsual ? path.lexically_relative(kCheckpoints) : path.filename();
    if (what.part == ".") what.part.clear();
    return what;
}

void SendPatience::begin(Clock::time_point now) {
    if (!m_end) m_end = now + m_patience;
    m_sent = {};
}

bool SendPatience::isOver(Bytes sent, Clock::time_point now) {
    if (m_sent.count < sent.count) {
        m_sent = sent;
        m_end = now + m_patience;
    }
    return m_end && now >= *m_end;
}

ResultPush::ResultPush(Outgoing what)
    : m_what(std::move(what)),
      m_thread([this](const std::stop_token& stop) { push(stop); }) {}

std::string ResultPush::words() const {
    const std::lock_guard lock(m_mutex);
    return m_words;
}

Bytes ResultPush::sent() const {
    const std::lock_guard lock(m_mutex);
    return m_sent;
}

void ResultPush::tell(std::string words, Bytes sent) {
    const std::lock_guard lock(m_mutex);
    m_words = std::move(words);
    m_sent.count = std::max(m_sent.count, sent.count);
}

Result<std::string> ResultPush::finish() {
    m_thread.join();
    return *m_result;
}

void ResultPush::push(const std::stop_token& stop) {
    const fs::path events = packedEvents(stop);
    m_result = pushPatiently(events, stop);
    std::error_code code;
    if (!events.empty()) fs::remove(events, code);
    m_isDone = true;
}

fs::path ResultPush::packedEvents(const std::stop_token& stop) {
    std::vector<fs::path> files;
    if (!m_what.run.empty()) {
        for (auto& [rank, file] : eventFiles(m_what.run)) files.push_back(std::move(file));
    }
    if (files.empty()) return {};
    fs::path packed = m_what.run / "events" / "sent.jsonl.gz";
    const auto hasAny = oci::packLines(files, packed, stop);
    if (hasAny && *hasAny) return packed;
    if (!hasAny) m_eventsProblem = describe(hasAny.error());
    std::error_code code;
    fs::remove(packed, code);
    return {};
}

Result<std::string> ResultPush::pushPatiently(const fs::path& events, const std::stop_token& stop) {
    const auto http = makeCurlHttpClient();
    const ModelPush options{m_what.part,
                            [this](const TransferProgress& progress) {
                                tell(decimalSize(progress.done) + " of " + decimalSize(progress.total),
                                     progress.done);
                            },
                            events};
    std::optional<Error> last;
    for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
        const auto pushed = pushModel(m_what.folder, m_what.name, m_what.to, *http, stop, options);
        if (pushed) return pushed->reference;
        if (isUnanswered(pushed.error())) {
            last = pushed.error();
            tell(last->message + "; trying again");
            if (waitUnlessStopped(pause, stop)) continue;
        }
        const bool isStopped = pushed.error().code == ErrorCode::Cancelled || isUnanswered(pushed.error());
        return isStopped && last ? *last : pushed.error();
    }
}

}  // namespace slipway
