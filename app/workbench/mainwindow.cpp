// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/mainwindow.h"

#include "app/workbench/rail.h"
#include "app/workbench/statusstrip.h"
#include "app/workbench/topstrip.h"
#include "widgets/common/looks.h"
#include "widgets/common/themedicon.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWhatsThis>

#include <algorithm>
#include <array>

namespace slipway {
namespace {

constexpr std::size_t kMaxHistory = 100;

}  // namespace

MainWindow::MainWindow(PageTable pages, UiState& ui, QWidget* parent)
    : QMainWindow(parent),
      m_table(std::move(pages)),
      m_ui(ui),
      m_pages(m_table.size(), nullptr),
      m_top(new TopStrip),
      m_rail(new Rail),
      m_stack(new QStackedWidget),
      m_dock(new QWidget),
      m_dockTitle(look::label({}, TextRole::Heading)),
      m_dockStack(new QStackedWidget),
      m_drawer(new QStackedWidget),
      m_drawerBar(new QToolButton),
      m_layout(new QVBoxLayout),
      m_vertical(new QSplitter(Qt::Vertical)),
      m_horizontal(new QSplitter(Qt::Horizontal)),
      m_status(new StatusStrip),
      m_palette(nullptr) {
    setWindowTitle(tr("Slipway"));
    setMinimumSize(900, 560);
    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    makeLayout();
    m_palette = new CommandPalette(centralWidget());
    for (const PageEntry& entry : m_table) m_rail->addPage(entry.title, entry.icon, entry.isAtBottom);
    connect(m_rail, &Rail::pageTriggered, this, [this](int index) {
        go({m_table[static_cast<std::size_t>(index)].id, {}});
    });
    connect(m_top, &TopStrip::backTriggered, this, [this] { step(-1); });
    connect(m_top, &TopStrip::forwardTriggered, this, [this] { step(1); });
    connect(m_top, &TopStrip::paletteTriggered, this, &MainWindow::openPalette);
    connect(m_top, &TopStrip::placeTriggered, this, &MainWindow::go);
    connect(m_top, &TopStrip::dockToggled, this, &MainWindow::setDockOpen);
    connect(m_top, &TopStrip::drawerToggled, this, &MainWindow::setDrawerOpen);
    makeShortcuts();
    if (const QByteArray geometry = m_ui.windowGeometry(); !geometry.isEmpty()) restoreGeometry(geometry);
}

void MainWindow::makeLayout() {
    look::setSurface(m_dock, Tone::Window);
    auto* dockHead = new QHBoxLayout;
    look::pack(dockHead, theme::kPadding, 0, 8, 0, 4);
    dockHead->addWidget(m_dockTitle);
    dockHead->addStretch(1);
    auto* close = look::iconButton("close", tr("Close the side panel"));
    close->setIconSize({13, 13});
    dockHead->addWidget(close);
    auto* dockHeader = new QWidget;
    dockHeader->setFixedHeight(theme::kDockHeader);
    dockHeader->setLayout(dockHead);
    auto* dockLayout = new QVBoxLayout(m_dock);
    look::pack(dockLayout);
    dockLayout->addWidget(dockHeader);
    dockLayout->addWidget(look::horizontalLine());
    dockLayout->addWidget(m_dockStack, 1);
    m_dock->setMinimumWidth(240);
    m_dock->setMaximumWidth(460);
    connect(close, &QToolButton::clicked, this, [this] { setDockOpen(false); });

    m_horizontal->addWidget(m_stack);
    m_horizontal->addWidget(m_dock);
    m_horizontal->setStretchFactor(0, 1);
    m_horizontal->setHandleWidth(1);
    m_horizontal->setChildrenCollapsible(false);
    m_horizontal->setSizes({1072, theme::kDock});
    m_drawer->setMinimumHeight(90);
    m_drawerBar->setProperty("role", QStringLiteral("drawer"));
    m_drawerBar->setFixedHeight(theme::kDrawerClosed);
    m_drawerBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_drawerBar->setIcon(themedIcon("chevron-up", Tone::Muted));
    m_drawerBar->setIconSize({12, 12});
    m_drawerBar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_drawerBar->setFocusPolicy(Qt::StrongFocus);
    connect(m_drawerBar, &QToolButton::clicked, this, [this] { setDrawerOpen(true); });
    m_vertical->addWidget(m_horizontal);
    m_vertical->addWidget(m_drawer);
    m_vertical->setStretchFactor(0, 1);
    m_vertical->setHandleWidth(1);
    m_vertical->setChildrenCollapsible(false);
    m_vertical->setSizes({650, 160});

    auto* middle = new QHBoxLayout;
    look::pack(middle);
    middle->addWidget(m_rail);
    middle->addWidget(look::verticalLine());
    auto* column = new QVBoxLayout;
    look::pack(column);
    column->addWidget(m_vertical, 1);
    column->addWidget(m_drawerBar);
    middle->addLayout(column, 1);
    auto* central = new QWidget;
    central->setLayout(m_layout);
    look::pack(m_layout);
    m_layout->addWidget(m_top);
    m_layout->addWidget(look::horizontalLine());
    m_layout->addLayout(middle, 1);
    m_layout->addWidget(look::horizontalLine());
    m_layout->addWidget(m_status);
    setCentralWidget(central);
}

void MainWindow::makeShortcuts() {
    const auto add = [this](const QKeySequence& keys, auto run) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, run);
        return shortcut;
    };
    const auto bind = [&](Shortcut shortcut, auto run) {
        m_shortcuts.at(static_cast<std::size_t>(shortcut)) = add(m_ui.shortcut(shortcut), run);
    };
    bind(Shortcut::Palette, [this] { openPalette(); });
    bind(Shortcut::Explain, [this] { explain(); });
    bind(Shortcut::Back, [this] { step(-1); });
    bind(Shortcut::Forward, [this] { step(1); });
    bind(Shortcut::Dock, [this] { setDockOpen(!m_ui.isDockOpen()); });
    bind(Shortcut::Drawer, [this] { setDrawerOpen(!m_ui.isDrawerOpen()); });
    bind(Shortcut::Quit, [this] { close(); });
    for (std::size_t at = 0; at < m_table.size() && at < 9; ++at)
        add(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(at))), [this, at] {
            go({m_table[at].id, {}});
        });
}

