// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/devicewatch.h"
#include "backends/platform/stoppablewait.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

namespace slipway {
namespace {

constexpr std::chrono::seconds kEach{1};

class LocalDeviceService final : public DeviceService {
public:
    LocalDeviceService(std::filesystem::path home, std::string library, QObject* owner)
        : DeviceService(owner),
          m_home(std::move(home)),
          m_library(std::move(library)),
          m_worker(this, 1) {}
    ~LocalDeviceService() override { rest(); }

    void watch() override {
        rest();
        m_stop = std::stop_source();
        m_worker.run(
            [this, generation = m_generation, stop = m_stop.get_token()](const std::stop_token&) {
                DeviceWatch devices(m_home, m_library);
                while (!stop.stop_requested()) {
                    tell(generation, std::make_shared<const DeviceSnapshot>(devices.sample()));
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
    void tell(std::uint64_t generation, DeviceSnapshotPtr devices) {
        m_worker.post([this, generation, devices = std::move(devices)] {
            if (generation == m_generation) Q_EMIT devicesChanged(devices);
        });
    }

    std::filesystem::path m_home;
    std::string m_library;
    std::uint64_t m_generation = 0;  // GUI thread only
    std::stop_source m_stop;         // of the look that goes on
    Worker m_worker;
};

}  // namespace

DeviceService* makeDeviceService(const std::filesystem::path& home, QObject* owner,
                                 const std::string& library) {
    return new LocalDeviceService(home, library, owner);
}

}  // namespace slipway
