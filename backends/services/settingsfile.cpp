// SPDX-License-Identifier: Apache-2.0
#include "backends/services/settingsfile.h"

#include "backends/core/result.h"

#include <QSettings>

namespace slipway {
namespace {

QVariantMap readAll(const QString& file) {
    const QSettings settings(file, QSettings::IniFormat);
    QVariantMap values;
    for (const QString& key : settings.allKeys()) values.insert(key, settings.value(key));
    return values;
}

// QSettings reads what is there now, adds to it and replaces the file.
Result<void> writeAll(const QString& file, const QVariantMap& values) {
    QSettings settings(file, QSettings::IniFormat);
    for (auto value = values.begin(); value != values.end(); ++value)
        settings.setValue(value.key(), value.value());
    settings.sync();
    if (settings.status() != QSettings::AccessError) return {};
    return Error{ErrorCode::Io, "cannot write " + file.toStdString(), "",
                 "Look at who owns it and whether the disk is full"};
}

}  // namespace

SettingsFile::SettingsFile(QString file, QObject* owner)
    : QObject(owner),
      m_file(std::move(file)),
      m_values(readAll(m_file)),
      m_worker(this, 1) {
    m_clock.setSingleShot(true);
    m_clock.setInterval(kDelay);
    connect(&m_clock, &QTimer::timeout, this, &SettingsFile::write);
}

SettingsFile::~SettingsFile() {
    write();
    m_worker.finish();
}

void SettingsFile::keep(const QString& key, const QVariant& value) {
    m_pending.insert(key, value);
    if (!m_clock.isActive()) m_clock.start();  // never put off by more changes
}

void SettingsFile::write() {
    if (m_pending.isEmpty()) return;
    m_worker.run(
        [file = m_file, values = m_pending](const std::stop_token&) { return writeAll(file, values); },
        [this, values = m_pending](const Result<void>& done) {
            if (done) return;
            for (auto value = values.begin(); value != values.end(); ++value)
                if (!m_pending.contains(value.key())) m_pending.insert(value.key(), value.value());
            Q_EMIT failed(done.error());
        });
    m_pending.clear();
}

}  // namespace slipway
