// SPDX-License-Identifier: GPL-3.0-or-later
// What is set once for all jobs, a row each with its unit and what it means, and how much of the disk budget runs take. A change is
// kept when its field is left. GUI thread only.
#pragma once

#include "backends/services/preferenceservice.h"

#include <QWidget>

#include <map>
#include <optional>

class QGridLayout;
class QLabel;
class QLineEdit;

namespace slipway {

class ErrorBanner;

class PreferencesPanel final : public QWidget {
    Q_OBJECT
public:
    explicit PreferencesPanel(PreferenceService& service, QWidget* parent = nullptr);
    ~PreferencesPanel() override;
    void load();
    QLineEdit* field(const QString& name) const;
    QString problem(const QString& name) const;
    ErrorBanner* banner() const { return m_banner; }
    QLabel* disk() const { return m_disk; }

private:
    struct Row {
        const Parameter* parameter;
        QLineEdit* line;
        QLabel* problem;
    };
    void add(const Parameter& parameter, QGridLayout& grid);
    // Empty where nothing is set.
    QString shown(const Parameter& parameter) const;
    void setValues(const ParameterValues& values);
    void showDisk();

    PreferenceService& m_service;
    ErrorBanner* m_banner;
    QLabel* m_disk;
    std::map<QString, Row> m_rows;
    ParameterValues m_values;
    std::optional<Bytes> m_taken;
};

}  // namespace slipway
