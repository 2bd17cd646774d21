// SPDX-License-Identifier: GPL-3.0-or-later
// This machine's CPU, memory and GPUs, and what runs on them. Asks only while it is in sight. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QScrollArea;
class QStandardItemModel;
class QTreeView;
class QVBoxLayout;

namespace slipway {

class GpuPanel;
class MeterRow;
class StatefulView;

class GpusPage final : public Page {
    Q_OBJECT
public:
    explicit GpusPage(const Services& services, QWidget* parent = nullptr);

    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    MeterRow* machine() const { return m_machine; }
    const std::vector<GpuPanel*>& gpus() const { return m_gpus; }
    QTreeView* processes() const { return m_processes; }
    StatefulView* view() const { return m_view; }

protected:
    void showEvent(QShowEvent*) override;
    void hideEvent(QHideEvent*) override;

private:
    QWidget* makeMachine();
    QWidget* makeGpus();
    void showDevices(const DeviceSnapshotPtr& devices);
    void showMachine(const MachineStatus& machine);
    void showProcesses(const GpuReport& report);

    Services m_services;
    QLabel* m_count;
    QLabel* m_host;
    MeterRow* m_machine;
    QVBoxLayout* m_gpuRows;
    std::vector<GpuPanel*> m_gpus;
    QLabel* m_processCount;
    QStandardItemModel* m_model;
    QTreeView* m_processes;
    StatefulView* m_view;
};

}  // namespace slipway
