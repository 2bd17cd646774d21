// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/filterbar.h"

#include "widgets/common/themedicon.h"

#include <QAction>
#include <QKeyEvent>

namespace slipway {

FilterBar::FilterBar(const QString& placeholder, const char* icon, QWidget* parent) : QLineEdit(parent) {
    setProperty("icon", true);
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    addAction(themedIcon(icon, Tone::Muted), QLineEdit::LeadingPosition);
    QAction* clearAction = addAction(themedIcon("close", Tone::Muted), QLineEdit::TrailingPosition);
    clearAction->setToolTip(tr("Clear the filter"));
    clearAction->setVisible(false);
    connect(clearAction, &QAction::triggered, this, &QLineEdit::clear);
    connect(this, &QLineEdit::textChanged, this, [this, clearAction](const QString& text) {
        clearAction->setVisible(!text.isEmpty());
        Q_EMIT filterChanged(text);
    });
}

void FilterBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

}  // namespace slipway
