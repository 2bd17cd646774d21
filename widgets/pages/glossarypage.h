// SPDX-License-Identifier: GPL-3.0-or-later
// The field's terms and what they mean: a list that a search narrows as it is typed, and beside it the chosen term, with the
// settings that it explains and where to read on. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QListView;
class QScrollArea;
class QStackedWidget;
class QStringListModel;

namespace slipway {

class EmptyState;
class FilterBar;

class GlossaryPage final : public Page {
    Q_OBJECT
public:
    explicit GlossaryPage(const Services& services, QWidget* parent = nullptr);

    // The name of a term; empty: the one that was read last.
    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    // What is chosen; empty: no term fits the search.
    QString term() const;
    FilterBar* search() const { return m_search; }
    QListView* list() const { return m_list; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& words);
    void choose(const GlossaryTerm* term);
    void showTerm(const GlossaryTerm* term);
    QWidget* explanation(const GlossaryTerm& term);
    void go(const QString& term);

    const Glossary& m_glossary;
    std::vector<const GlossaryTerm*> m_listed;
    const GlossaryTerm* m_term = nullptr;
    FilterBar* m_search;
    QListView* m_list;
    QStringListModel* m_names;
    QLabel* m_count;
    QScrollArea* m_text;
    EmptyState* m_none;
    QStackedWidget* m_right;
};

}  // namespace slipway
