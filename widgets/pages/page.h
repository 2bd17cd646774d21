// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows of a page: where it is, what it shows beside itself, and its commands. Pages never know the window.
// GUI thread only.
#pragma once

#include "widgets/common/commandpalette.h"
#include "widgets/common/tasksstrip.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <vector>

namespace slipway {

// Somewhere to go: a page, and what it shows ("" is its start).
struct Place {
    QString page;
    QString argument;
    bool operator==(const Place&) const = default;
};

struct Crumb {
    QString text;
    Place place;
};

class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(QWidget* parent = nullptr);

    virtual void open(const QString& argument) = 0;
    virtual std::vector<Crumb> crumbs() const = 0;
    virtual QWidget* sidePanel() const { return nullptr; }
    virtual QString sideTitle() const { return {}; }
    virtual QWidget* drawer() const { return nullptr; }
    // What the closed drawer says: its name, and what is in it.
    virtual QString drawerTitle() const { return {}; }
    virtual QString drawerSummary() const { return {}; }
    virtual std::vector<PaletteEntry> commands() { return {}; }

Q_SIGNALS:
    void placeRequested(const slipway::Place& place);
    // Crumbs, side panel or drawer are others now.
    void surroundingsChanged();
    void drawerSummaryChanged();
    void drawerCloseTriggered();
};

struct PageEntry {
    QString id;
    QString title;
    const char* icon;
    bool isAtBottom;  // of the rail
    std::function<Page*()> make;
    // What the palette offers whatever page is shown; `go` goes to a place. None: nothing.
    std::function<std::vector<PaletteEntry>(const std::function<void(const Place&)>& go)> commands = {};
    // Its argument that explains what a widget's "topic" property names; empty: nothing of it does. None: it explains nothing.
    std::function<QString(const QString& topic)> explain = {};
};
using PageTable = std::vector<PageEntry>;

}  // namespace slipway
