// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/devicewatch.h"
#include "backends/platform/stoppablewait.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

namespace slipway {
namespace {

constexpr std::chrono::seconds kEach{1};
constexpr std::chrono::seconds kLongestWait{2};

class LocalDeviceService final : public DeviceService {
public:
    LocalDeviceService(std::filesystem::path home, std::string library, QObject* owner)
        : DeviceService(owner),
          m_home(std::move(home)),
          m_library(std::move(library)),
          m_worker(std::make_unique<Worker>(this, 1)) {}
    // A driver that is out of order may never answer.
    ~LocalDeviceService() override {
        rest();
        if (!Worker::endsWithin(std::move(m_worker), kLongestWait))
            qWarning("the GPU driver did not answer for %lld s",
                     static_cast<long long>(kLongestWait.count()));
    }

    void watch() override {
        rest();
        m_stop = std::stop_source();
        m_worker->run(
            [this, worker = m_worker.get(), generation = m_generation, home = m_home, library = m_library,
             stop = m_stop.get_token()](const std::stop_token&) {
                DeviceWatch devices(home, library);
                while (!stop.stop_requested()) {
                    auto seen = std::make_shared<const DeviceSnapshot>(devices.sample());
                    if (stop.stop_requested()) break;  // this object may be gone
                    worker->post([this, generation, seen = std::move(seen)] {
                        if (generation == m_generation) Q_EMIT devicesChanged(seen);
                    });
                    waitUnlessStopped(kEach, stop);
                }
                return true;
            },
            [](bool) {});
    }

    void rest() override {
        ++m_generation;
        m_stop.request_stop();
    }

private:
    std::filesystem::path m_home;
    std::string m_library;
    std::uint64_t m_generation = 0;  // GUI thread only
    std::stop_source m_stop;         // of the look that goes on
    std::unique_ptr<Worker> m_worker;
};

}  // namespace

DeviceService* makeDeviceService(const std::filesystem::path& home, QObject* owner,
                                 const std::string& library) {
    return new LocalDeviceService(home, library, owner);
}

}  // namespace slipway