// A page may have changed them.
void MainWindow::refreshShortcuts() {
    for (const ShortcutEntry& entry : shortcutTable())
        m_shortcuts.at(static_cast<std::size_t>(entry.shortcut))->setKey(m_ui.shortcut(entry.shortcut));
    m_top->showShortcuts(m_ui);
}

void MainWindow::setBanner(QWidget* banner) { m_layout->insertWidget(2, banner); }

int MainWindow::indexOf(const QString& id) const {
    const auto found =
        std::find_if(m_table.begin(), m_table.end(), [&](const PageEntry& entry) { return entry.id == id; });
    return found == m_table.end() ? 0 : static_cast<int>(found - m_table.begin());
}

Page* MainWindow::page(int index) {
    const auto at = static_cast<std::size_t>(index);
    if (m_pages[at]) return m_pages[at];
    Page* made = m_table[at].make();
    m_pages[at] = made;
    m_stack->addWidget(made);
    connect(made, &Page::placeRequested, this, &MainWindow::go);
    connect(made, &Page::drawerSummaryChanged, this, &MainWindow::refreshDrawerBar);
    connect(made, &Page::drawerCloseTriggered, this, [this] { setDrawerOpen(false); });
    connect(made, &Page::surroundingsChanged, this, [this, made] {
        if (made == currentPage()) refreshSurroundings();
    });
    return made;
}

Page* MainWindow::currentPage() const { return qobject_cast<Page*>(m_stack->currentWidget()); }

Place MainWindow::place() const { return m_history.empty() ? Place{} : m_history[m_at]; }

void MainWindow::go(const Place& place) {
    if (!m_history.empty() && m_history[m_at] == place) return showPlace(place);
    if (!m_history.empty()) m_history.resize(m_at + 1);
    m_history.push_back(place);
    if (m_history.size() > kMaxHistory) m_history.erase(m_history.begin());
    m_at = m_history.size() - 1;
    showPlace(place);
}

void MainWindow::step(int by) {
    const auto next = static_cast<std::ptrdiff_t>(m_at) + by;
    if (next < 0 || next >= static_cast<std::ptrdiff_t>(m_history.size())) return;
    m_at = static_cast<std::size_t>(next);
    showPlace(m_history[m_at]);
}

void MainWindow::showPlace(const Place& place) {
    const int index = indexOf(place.page);
    Page* shown = page(index);
    m_stack->setCurrentWidget(shown);
    m_rail->setCurrent(index);
    shown->open(place.argument);
    refreshSurroundings();
}

