// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/errorbanner.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/stateglyph.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace slipway {
namespace {

QString linesOf(std::initializer_list<const QLabel*> labels) {
    QStringList lines;
    for (const QLabel* label : labels)
        if (!label->text().isEmpty()) lines << label->text();
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

ErrorBanner::ErrorBanner(Kind kind, QWidget* parent)
    : QWidget(parent),
      m_message(look::label({}, TextRole::Strong, Tone::Text)),
      m_hint(look::label({}, TextRole::Body, Tone::Muted)),
      m_detail(look::label({}, TextRole::Mono, Tone::Muted)),
      m_more(look::button(tr("Details"), ButtonRole::Link)),
      m_action(look::button({}, ButtonRole::Small)) {
    const bool isError = kind == Kind::Error;
    look::setSurface(this, isError ? Tone::ErrorTint : Tone::WarnTint);
    for (QLabel* label : {m_message, m_hint, m_detail}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setFocusPolicy(Qt::NoFocus);
    }
    m_detail->hide();
    auto* copyButton = look::button(tr("Copy"), ButtonRole::Link);

    auto* words = new QVBoxLayout;
    look::pack(words, 0, 0, 0, 0, 2);
    words->addWidget(m_message);
    words->addWidget(m_hint);
    words->addWidget(m_detail);
    auto* layout = new QHBoxLayout(this);
    look::pack(layout, theme::kPadding, 8, theme::kPadding, 8, 10);
    layout->addWidget(
        new GlyphLabel(isError ? Glyph::Cross : Glyph::Triangle, isError ? Tone::Error : Tone::Warn), 0,
        Qt::AlignTop);
    layout->addLayout(words, 1);
    layout->addWidget(m_more, 0, Qt::AlignTop);
    layout->addWidget(copyButton, 0, Qt::AlignTop);
    layout->addWidget(m_action, 0, Qt::AlignTop);

    connect(m_more, &QPushButton::clicked, m_detail,
            [this] { m_detail->setVisible(!m_detail->isVisible()); });
    connect(copyButton, &QPushButton::clicked, this, &ErrorBanner::copy);
    connect(m_action, &QPushButton::clicked, this, &ErrorBanner::actionTriggered);
    setAccessibleName(isError ? tr("Error") : tr("Warning"));
    hide();
}

void ErrorBanner::showError(const Error& error, const QString& action) {
    m_message->setText(format::text(error.message));
    m_hint->setText(format::text(error.hint));
    m_hint->setVisible(!error.hint.empty());
    m_detail->setText(format::text(error.detail));
    m_detail->hide();
    m_more->setVisible(!error.detail.empty());
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleDescription(text());
    show();
}

void ErrorBanner::clear() { hide(); }

bool ErrorBanner::shows(const Error& error) const {
    return !isHidden() && m_message->text() == format::text(error.message) &&
           m_hint->text() == format::text(error.hint) && m_detail->text() == format::text(error.detail);
}

QString ErrorBanner::text() const { return linesOf({m_message, m_hint}); }

void ErrorBanner::copy() { QGuiApplication::clipboard()->setText(linesOf({m_message, m_hint, m_detail})); }

}  // namespace slipway
