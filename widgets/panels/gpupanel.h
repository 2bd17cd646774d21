// SPDX-License-Identifier: GPL-3.0-or-later
// One GPU of this machine: what it uses, its slices, and what slows or stops it. GUI thread only.
#pragma once

#include "backends/services/deviceservice.h"

#include <QWidget>

class QVBoxLayout;

namespace slipway {

class MeterRow;
class SliceBar;

class GpuPanel final : public QWidget {
    Q_OBJECT
public:
    explicit GpuPanel(QWidget* parent = nullptr);
    void set(const GpuDevice& gpu);
    MeterRow* meters() const { return m_meters; }
    // What stands below the meters.
    const QStringList& notes() const { return m_notes; }

    // "RTX A2000": without the maker's name.
    static QString shortName(const GpuDevice& gpu);

private:
    void setNotes(const GpuDevice& gpu);

    MeterRow* m_meters;
    SliceBar* m_slices;
    QVBoxLayout* m_noteRows;
    QStringList m_notes;
};

}  // namespace slipway
