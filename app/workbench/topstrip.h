// SPDX-License-Identifier: GPL-3.0-or-later
// The 40 px on top: mark, Back and Forward, where you are, the palette's field, what is folded in. GUI thread only.
#pragma once

#include "widgets/common/settings.h"
#include "widgets/pages/page.h"

#include <QWidget>

class QHBoxLayout;
class QToolButton;

namespace slipway {

class PaletteButton;

class TopStrip final : public QWidget {
    Q_OBJECT
public:
    explicit TopStrip(QWidget* parent = nullptr);
    void setCrumbs(const std::vector<Crumb>& crumbs);
    void setHistory(bool canBack, bool canForward);
    void setPanels(bool hasDock, bool isDockOpen, bool hasDrawer, bool isDrawerOpen);
    // Names the keys where they are told.
    void showShortcuts(const UiState& ui);
    QWidget* paletteField() const;

Q_SIGNALS:
    void backTriggered();
    void forwardTriggered();
    void paletteTriggered();
    void placeTriggered(const slipway::Place& place);
    void dockToggled(bool isOpen);
    void drawerToggled(bool isOpen);

protected:
    void resizeEvent(QResizeEvent*) override;

private:
    QToolButton* m_back;
    QToolButton* m_forward;
    QHBoxLayout* m_crumbs;
    PaletteButton* m_palette;
    QToolButton* m_drawer;
    QToolButton* m_dock;
};

}  // namespace slipway
