// SPDX-License-Identifier: Apache-2.0
// The stand-in for the NVIDIA driver's library. Header only.
#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <string>

#include "testpaths.h"

inline QByteArray nvmlLayout(const char* name) {
    return QByteArray(kTestDataDir) + "/nvml/" + name + ".json";
}

// What this process hears when it opens the library next.
inline void playNvml(const char* layout) { qputenv("SLIPWAY_NVML_LAYOUT", nvmlLayout(layout)); }

// `age`: "new", or "old" for a driver that lacks functions.
inline std::string nvmlStandin(const char* age = "new") {
    return std::string(kNvmlDir) + "/" + age + "/libnvidia-ml.so.1";
}
