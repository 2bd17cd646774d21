// SPDX-License-Identifier: GPL-3.0-or-later
// Filter as you type, with a clear button; Escape clears. GUI thread only.
#pragma once

#include <QLineEdit>

namespace slipway {

class FilterBar final : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterBar(const QString& placeholder, const char* icon = "filter", QWidget* parent = nullptr);

Q_SIGNALS:
    void filterChanged(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace slipway
