// SPDX-License-Identifier: Apache-2.0
// What data on this machine hold. One place at a time. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/datadescription.h"
#include "backends/core/dataplace.h"
#include "backends/core/error.h"

#include <QObject>

#include <memory>

namespace slipway {

using DataDescriptionPtr = std::shared_ptr<const DataDescription>;

class DataService : public QObject {
    Q_OBJECT
public:
    explicit DataService(QObject* parent = nullptr) : QObject(parent) {}

    // Ends in described or failed (code Cancelled after a cancel), or, where another place is asked for, not at all.
    virtual void describe(const DataPlace& place) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    // Samples or bytes that were looked at; a total of 0 is not known.
    void progressed(qint64 done, qint64 total);
    void described(const slipway::DataDescriptionPtr& data);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
