// SPDX-License-Identifier: Apache-2.0
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

namespace slipway {
namespace {

constexpr std::chrono::milliseconds kProgressEvery{100};

class LocalSmokeService final : public SmokeService {
public:
    LocalSmokeService(TargetSettings settings, QObject* owner)
        : SmokeService(owner),
          m_settings(std::move(settings)),
          m_worker(this, 2) {}

    void start(const JobSpec& job, const QString& jobFolder) override {
        cancel();
        m_stop = std::stop_source();
        const std::uint64_t generation = ++m_generation;
        SmokeRequest request;
        request.job = job;
        request.jobFolder = jobFolder.toStdString();
        request.home = m_settings.home;
        request.agent = m_settings.agent;
        request.runner = m_settings.runner;
        m_worker.run(
            [this, request, generation, taskStop = m_stop.get_token()](const std::stop_token& stop) {
                std::stop_source either;
                const std::stop_callback first(taskStop, [&] { either.request_stop(); });
                const std::stop_callback second(stop, [&] { either.request_stop(); });
                std::chrono::steady_clock::time_point last{};
                return smokeRun(
                    request,
                    [&](const SmokeProgress& progress) {
                        const auto time = std::chrono::steady_clock::now();
                        if (time - last < kProgressEvery) return;
                        last = time;
                        m_worker.post([this, generation, progress] {
                            if (generation == m_generation) Q_EMIT progressed(progress);
                        });
                    },
                    either.get_token());
            },
            [this, generation](Result<SmokeOutcome> outcome) {
                if (generation != m_generation) return;
                if (outcome)
                    Q_EMIT finished(std::make_shared<const SmokeOutcome>(*std::move(outcome)));
                else
                    Q_EMIT failed(outcome.error());
            });
    }

    void cancel() override { m_stop.request_stop(); }

private:
    TargetSettings m_settings;
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    Worker m_worker;
};

}  // namespace

SmokeService* makeSmokeService(const TargetSettings& settings, QObject* owner) {
    return new LocalSmokeService(settings, owner);
}

}  // namespace slipway
