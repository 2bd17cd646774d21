// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/rail.h"

#include "widgets/common/looks.h"
#include "widgets/common/themedicon.h"

#include <QButtonGroup>
#include <QFontMetrics>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {

Rail::Rail(QWidget* parent)
    : QWidget(parent),
      m_top(new QVBoxLayout),
      m_bottom(new QVBoxLayout),
      m_group(new QButtonGroup(this)) {
    setFixedWidth(theme::kRail);
    look::setSurface(this, Tone::Window);
    setAccessibleName(tr("Pages"));
    look::pack(m_top, 0, 0, 0, 0, 2);
    look::pack(m_bottom, 0, 0, 0, 0, 2);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, 0, 4, 0, 4, 0);
    layout->addLayout(m_top);
    layout->addStretch(1);
    layout->addLayout(m_bottom);
    connect(m_group, &QButtonGroup::idClicked, this, &Rail::pageTriggered);
}

void Rail::addPage(const QString& title, const char* icon, bool isAtBottom) {
    auto* button = new QToolButton;
    button->setProperty("role", QStringLiteral("rail"));
    button->setText(title);
    button->setAccessibleName(title);
    button->setIcon(themedIcon(icon, Tone::Muted, Tone::Accent));
    button->setIconSize({20, 20});
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    // A wide system font, or another language, makes the rail wider; it never cuts a page's name.
    constexpr int kRoom = 16;
    const int needed = QFontMetrics(theme::font(TextRole::Small)).horizontalAdvance(title) + kRoom;
    setFixedWidth(std::max(width(), needed));
    for (QAbstractButton* other : m_group->buttons()) other->setFixedWidth(width());
    button->setFixedSize(width(), 54);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(m_count + 1));
    m_group->addButton(button, m_count++);
    (isAtBottom ? m_bottom : m_top)->addWidget(button);
}

void Rail::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) button->setChecked(true);
}

}  // namespace slipway
