// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/logpanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"
#include "widgets/itemmodels/loglistmodel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace slipway {
namespace {

QString levelWord(LogLevel level) {
    switch (level) {
        case LogLevel::Debug: return LogPanel::tr("debug");
        case LogLevel::Info: return LogPanel::tr("info");
        case LogLevel::Warning: return LogPanel::tr("warn");
        case LogLevel::Error: return LogPanel::tr("error");
    }
    return {};
}

class LineDelegate final : public QStyledItemDelegate {
public:
    explicit LineDelegate(FilterBar* search, QObject* parent)
        : QStyledItemDelegate(parent),
          m_search(search) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {200, theme::kLogLine};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        const auto level = static_cast<LogLevel>(index.data(LogListModel::LevelRole).toInt());
        const Tone tone = level == LogLevel::Error     ? Tone::Error
                          : level == LogLevel::Warning ? Tone::Warn
                                                       : Tone::Muted;
        Tone back = level == LogLevel::Error     ? Tone::ErrorTint
                    : level == LogLevel::Warning ? Tone::WarnTint
                                                 : Tone::Surface;
        if (option.state.testFlag(QStyle::State_Selected)) back = Tone::Selection;
        painter->fillRect(option.rect, theme::color(back));
        if (option.state.testFlag(QStyle::State_HasFocus))
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              theme::color(Tone::Accent));
        painter->setFont(theme::font(TextRole::Mono));
        const int letter = painter->fontMetrics().horizontalAdvance(QLatin1Char('0'));
        QRect rect = option.rect.adjusted(theme::kPadding, 0, -theme::kPadding, 0);
        const auto column = [&](const QString& text, int letters, Tone color) {
            painter->setPen(theme::color(color));
            painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, text);
            rect.setLeft(rect.left() + letters * letter);
        };
        column(index.data(LogListModel::TimeRole).toString(), 14, Tone::Muted);
        column(index.data(LogListModel::RanksRole).toString(), 6, Tone::Muted);
        column(levelWord(level), 7, tone);
        const QString text = index.data().toString();
        const QString words = m_search->text();
        if (const qsizetype hit = words.isEmpty() ? -1 : text.indexOf(words, 0, Qt::CaseInsensitive);
            hit >= 0) {
            const int begin = painter->fontMetrics().horizontalAdvance(text.left(hit));
            const int width = painter->fontMetrics().horizontalAdvance(text.mid(hit, words.size()));
            painter->fillRect(QRect(rect.left() + begin, rect.top() + 1, width, rect.height() - 2),
                              theme::color(Tone::Selection));
        }
        const int ranks = index.data(LogListModel::RankCountRole).toInt();
        column(painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()), 0, Tone::Text);
        if (ranks > 1) {
            const int used = painter->fontMetrics().horizontalAdvance(text) + 10;
            painter->setFont(theme::font(TextRole::Small));
            painter->setPen(theme::color(Tone::Muted));
            painter->drawText(rect.adjusted(used, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                              LogPanel::tr("× %n rank(s)", nullptr, ranks));
        }
        painter->restore();
    }

private:
    FilterBar* m_search;
};

}  // namespace

