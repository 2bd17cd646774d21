// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/settingspage.h"

#include "widgets/common/looks.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/panels/preferencespanel.h"
#include "widgets/panels/shortcutspanel.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace slipway {

SettingsPage::SettingsPage(const Services& services, QWidget* parent)
    : Page(parent),
      m_services(services),
      m_theme(new SegmentedControl(tr("Theme"))),
      m_folders(new QVBoxLayout),
      m_preferences(new PreferencesPanel(*services.preferences)),
      m_shortcuts(new ShortcutsPanel(*services.ui)) {
    m_theme->setChoices({tr("As the system"), tr("Light"), tr("Dark")});
    m_theme->setCurrentIndex(static_cast<int>(m_services.ui->theme()));
    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("Settings"), TextRole::Page));
    row->addStretch(1);

    auto* sections = new QWidget;
    look::setSurface(sections, Tone::Surface);
    auto* column = new QVBoxLayout(sections);
    look::pack(column, theme::kPadding, 16, theme::kPadding, 16, 14);
    QGridLayout* grid = nullptr;
    const auto begin = [&](const QString& title) {
        if (!title.isEmpty()) column->addWidget(look::label(title, TextRole::Heading));
        grid = new QGridLayout;
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(24);
        grid->setVerticalSpacing(14);
        grid->setColumnMinimumWidth(0, 150);
        grid->setColumnStretch(1, 1);
        column->addLayout(grid);
    };
    const auto add = [&](const QString& name, QLayout* value) {
        const int line = grid->rowCount();
        grid->addWidget(look::label(name, TextRole::Body, Tone::Muted), line, 0, Qt::AlignTop);
        grid->addLayout(value, line, 1);
    };
    const auto path = [](const QString& text, const QString& note) {
        auto* lines = new QVBoxLayout;
        look::pack(lines, 0, 0, 0, 0, 2);
        auto* label = look::label(text, TextRole::Mono);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        lines->addWidget(label);
        lines->addWidget(look::label(note, TextRole::Small, Tone::Muted));
        return lines;
    };
    begin({});
    auto* themeRow = new QHBoxLayout;
    look::pack(themeRow);
    themeRow->addWidget(m_theme);
    themeRow->addStretch(1);
    add(tr("Theme"), themeRow);
    look::pack(m_folders, 0, 0, 0, 0, 6);
    add(tr("Workspace folders"), m_folders);
    column->addWidget(m_preferences);
    column->addWidget(look::label(tr("Shortcuts"), TextRole::Heading));
    column->addWidget(m_shortcuts);
    begin(tr("Places"));
    add(tr("Home"),
        path(
            m_services.home,
            tr("Runs, their index, caches, cluster profiles and these settings. SLIPWAY_HOME or --home names "
               "another.")));
    add(tr("Runs"), path(m_services.home + QStringLiteral("/runs"),
                         tr("One folder a run; the folder is the truth, the index can be rebuilt from it.")));
    add(tr("Kubeconfig"),
        path(m_services.kubeconfig, tr("The same file as kubectl's. KUBECONFIG names another.")));
    add(tr("Version"),
        path(QStringLiteral(SLIPWAY_VERSION), tr("GPL-3.0-or-later; images hold Apache-2.0 parts only.")));

    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(header);
    layout->addWidget(look::horizontalLine());
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(sections);
    scroll->setWidgetResizable(true);
    layout->addWidget(scroll, 1);
    connect(m_shortcuts, &ShortcutsPanel::changed, this, &Page::surroundingsChanged);
    connect(m_theme, &SegmentedControl::currentIndexChanged, this, [this](int index) {
        const auto choice = static_cast<ThemeChoice>(index);
        m_services.ui->setTheme(choice);
        m_services.applyTheme(choice);
    });
}

void SettingsPage::open(const QString&) {
    refreshFolders();
    m_preferences->load();
}

// The palette changes it, too.
void SettingsPage::changeEvent(QEvent* event) {
    if (event->type() == QEvent::StyleChange) {
        const QSignalBlocker blocker(m_theme);
        m_theme->setCurrentIndex(static_cast<int>(m_services.ui->theme()));
    }
    Page::changeEvent(event);
}

std::vector<Crumb> SettingsPage::crumbs() const { return {{tr("Settings"), {}}}; }

void SettingsPage::refreshFolders() {
    while (QLayoutItem* item = m_folders->takeAt(0)) {
        if (QWidget* widget = item->widget()) widget->deleteLater();
        delete item;
    }
    const QStringList folders = m_services.ui->workspaces();
    if (folders.isEmpty())
        m_folders->addWidget(
            look::label(tr("None yet: add one in the workspace."), TextRole::Body, Tone::Muted));
    for (const QString& folder : folders) {
        auto* line = new QWidget;
        auto* row = new QHBoxLayout(line);
        look::pack(row, 0, 0, 0, 0, 10);
        row->addWidget(look::label(folder, TextRole::Mono));
        auto* remove = look::button(tr("Remove"), ButtonRole::Link);
        remove->setToolTip(tr("Takes it out of the list; nothing on disk changes"));
        row->addWidget(remove);
        row->addStretch(1);
        m_folders->addWidget(line);
        connect(remove, &QPushButton::clicked, this, [this, folder] {
            QStringList left = m_services.ui->workspaces();
            left.removeAll(folder);
            m_services.ui->setWorkspaces(left);
            refreshFolders();
        });
    }
}

}  // namespace slipway
