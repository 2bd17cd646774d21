// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the real services and hands them to the pages as one value; the only place where the window and the backends meet.
// Owns what it makes. GUI thread only.
#pragma once

#include "backends/cluster/targettable.h"
#include "widgets/pages/services.h"

#include <QObject>

namespace slipway {

struct FactorySettings {
    QString home;
    QString kubeconfig;  // empty: as kubectl finds it
    QString programs;    // where agent and runner lie; empty: beside this program
};

class ServiceFactory final : public QObject {
    Q_OBJECT
public:
    ServiceFactory(const FactorySettings& settings, UiState& ui, QObject* parent = nullptr);

    // Where runs and settings are: the folder that was asked for, else the user's own. Absolute.
    static QString homeOf(const QString& asked);
    // Where jobs go as long as the user has named no folder for them.
    static QString jobsFolder();
    // Without "." and "..".
    static QString absolute(const QString& path);
    // The job file that `named` is, or whose folder it is; empty: neither. Looks at the disk, so at the start only.
    static QString jobFileOf(const QString& named);

    const Services& services() const { return m_services; }

private:
    TargetSettings m_targets;
    Services m_services;
};

}  // namespace slipway
