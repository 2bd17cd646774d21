// SPDX-License-Identifier: GPL-3.0-or-later
// A thing with a name, and what it uses of what it has: one bar each. Painted as one, so that many rows of it are cheap. GUI thread only.
#pragma once

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace slipway {

struct Meter {
    QString name;                 // "Memory"
    QString value;                // "2.1 / 12 GiB"; "–": unknown
    std::optional<double> share;  // of the bar; none: it stays empty
    QString hint;                 // why it is unknown, or more of it
    bool isWarning = false;
    bool operator==(const Meter&) const = default;
};

class MeterRow final : public QWidget {
    Q_OBJECT
public:
    explicit MeterRow(QWidget* parent = nullptr);
    void set(const QString& name, const QString& detail, std::vector<Meter> meters);
    const std::vector<Meter>& meters() const { return m_meters; }
    // Where the meters begin.
    static int indent();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;

private:
    QRectF meterRect(std::size_t index) const;

    QString m_name;
    QString m_detail;
    std::vector<Meter> m_meters;
};

}  // namespace slipway
