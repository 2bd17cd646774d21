// SPDX-License-Identifier: Apache-2.0
#include "backends/data/datadescriptionjson.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"
#include "backends/supervise/runnertask.h"

namespace slipway {
namespace {

constexpr std::chrono::milliseconds kProgressEvery{100};

class LocalDataService final : public DataService {
public:
    LocalDataService(std::filesystem::path runner, QObject* owner)
        : DataService(owner),
          m_runner(std::move(runner)),
          m_worker(this, 2) {}

    void describe(const DataPlace& place) override {
        cancel();
        m_stop = std::stop_source();
        const std::uint64_t generation = ++m_generation;
        m_worker.run([this, place, generation, taskStop = m_stop.get_token()](
                         const std::stop_token& stop) { return look(place, generation, taskStop, stop); },
                     [this, generation](Result<DataDescription> data) {
                         if (generation != m_generation) return;
                         if (data)
                             Q_EMIT described(std::make_shared<const DataDescription>(*std::move(data)));
                         else
                             Q_EMIT failed(data.error());
                     });
    }

    void cancel() override { m_stop.request_stop(); }

private:
    Result<DataDescription> look(const DataPlace& place, std::uint64_t generation,
                                 const std::stop_token& taskStop, const std::stop_token& stop) {
        std::stop_source either;
        const std::stop_callback first(taskStop, [&] { either.request_stop(); });
        const std::stop_callback second(stop, [&] { either.request_stop(); });
        RunnerTask task;
        task.runner = m_runner;
        task.words = describeWords(place);
        task.outputLimit = kMaxDescriptionBytes;
        task.stop = either.get_token();
        std::chrono::steady_clock::time_point last{};
        task.progress = [&](std::int64_t done, std::int64_t total) {
            const auto time = std::chrono::steady_clock::now();
            if (time - last < kProgressEvery) return;
            last = time;
            m_worker.post([this, generation, done, total] {
                if (generation == m_generation) Q_EMIT progressed(done, total);
            });
        };
        SLIPWAY_TRY(const RunnerTaskEnd end, runTask(task));
        return descriptionOf(end.out);
    }

    std::filesystem::path m_runner;
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    Worker m_worker;
};

}  // namespace

DataService* makeDataService(const std::filesystem::path& runner, QObject* owner) {
    return new LocalDataService(runner, owner);
}

}  // namespace slipway
