// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/submission.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <mutex>

namespace slipway {
namespace {

constexpr std::chrono::milliseconds kProgressEvery{100};

class LocalPackageService final : public PackageService {
public:
    LocalPackageService(TargetSettings settings, QObject* owner)
        : PackageService(owner),
          m_settings(std::move(settings)),
          m_worker(this, 2) {}

    void plan(const JobSpec& job, const QString& jobFolder) override {
        const std::uint64_t generation = ++m_planGeneration;
        m_worker.run(
            [request = requestFor(job, jobFolder)](const std::stop_token&) { return planPackage(request); },
            [this, generation](Result<PackagePlan> plan) {
                if (generation != m_planGeneration) return;
                if (plan)
                    Q_EMIT planned(std::make_shared<const PackagePlan>(std::move(*plan)));
                else
                    Q_EMIT failed(plan.error());
            });
    }

    void package(const JobSpec& job, const QString& jobFolder, const QString& to) override {
        m_stop = std::stop_source();
        m_worker.run(
            [this, request = requestFor(job, jobFolder), to = to.toStdString(),
             taskStop = m_stop.get_token()](const std::stop_token& stop) -> Result<PackageOutcome> {
                std::stop_source either;
                const std::stop_callback first(taskStop, [&] { either.request_stop(); });
                const std::stop_callback second(stop, [&] { either.request_stop(); });
                const auto begin = std::chrono::steady_clock::now();
                std::mutex mutex;
                std::chrono::steady_clock::time_point last{};
                const ProgressCallback progress = [&](const TransferProgress& now) {
                    const auto time = std::chrono::steady_clock::now();
                    const std::lock_guard lock(mutex);
                    if (time - last < kProgressEvery) return;
                    last = time;
                    m_worker.post([this, now] {
                        Q_EMIT progressed(QString::fromStdString(now.what), now.done, now.total);
                    });
                };
                SLIPWAY_CHECK(askRegistry(to, *m_settings.http, either.get_token()));
                SLIPWAY_TRY(const PackagedImage image,
                            buildImage(request, *m_settings.http, progress, either.get_token()));
                SLIPWAY_TRY(const PushResult push,
                            pushImage(image, to, *m_settings.http, progress, either.get_token()));
                return PackageOutcome{
                    QString::fromStdString(push.reference), push.sent, push.total, image.layers,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
            },
            [this](const Result<PackageOutcome>& outcome) {
                if (outcome)
                    Q_EMIT packaged(*outcome);
                else
                    Q_EMIT failed(outcome.error());
            });
    }

    void cancel() override { m_stop.request_stop(); }

private:
    PackageRequest requestFor(const JobSpec& job, const QString& jobFolder) const {
        return packageRequest(m_settings, job, jobFolder.toStdString());
    }

    TargetSettings m_settings;
    std::stop_source m_stop;
    std::uint64_t m_planGeneration = 0;
    Worker m_worker;
};

}  // namespace

PackageService* makePackageService(const TargetSettings& settings, QObject* owner) {
    return new LocalPackageService(settings, owner);
}

}  // namespace slipway
