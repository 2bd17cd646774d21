// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/devicewatch.h"

namespace slipway {

DeviceSnapshot DeviceWatch::sample() {
    DeviceSnapshot snapshot{m_machine.sample(), {}, {}};
    if (!m_nvml) {
        auto opened = Nvml::open(m_library);
        if (opened)
            m_nvml = *std::move(opened);
        else
            snapshot.gpuError = opened.error();
    }
    snapshot.gpus.hasDriver = m_nvml || snapshot.gpuError;
    if (m_nvml) snapshot.gpus = m_nvml->sample();
    return snapshot;
}

}  // namespace slipway
