// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/glossarypage.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"

#include <QApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStringListModel>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kList = 240;
constexpr int kReading = 640;  // wider lines are hard to read

QLabel* reading(const QString& text, TextRole role, Tone tone = Tone::Text) {
    auto* label = look::label(text, role, tone);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString joined(const std::vector<std::string>& words) {
    QStringList all;
    for (const std::string& word : words) all.append(format::text(word));
    return all.join(QStringLiteral(", "));
}

}  // namespace

GlossaryPage::GlossaryPage(const Services& services, QWidget* parent)
    : Page(parent),
      m_glossary(*services.glossary),
      m_search(new FilterBar(tr("Find a term"), "search")),
      m_list(new QListView),
      m_names(new QStringListModel(this)),
      m_count(look::label({}, TextRole::Body, Tone::Muted)),
      m_text(new QScrollArea),
      m_none(new EmptyState("search", {}, {}, tr("Show all terms"))),
      m_right(new QStackedWidget) {
    m_list->setModel(m_names);
    m_list->setItemDelegate(new RowDelegate(this));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Terms"));
    m_text->setWidgetResizable(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setFocusPolicy(Qt::NoFocus);
    m_right->addWidget(m_text);
    m_right->addWidget(m_none);
    m_search->installEventFilter(this);

    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("Glossary"), TextRole::Page));
    row->addWidget(m_count);
    row->addStretch(1);
    auto* side = new QWidget;
    side->setFixedWidth(kList);
    auto* sideLayout = new QVBoxLayout(side);
    look::pack(sideLayout);
    auto* searchRow = new QHBoxLayout;
    look::pack(searchRow, 8, 8, 8, 8, 0);
    searchRow->addWidget(m_search);
    sideLayout->addLayout(searchRow);
    sideLayout->addWidget(look::horizontalLine());
    sideLayout->addWidget(m_list, 1);
    auto* parts = new QHBoxLayout;
    look::pack(parts);
    parts->addWidget(side);
    parts->addWidget(look::verticalLine());
    parts->addWidget(m_right, 1);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(header);
    layout->addWidget(look::horizontalLine());
    layout->addLayout(parts, 1);

    connect(m_search, &FilterBar::filterChanged, this, &GlossaryPage::filter);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { go(term()); });
    connect(m_none, &EmptyState::actionTriggered, this, [this] {
        m_search->clear();
        m_search->setFocus();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid()) showTerm(m_listed.at(static_cast<std::size_t>(current.row())));
            });
    // By arrows one looks around; what is clicked or entered is a step that Back leads back from.
    connect(m_list, &QListView::clicked, this, [this] { go(term()); });
    connect(m_list, &QListView::activated, this, [this] { go(term()); });
    filter({});
}

void GlossaryPage::open(const QString& argument) {
    if (const GlossaryTerm* wanted = m_glossary.find(argument.toStdString())) {
        if (std::find(m_listed.begin(), m_listed.end(), wanted) == m_listed.end()) m_search->clear();
        choose(wanted);
    }
    if (m_list->hasFocus() || m_search->hasFocus()) return;
    m_search->setFocus();
    m_search->selectAll();
}

std::vector<Crumb> GlossaryPage::crumbs() const { return {{tr("Glossary"), {}}}; }

QString GlossaryPage::term() const { return m_term ? format::text(m_term->name) : QString(); }

void GlossaryPage::filter(const QString& words) {
    m_listed = m_glossary.matching(words.toStdString());
    QStringList names;
    for (const GlossaryTerm* one : m_listed) names.append(format::text(one->name));
    m_names->setStringList(names);
    m_count->setText(words.trimmed().isEmpty()
                         ? tr("%n term(s)", nullptr, static_cast<int>(m_listed.size()))
                         : tr("%1 of %n term(s)", nullptr, static_cast<int>(m_glossary.terms().size()))
                               .arg(m_listed.size()));
    if (m_listed.empty()) {
        const GlossaryTerm* near = m_glossary.nearest(words.trimmed().toStdString());
        m_none->setTexts(tr("Nothing found for “%1”").arg(words.trimmed()),
                         near ? tr("Did you mean %1?").arg(format::text(near->name))
                              : tr("Names, settings and explanations of all terms are searched."));
        return showTerm(nullptr);
    }
    // The best hit, and without a search what was read before.
    const bool isKept = words.trimmed().isEmpty() && m_term;
    choose(isKept ? m_term : m_listed.front());
}

void GlossaryPage::choose(const GlossaryTerm* term) {
    const auto found = std::find(m_listed.begin(), m_listed.end(), term);
    const QModelIndex index = m_names->index(static_cast<int>(found - m_listed.begin()));
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void GlossaryPage::showTerm(const GlossaryTerm* term) {
    m_right->setCurrentWidget(term ? static_cast<QWidget*>(m_text) : m_none);
    if (term == m_term) return;
    m_term = term;
    // A link of what is shown may be the one that leads to the next.
    if (QWidget* before = m_text->takeWidget()) before->deleteLater();
    if (term) m_text->setWidget(explanation(*term));
}

QWidget* GlossaryPage::explanation(const GlossaryTerm& term) {
    auto* all = new QWidget;
    look::setSurface(all, Tone::Surface);
    auto* column = new QVBoxLayout;
    look::pack(column, 24, 16, 24, 24, 4);
    column->addWidget(reading(format::text(term.name), TextRole::Title));
    if (!term.also.empty())
        column->addWidget(reading(tr("also %1").arg(joined(term.also)), TextRole::Body, Tone::Muted));
    column->addSpacing(8);
    auto* text = reading(format::text(term.text), TextRole::Body);
    text->setAccessibleName(format::text(term.text));
    column->addWidget(text);
    if (!term.settings.empty()) {
        column->addSpacing(16);
        column->addWidget(look::label(tr("In job.yaml"), TextRole::SmallHeading, Tone::Muted));
        for (const std::string& path : term.settings)
            column->addWidget(reading(format::text(path), TextRole::Mono));
    }
    if (!term.see.empty()) {
        column->addSpacing(16);
        column->addWidget(look::label(tr("See also"), TextRole::SmallHeading, Tone::Muted));
        auto* grid = new QGridLayout;
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(12);
        grid->setVerticalSpacing(4);
        grid->setColumnStretch(1, 1);
        for (const std::string& name : term.see) {
            const GlossaryTerm* other = m_glossary.find(name);
            const int line = grid->rowCount();
            auto* link = look::button(format::text(name), ButtonRole::Link);
            connect(link, &QPushButton::clicked, this, [this, name] {
                m_list->setFocus();  // the link goes
                go(format::text(name));
            });
            auto* words = new ElidedLabel(TextRole::Body, Tone::Muted);
            words->setText(format::text(firstSentence(*other)));
            grid->addWidget(link, line, 0);
            grid->addWidget(words, line, 1);
        }
        column->addLayout(grid);
    }
    column->addStretch(1);
    auto* page = new QWidget;
    page->setMaximumWidth(kReading + 48);
    page->setLayout(column);
    auto* row = new QHBoxLayout(all);
    look::pack(row);
    row->addWidget(page, 1);
    row->addStretch(0);
    return all;
}

void GlossaryPage::go(const QString& term) {
    if (!term.isEmpty()) Q_EMIT placeRequested({QStringLiteral("glossary"), term});
}

bool GlossaryPage::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown || key == Qt::Key_PageUp) {
            QApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

}  // namespace slipway
