// SPDX-License-Identifier: Apache-2.0
// This machine and its GPUs, told once a second while somebody looks. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/devicesnapshot.h"

#include <QObject>

#include <memory>

namespace slipway {

using DeviceSnapshotPtr = std::shared_ptr<const DeviceSnapshot>;

class DeviceService : public QObject {
    Q_OBJECT
public:
    explicit DeviceService(QObject* parent = nullptr) : QObject(parent) {}

    virtual void watch() = 0;
    // Lets go of the driver, too.
    virtual void rest() = 0;

Q_SIGNALS:
    void devicesChanged(const slipway::DeviceSnapshotPtr& devices);
};

}  // namespace slipway
