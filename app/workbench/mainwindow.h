// SPDX-License-Identifier: GPL-3.0-or-later
// The one window: strip, rail, pages from a table, a side panel and a drawer that the page brings along, palette, history. Knows
// no word of the domain. Pages are made when they are first opened. GUI thread only.
#pragma once

#include "widgets/common/settings.h"
#include "widgets/pages/page.h"

#include <QMainWindow>

#include <array>

class QLabel;
class QShortcut;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace slipway {

class CommandPalette;
class Rail;
class StatusStrip;
class TopStrip;

class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(PageTable pages, UiState& ui, QWidget* parent = nullptr);

    void go(const Place& place);
    // Above the pages, whichever is shown.
    void setBanner(QWidget* banner);
    Place place() const;
    StatusStrip* status() const { return m_status; }
    CommandPalette* palette() const { return m_palette; }
    Page* currentPage() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void moveEvent(QMoveEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void makeLayout();
    void makeShortcuts();
    void refreshShortcuts();
    void showPlace(const Place& place);
    Page* page(int index);
    int indexOf(const QString& id) const;
    void step(int by);
    void openPalette();
    void explain();
    void refreshSurroundings();
    void refreshDrawerBar();
    void setDockOpen(bool isOpen);
    void setDrawerOpen(bool isOpen);

    PageTable m_table;
    UiState& m_ui;
    std::array<QShortcut*, kShortcutCount> m_shortcuts{};
    std::vector<Page*> m_pages;
    std::vector<Place> m_history;
    std::size_t m_at = 0;

    TopStrip* m_top;
    Rail* m_rail;
    QStackedWidget* m_stack;
    QWidget* m_dock;
    QLabel* m_dockTitle;
    QStackedWidget* m_dockStack;
    QStackedWidget* m_drawer;
    QToolButton* m_drawerBar;
    QVBoxLayout* m_layout;
    QSplitter* m_vertical;
    QSplitter* m_horizontal;
    StatusStrip* m_status;
    CommandPalette* m_palette;
};

}  // namespace slipway