void MainWindow::refreshSurroundings() {
    const Page* shown = currentPage();
    if (!shown) return;
    refreshShortcuts();
    const std::vector<Crumb> crumbs = shown->crumbs();
    m_top->setCrumbs(crumbs);
    m_top->setHistory(m_at > 0, m_at + 1 < m_history.size());
    setWindowTitle(crumbs.empty() ? tr("Slipway") : tr("%1 – Slipway").arg(crumbs.back().text));
    QWidget* side = shown->sidePanel();
    if (side && m_dockStack->indexOf(side) < 0) m_dockStack->addWidget(side);
    if (side) m_dockStack->setCurrentWidget(side);
    m_dockTitle->setText(shown->sideTitle());
    m_dock->setVisible(side && m_ui.isDockOpen());
    QWidget* drawer = shown->drawer();
    if (drawer && m_drawer->indexOf(drawer) < 0) m_drawer->addWidget(drawer);
    if (drawer) m_drawer->setCurrentWidget(drawer);
    m_drawer->setVisible(drawer && m_ui.isDrawerOpen());
    m_drawerBar->setVisible(drawer && !m_ui.isDrawerOpen());
    refreshDrawerBar();
    m_top->setPanels(side, m_ui.isDockOpen(), drawer, m_ui.isDrawerOpen());
}

void MainWindow::refreshDrawerBar() {
    const Page* shown = currentPage();
    m_drawerBar->setText(shown ? QStringLiteral(" %1   %2").arg(shown->drawerTitle(), shown->drawerSummary())
                               : QString());
}

void MainWindow::setDockOpen(bool isOpen) {
    m_ui.setDockOpen(isOpen);
    refreshSurroundings();
}

void MainWindow::setDrawerOpen(bool isOpen) {
    m_ui.setDrawerOpen(isOpen);
    refreshSurroundings();
}

void MainWindow::openPalette() {
    const auto keys = [this](Shortcut shortcut) {
        return m_ui.shortcut(shortcut).toString(QKeySequence::NativeText);
    };
    std::vector<PaletteEntry> entries;
    if (Page* shown = currentPage()) entries = shown->commands();
    for (std::size_t at = 0; at < m_table.size(); ++at)
        entries.push_back({tr("Go to %1").arg(m_table[at].title),
                           {},
                           tr("Ctrl+%1").arg(at + 1),
                           m_table[at].icon,
                           [this, at] {
                               go({m_table[at].id, {}});
                           }});
    entries.push_back({tr("Show or hide the side panel"), {}, keys(Shortcut::Dock), "panel-right", [this] {
                           setDockOpen(!m_ui.isDockOpen());
                       }});
    entries.push_back({tr("Show or hide the log"), {}, keys(Shortcut::Drawer), "panel-bottom", [this] {
                           setDrawerOpen(!m_ui.isDrawerOpen());
                       }});
    entries.push_back({tr("Back"), {}, keys(Shortcut::Back), "chevron-left", [this] { step(-1); }});
    entries.push_back({tr("Forward"), {}, keys(Shortcut::Forward), "chevron-right", [this] { step(1); }});
    entries.push_back({tr("Quit"), tr("runs go on"), keys(Shortcut::Quit), "close", [this] { close(); }});
    for (const PageEntry& entry : m_table) {
        if (!entry.commands) continue;
        for (PaletteEntry& one : entry.commands([this](const Place& place) { go(place); }))
            entries.push_back(std::move(one));
    }
    m_palette->open(std::move(entries));
}

// What the pointer is on, else what has the focus: where a page explains it, that page, else its own words; where neither has any,
// the page that explains.
void MainWindow::explain() {
    const std::array starts{QApplication::widgetAt(QCursor::pos()), QApplication::focusWidget()};
    for (const QWidget* start : starts)
        for (const QWidget* one = start; one && one != this; one = one->parentWidget())
            for (const PageEntry& entry : m_table) {
                const QString topic = one->property("topic").toString();
                const QString argument = entry.explain && !topic.isEmpty() ? entry.explain(topic) : QString();
                if (!argument.isEmpty()) return go({entry.id, argument});
            }
    for (QWidget* start : starts)
        for (QWidget* one = start; one && one != this; one = one->parentWidget())
            if (!one->toolTip().isEmpty())
                return QWhatsThis::showText(one->mapToGlobal(QPoint(0, one->height())), one->toolTip(), one);
    for (const PageEntry& entry : m_table)
        if (entry.explain) return go({entry.id, {}});
}

// At once, since the program may be ended without closing its window.
void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (isVisible()) m_ui.setWindowGeometry(saveGeometry());
}

void MainWindow::moveEvent(QMoveEvent* event) {
    QMainWindow::moveEvent(event);
    if (isVisible()) m_ui.setWindowGeometry(saveGeometry());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_ui.setWindowGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

}  // namespace slipway
