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
constexpr int kIcon = 28;
constexpr int kAir = 24;  // above and below
constexpr int kGap = 8;

class IconLabel final : public QWidget {
public:
    explicit IconLabel(const char* icon) : m_icon(icon) { setFixedSize(kIcon, kIcon); }

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
      m_icon(new IconLabel(icon)),
      m_title(look::label(title, TextRole::Title)),
      m_sentence(look::label(sentence, TextRole::Body, Tone::Muted)) {
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    if (!action.isEmpty()) {
        auto* step = look::button(action);
        layout->addSpacing(4);
        layout->addWidget(step, 0, Qt::AlignHCenter);
        m_actionHeight = step->sizeHint().height() + 4 + kGap;
        connect(step, &QPushButton::clicked, this, &EmptyState::actionTriggered);
    }
    layout->addStretch(3);
    fitSentence();
}

QSize EmptyState::minimumSizeHint() const {
    return {kSentenceWidth + 2 * theme::kPadding,
            m_title->sizeHint().height() + kGap + m_title->sizeHint().height() + m_actionHeight};
}

void EmptyState::resizeEvent(QResizeEvent*) { fitSentence(); }

// Layouts ask a centred label for one line only; one without text has no height for a width (-1).
void EmptyState::fitSentence() {
    const auto heightFor = [this](int width) { return std::max(0, m_sentence->heightForWidth(width)); };
    const int full = kAir + kIcon + kGap + m_title->sizeHint().height() + kGap + heightFor(kSentenceWidth) +
                     m_actionHeight + kAir;
    const bool isLow = height() < full;
    const int width = isLow ? std::max(kSentenceWidth, this->width() - 2 * theme::kPadding) : kSentenceWidth;
    m_icon->setHidden(isLow);
    m_sentence->setFixedWidth(width);
    m_sentence->setMinimumHeight(heightFor(width));
    const int air = isLow ? 4 : kAir;
    look::pack(static_cast<QBoxLayout*>(layout()), theme::kPadding, air, theme::kPadding, air,
               isLow ? 2 : kGap);
}

void EmptyState::setTitle(const QString& title) { m_title->setText(title); }

void EmptyState::setTexts(const QString& title, const QString& sentence) {
    m_title->setText(title);
    m_sentence->setText(sentence);
    fitSentence();
}

}  // namespace slipway
