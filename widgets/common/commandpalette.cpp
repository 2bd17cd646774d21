// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/commandpalette.h"

#include "widgets/common/looks.h"
#include "widgets/common/themedicon.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kWidth = 560;
constexpr int kRows = 9;
constexpr int kRow = 32;
constexpr int kIndexRole = Qt::UserRole;

class EntryDelegate final : public QStyledItemDelegate {
public:
    EntryDelegate(const std::vector<PaletteEntry>& entries, QObject* parent)
        : QStyledItemDelegate(parent),
          m_entries(entries) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {kWidth - 16, kRow};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (!index.data(kIndexRole).isValid()) {
            painter->setFont(theme::font(TextRole::Body));
            painter->setPen(theme::color(Tone::Muted));
            painter->drawText(option.rect.adjusted(10, 0, -10, 0), Qt::AlignVCenter | Qt::AlignLeft,
                              painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle,
                                                                option.rect.width() - 20));
            return painter->restore();
        }
        const PaletteEntry& entry = m_entries.at(index.data(kIndexRole).toUInt());
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme::color(Tone::Selection));
            painter->drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), 5, 5);
        }
        QRect rect = option.rect.adjusted(10, 0, -10, 0);
        paintIcon(*painter, QRectF(rect.left(), rect.center().y() - 7.5, 16, 16), entry.icon, Tone::Muted);
        rect.setLeft(rect.left() + 26);
        painter->setFont(theme::font(TextRole::Body));
        painter->setPen(theme::color(Tone::Text));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, entry.text);
        const int used = painter->fontMetrics().horizontalAdvance(entry.text) + 10;
        painter->setFont(theme::font(TextRole::Small));
        painter->setPen(theme::color(Tone::Muted));
        const int shortcutWidth = painter->fontMetrics().horizontalAdvance(entry.shortcut);
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, entry.shortcut);
        painter->drawText(rect.adjusted(used, 0, -shortcutWidth - 10, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          painter->fontMetrics().elidedText(entry.detail, Qt::ElideMiddle,
                                                            rect.width() - used - shortcutWidth - 10));
        painter->restore();
    }

private:
    const std::vector<PaletteEntry>& m_entries;
};

}  // namespace

int paletteScore(const QString& query, const QString& text) {
    int score = 1;
    qsizetype at = 0;
    bool wasHit = false;
    for (const QChar letter : query) {
        if (letter.isSpace()) continue;
        const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0) return 0;
        const bool isWordStart = found == 0 || !text.at(found - 1).isLetterOrNumber();
        score += isWordStart ? 8 : wasHit && found == at ? 5 : 1;
        wasHit = true;
        at = found + 1;
    }
    return score;
}

CommandPalette::CommandPalette(QWidget* parent)
    : QFrame(parent),
      m_field(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_model(new QStandardItemModel(this)) {
    setObjectName(QStringLiteral("slipwayPalette"));
    setAccessibleName(tr("Command palette"));
    m_field->setProperty("icon", true);
    m_field->setPlaceholderText(tr("Go to, or run a command"));
    m_field->setAccessibleName(tr("Go to, or run a command"));
    m_field->addAction(themedIcon("search", Tone::Muted), QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new EntryDelegate(m_entries, this));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Matches"));
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, 8, 8, 8, 8, 6);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListView::clicked, this, &CommandPalette::runCurrent);
    hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries) {
    m_model->clear();
    m_entries = std::move(entries);
    m_field->clear();
    filter({});
    const int width = std::min(kWidth, parentWidget()->width() - 32);
    move((parentWidget()->width() - width) / 2, 6);
    setFixedWidth(width);
    show();
    raise();
    m_field->setFocus();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut) hide();
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int row = m_list->currentIndex().row();
        switch (key->key()) {
            case Qt::Key_Escape:
                hide();
                parentWidget()->setFocus();
                return true;
            case Qt::Key_Down:
                if (m_model->index(0, 0).flags() != Qt::NoItemFlags)
                    m_list->setCurrentIndex(m_model->index(std::min(row + 1, m_model->rowCount() - 1), 0));
                return true;
            case Qt::Key_Up: m_list->setCurrentIndex(m_model->index(std::max(row - 1, 0), 0)); return true;
            default: break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::filter(const QString& query) {
    std::vector<std::pair<int, unsigned>> hits;
    for (unsigned index = 0; index < m_entries.size(); ++index)
        if (const int score = paletteScore(query, m_entries[index].text); score > 0)
            hits.emplace_back(score, index);
    std::stable_sort(hits.begin(), hits.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    m_model->clear();
    for (const auto& [score, index] : hits) {
        auto* item = new QStandardItem(m_entries[index].text);
        item->setData(index, kIndexRole);
        m_model->appendRow(item);
    }
    if (hits.empty()) {
        auto* none = new QStandardItem(tr("Nothing found for “%1”").arg(query.trimmed()));
        none->setFlags(Qt::NoItemFlags);
        m_model->appendRow(none);
    }
    m_list->setFixedHeight(std::clamp(static_cast<int>(hits.size()), 1, kRows) * kRow + 4);
    adjustSize();
    if (!hits.empty()) m_list->setCurrentIndex(m_model->index(0, 0));
}

void CommandPalette::runCurrent() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.data(kIndexRole).isValid()) return;
    const auto run = m_entries.at(index.data(kIndexRole).toUInt()).run;
    hide();
    if (run) run();
}

}  // namespace slipway