LogPanel::LogPanel(LogListModel* model, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_list(new QListView),
      m_view(nullptr),
      m_subject(look::label({}, TextRole::Body, Tone::Muted)),
      m_counts(look::label({}, TextRole::Small, Tone::Muted)),
      m_ranks(new QComboBox),
      m_levels(new QComboBox),
      m_search(new FilterBar(tr("Search"), "search")),
      m_follow(new QCheckBox(tr("Follow"))) {
    look::setSurface(this, Tone::Surface);
    m_list->setModel(m_model);
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new LineDelegate(m_search, this));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    makeRowsCopyable(m_list);
    m_list->setAccessibleName(tr("Log lines"));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setFont(theme::font(TextRole::Mono));
    m_view = new StatefulView(
        m_list, new EmptyState("terminal", tr("No log"), tr("What the program writes appears here.")),
        tr("Reading the log"));
    m_view->showEmpty();
    m_levels->addItems({tr("all levels"), tr("info and above"), tr("warnings and errors"), tr("errors")});
    m_levels->setCurrentIndex(1);
    m_model->setLevel(LogLevel::Info);
    m_levels->setAccessibleName(tr("Level"));
    m_ranks->setAccessibleName(tr("Rank"));
    m_ranks->addItem(tr("All ranks"));
    for (QComboBox* combo : {m_ranks, m_levels}) combo->setFont(theme::font(TextRole::Small));
    m_search->setFixedWidth(200);
    m_search->setProperty("small", true);
    m_follow->setChecked(true);

    auto* bar = new QWidget;
    look::setSurface(bar, Tone::Window);
    bar->setFixedHeight(theme::kDrawerHeader);
    auto* head = new QHBoxLayout(bar);
    look::pack(head, theme::kPadding, 0, 8, 0, 8);
    head->addWidget(look::label(tr("Log"), TextRole::Heading));
    head->addWidget(m_subject);
    head->addSpacing(8);
    head->addWidget(m_ranks);
    head->addWidget(m_levels);
    head->addStretch(1);
    head->addWidget(m_counts);
    head->addWidget(m_search);
    head->addWidget(m_follow);
    auto* close = look::iconButton("chevron-down", tr("Close the log"));
    head->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(bar);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);

    connect(close, &QToolButton::clicked, this, &LogPanel::closeTriggered);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &LogPanel::refresh);
    connect(m_model, &QAbstractItemModel::modelReset, this, &LogPanel::refresh);
    connect(m_levels, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_model->setLevel(static_cast<LogLevel>(index)); });
    connect(m_ranks, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_model->setRank(index <= 0 ? std::nullopt : std::optional<int>(m_ranks->itemData(index).toInt()));
    });
    connect(m_search, &FilterBar::filterChanged, this, [this] {
        m_list->viewport()->update();
        find(0);
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(1); });
    connect(m_list->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        m_follow->setChecked(m_list->verticalScrollBar()->sliderPosition() >=
                             m_list->verticalScrollBar()->maximum());
    });
    connect(m_follow, &QCheckBox::toggled, this, [this](bool isOn) {
        if (isOn) m_list->scrollToBottom();
    });
}

void LogPanel::setSubject(const QString& subject, const QString& emptyReason) {
    m_subject->setText(subject);
    m_view->empty()->setTexts(tr("No log"), emptyReason);
    m_isLoading = false;
    m_error.reset();
    refreshView();
}

void LogPanel::showLoading() {
    m_isLoading = true;
    m_error.reset();
    refreshView();
}

void LogPanel::setError(const Error& error) {
    m_error = error;
    refreshView();
}

void LogPanel::refreshView() {
    if (m_model->totalLines() > 0)
        m_view->showFull();
    else if (m_isLoading)
        m_view->showLoading();
    else
        m_view->showEmpty();
    if (m_error) m_view->showError(*m_error);
}

void LogPanel::refresh() {
    refreshRanks();
    const std::size_t total = m_model->totalLines();
    QString counts =
        tr("%1 line(s)", nullptr, static_cast<int>(total)).arg(format::count(static_cast<qint64>(total)));
    if (m_model->warnings() > 0)
        counts += tr(" · %n warning(s)", nullptr, static_cast<int>(m_model->warnings()));
    m_counts->setText(total == 0 ? QString() : counts);
    refreshView();
    if (m_follow->isChecked()) m_list->scrollToBottom();
}

void LogPanel::refreshRanks() {
    if (m_ranks->count() == static_cast<int>(m_model->ranks().size()) + 1) return;
    const QSignalBlocker blocker(m_ranks);
    const QVariant current = m_ranks->currentData();
    m_ranks->clear();
    m_ranks->addItem(tr("All ranks"));
    for (const int rank : m_model->ranks()) m_ranks->addItem(tr("rank %1").arg(rank), rank);
    m_ranks->setCurrentIndex(std::max(0, m_ranks->findData(current)));
    m_ranks->setVisible(m_model->ranks().size() > 1);
}

void LogPanel::find(int step) {
    if (m_search->text().isEmpty()) return;
    const int row = m_model->find(m_search->text(), m_list->currentIndex().row() + step, step < 0 ? -1 : 1);
    if (row < 0) return;
    m_follow->setChecked(false);
    m_list->setCurrentIndex(m_model->index(row));
    m_list->scrollTo(m_model->index(row), QAbstractItemView::PositionAtCenter);
}

void LogPanel::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Find)) {
        m_search->setFocus();
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace slipway
