// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, why, what to do, one button that does it; details folded, all of it copyable. Hidden until there is an error.
// GUI thread only.
#pragma once

#include "backends/core/error.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace slipway {

class ErrorBanner final : public QWidget {
    Q_OBJECT
public:
    // A warning says what to know of what is shown all the same.
    enum class Kind : quint8 { Error, Warning };
    explicit ErrorBanner(Kind kind = Kind::Error, QWidget* parent = nullptr);
    // `action` is the button's verb; empty: no button.
    void showError(const Error& error, const QString& action = {});
    void clear();
    bool shows(const Error& error) const;
    QString text() const;

Q_SIGNALS:
    void actionTriggered();

private:
    void copy();

    QLabel* m_message;
    QLabel* m_hint;
    QLabel* m_detail;
    QPushButton* m_more;
    QPushButton* m_action;
};

}  // namespace slipway
