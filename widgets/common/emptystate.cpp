// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/emptystate.h"

#include "widgets/common/looks.h"
#include "widgets/common/themedicon.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kSentenceWidth = 380;

class IconLabel final : public QWidget {
public:
    explicit IconLabel(const char* icon) : m_icon(icon) { setFixedSize(28, 28); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintIcon(painter, QRectF(rect()), m_icon, Tone::Muted);
    }

private:
    const char* m_icon;
};

}  // namespace

EmptyState::EmptyState(const char* icon, const QString& title, const QString& sentence, const QString& action,
                       QWidget* parent)
    : QWidget(parent),
      m_title(look::label(title, TextRole::Title)),
      m_sentence(look::label(sentence, TextRole::Body, Tone::Muted)) {
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_sentence->setFixedWidth(kSentenceWidth);
    fitSentence();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, theme::kPadding, 24, theme::kPadding, 24, 8);
    layout->addStretch(2);
    layout->addWidget(new IconLabel(icon), 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    if (!action.isEmpty()) {
        auto* step = look::button(action);
        layout->addSpacing(4);
        layout->addWidget(step, 0, Qt::AlignHCenter);
        connect(step, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    }
    layout->addStretch(3);
}

// Layouts ask a centred label for one line only; one without text has no height for a width (-1).
void EmptyState::fitSentence() {
    m_sentence->setMinimumHeight(std::max(0, m_sentence->heightForWidth(kSentenceWidth)));
}

void EmptyState::setTitle(const QString& title) { m_title->setText(title); }

void EmptyState::setTexts(const QString& title, const QString& sentence) {
    m_title->setText(title);
    m_sentence->setText(sentence);
    fitSentence();
}

}  // namespace slipway
