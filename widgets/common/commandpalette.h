// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+K: every action and place by a few letters. Shown over its parent; Escape or a click elsewhere closes it. GUI thread only.
#pragma once

#include <QFrame>
#include <QString>

#include <functional>
#include <vector>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace slipway {

struct PaletteEntry {
    QString text;      // "Go to Runs"
    QString detail;    // where it leads, muted
    QString shortcut;  // "Ctrl+2"
    const char* icon = "chevron-right";
    std::function<void()> run;
};

// How well `query`'s letters stand in `text`, in order; 0: they do not. Starts of words count most.
int paletteScore(const QString& query, const QString& text);

class CommandPalette final : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* parent);
    void open(std::vector<PaletteEntry> entries);
    QLineEdit* field() const { return m_field; }
    QListView* list() const { return m_list; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& query);
    void runCurrent();

    std::vector<PaletteEntry> m_entries;
    QLineEdit* m_field;
    QListView* m_list;
    QStandardItemModel* m_model;
};

}  // namespace slipway
