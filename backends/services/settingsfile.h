// SPDX-License-Identifier: Apache-2.0
// What a program remembers between starts, by key, in one ini file. Read once, by the constructor; each change is written beside
// the GUI thread within a fraction of a second, whole or not at all, so that a kill loses next to nothing, and what another window
// wrote under other keys stays. GUI-thread object.
#pragma once

#include "backends/core/error.h"
#include "backends/services/worker.h"

#include <QObject>
#include <QTimer>
#include <QVariantMap>

#include <chrono>

namespace slipway {

class SettingsFile final : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kDelay{
        200};  // changes that come together are written together

    // A file that is missing or damaged has the values that could be read. Reads, so at the start only.
    explicit SettingsFile(QString file, QObject* owner = nullptr);
    // Writes what is left.
    ~SettingsFile() override;

    // As they were at the start.
    const QVariantMap& values() const { return m_values; }
    void keep(const QString& key, const QVariant& value);

Q_SIGNALS:
    // What was not written is tried again with the next change.
    void failed(const slipway::Error& error);

private:
    void write();

    QString m_file;
    QVariantMap m_values;
    QVariantMap m_pending;
    QTimer m_clock;
    Worker m_worker;
};

}  // namespace slipway
