// SPDX-License-Identifier: Apache-2.0
// What is set once for all jobs (core/preferences.h), and how much disk runs take. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/preferences.h"
#include "backends/core/units.h"

#include <QObject>
#include <QString>

namespace slipway {

class PreferenceService : public QObject {
    Q_OBJECT
public:
    explicit PreferenceService(QObject* parent = nullptr) : QObject(parent) {}

    // Ends in loaded or failed.
    virtual void load() = 0;
    // Writes one as it was typed; an empty text is the default again. Ends in loaded or refused.
    virtual void set(const QString& name, const QString& typed) = 0;
    // Ends in measured or failed; takes a while where there are many runs.
    virtual void measure() = 0;

Q_SIGNALS:
    // All of them.
    void loaded(const slipway::ParameterValues& values);
    void refused(const QString& name, const slipway::Error& error);
    // What all runs take on disk.
    void measured(slipway::Bytes runs);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
