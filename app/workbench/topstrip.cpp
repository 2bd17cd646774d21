// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/topstrip.h"

#include "widgets/common/looks.h"
#include "widgets/common/themedicon.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include <array>
#include <utility>

namespace slipway {
namespace {

constexpr int kPaletteWidth = 360;

class Mark final : public QWidget {
public:
    Mark() { setFixedSize(theme::kRail, theme::kTopStrip); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintIcon(painter, QRectF((width() - 20) / 2.0, (height() - 20) / 2.0, 20, 20), "logo", Tone::Accent);
    }
};

}  // namespace

// The palette's field is a button that looks like a field: typing happens in the palette itself.
class PaletteButton final : public QToolButton {
public:
    PaletteButton() {
        setProperty("role", QStringLiteral("palette"));
        setFocusPolicy(Qt::StrongFocus);
    }
    void setKeys(const QString& keys) {
        m_keys = keys;
        update();
    }

protected:
    void paintEvent(QPaintEvent* event) override {
        QToolButton::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintIcon(painter, QRectF(9, height() / 2.0 - 7, 14, 14), "search", Tone::Muted);
        painter.setFont(theme::font(TextRole::Body));
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(rect().adjusted(31, 0, -60, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         TopStrip::tr("Go to, or run a command"));
        painter.setFont(theme::font(TextRole::Small));
        const int keyWidth = painter.fontMetrics().horizontalAdvance(m_keys) + 12;
        const QRectF box(width() - keyWidth - 5, 5, keyWidth, height() - 10);
        painter.setPen(theme::color(Tone::Line));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setPen(theme::color(Tone::Muted));
        painter.drawText(box, Qt::AlignCenter, m_keys);
    }

private:
    QString m_keys;
};

TopStrip::TopStrip(QWidget* parent)
    : QWidget(parent),
      m_back(look::iconButton("chevron-left", tr("Back"))),
      m_forward(look::iconButton("chevron-right", tr("Forward"))),
      m_crumbs(new QHBoxLayout),
      m_palette(new PaletteButton),
      m_drawer(look::iconButton("panel-bottom", tr("Log"))),
      m_dock(look::iconButton("panel-right", tr("Side panel"))) {
    look::setSurface(this, Tone::Window);
    setFixedHeight(theme::kTopStrip);
    m_palette->setParent(this);
    m_palette->setAccessibleName(tr("Command palette"));
    for (QToolButton* button : {m_drawer, m_dock}) button->setCheckable(true);
    look::pack(m_crumbs, 4, 0, 0, 0, 3);
    auto* layout = new QHBoxLayout(this);
    look::pack(layout, 0, 0, 12, 0, 6);
    layout->addWidget(new Mark);
    layout->addWidget(m_back);
    layout->addWidget(m_forward);
    layout->addLayout(m_crumbs);
    layout->addStretch(1);
    layout->addWidget(m_drawer);
    layout->addWidget(m_dock);
    connect(m_back, &QToolButton::clicked, this, &TopStrip::backTriggered);
    connect(m_forward, &QToolButton::clicked, this, &TopStrip::forwardTriggered);
    connect(m_palette, &QToolButton::clicked, this, &TopStrip::paletteTriggered);
    connect(m_drawer, &QToolButton::clicked, this, &TopStrip::drawerToggled);
    connect(m_dock, &QToolButton::clicked, this, &TopStrip::dockToggled);
}

void TopStrip::setCrumbs(const std::vector<Crumb>& crumbs) {
    while (QLayoutItem* item = m_crumbs->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    for (std::size_t at = 0; at < crumbs.size(); ++at) {
        if (at > 0) m_crumbs->addWidget(look::label(QStringLiteral("/"), TextRole::Body, Tone::Muted));
        const bool isLast = at + 1 == crumbs.size();
        auto* button = new QToolButton;
        button->setProperty("role", QStringLiteral("crumb"));
        button->setText(crumbs[at].text);
        button->setFont(theme::font(isLast ? TextRole::Strong : TextRole::Body));
        button->setEnabled(!isLast);
        m_crumbs->addWidget(button);
        connect(button, &QToolButton::clicked, this,
                [this, place = crumbs[at].place] { Q_EMIT placeTriggered(place); });
    }
}

void TopStrip::setHistory(bool canBack, bool canForward) {
    m_back->setEnabled(canBack);
    m_forward->setEnabled(canForward);
}

void TopStrip::setPanels(bool hasDock, bool isDockOpen, bool hasDrawer, bool isDrawerOpen) {
    m_dock->setVisible(hasDock);
    m_dock->setChecked(isDockOpen);
    m_drawer->setVisible(hasDrawer);
    m_drawer->setChecked(isDrawerOpen);
}

void TopStrip::showShortcuts(const UiState& ui) {
    const auto keys = [&](Shortcut shortcut) {
        return ui.shortcut(shortcut).toString(QKeySequence::NativeText);
    };
    const std::array<std::pair<QToolButton*, Shortcut>, 4> buttons{{{m_back, Shortcut::Back},
                                                                    {m_forward, Shortcut::Forward},
                                                                    {m_drawer, Shortcut::Drawer},
                                                                    {m_dock, Shortcut::Dock}}};
    for (const auto& [button, shortcut] : buttons)
        button->setToolTip(QStringLiteral("%1 (%2)").arg(button->accessibleName(), keys(shortcut)));
    m_palette->setKeys(keys(Shortcut::Palette));
}

QWidget* TopStrip::paletteField() const { return m_palette; }

void TopStrip::resizeEvent(QResizeEvent*) {
    const int width = std::min(kPaletteWidth, this->width() / 3);
    m_palette->setGeometry((this->width() - width) / 2, 7, width, theme::kTopStrip - 14);
}

}  // namespace slipway
