// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/statefulview.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/loadingstate.h"
#include "widgets/common/looks.h"

#include <QStackedLayout>
#include <QVBoxLayout>

namespace slipway {

StatefulView::StatefulView(QWidget* full, EmptyState* empty, const QString& loadingWords, QWidget* parent)
    : QWidget(parent),
      m_full(full),
      m_empty(empty),
      m_loading(new LoadingState(loadingWords)),
      m_blank(new QWidget),
      m_banner(new ErrorBanner),
      m_stack(new QStackedLayout) {
    for (QWidget* widget :
         {static_cast<QWidget*>(m_loading), static_cast<QWidget*>(m_empty), m_blank, m_full})
        m_stack->addWidget(widget);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_banner);
    layout->addLayout(m_stack, 1);
    connect(m_banner, &ErrorBanner::actionTriggered, this, &StatefulView::retryTriggered);
}

void StatefulView::showLoading() {
    m_state = State::Loading;
    m_banner->clear();
    m_stack->setCurrentWidget(m_loading);
}

void StatefulView::showEmpty() {
    m_state = State::Empty;
    m_banner->clear();
    m_stack->setCurrentWidget(m_empty);
}

void StatefulView::showFull() {
    m_state = State::Full;
    m_banner->clear();
    m_stack->setCurrentWidget(m_full);
}

void StatefulView::showError(const Error& error, const QString& action) {
    m_state = State::Error;
    m_banner->showError(error, action);
    if (m_stack->currentWidget() == m_loading) m_stack->setCurrentWidget(m_blank);
}

}  // namespace slipway
