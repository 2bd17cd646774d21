// SPDX-License-Identifier: GPL-3.0-or-later
// The four states every panel has: loading, empty, error (a banner above whatever was there), full. Owns what it shows. GUI thread only.
#pragma once

#include "backends/core/error.h"

#include <QWidget>

class QStackedLayout;

namespace slipway {

class EmptyState;
class ErrorBanner;
class LoadingState;

class StatefulView final : public QWidget {
    Q_OBJECT
public:
    enum class State : quint8 { Loading, Empty, Error, Full };

    StatefulView(QWidget* full, EmptyState* empty, const QString& loadingWords, QWidget* parent = nullptr);

    State state() const { return m_state; }
    void showLoading();
    void showEmpty();
    void showFull();
    // Keeps showing what was there; an empty page lies under the banner when there was nothing yet.
    void showError(const Error& error, const QString& action = {});
    EmptyState* empty() const { return m_empty; }
    ErrorBanner* banner() const { return m_banner; }

Q_SIGNALS:
    void retryTriggered();

private:
    QWidget* m_full;
    EmptyState* m_empty;
    LoadingState* m_loading;
    QWidget* m_blank;
    ErrorBanner* m_banner;
    QStackedLayout* m_stack;
    State m_state = State::Loading;
};

}  // namespace slipway
