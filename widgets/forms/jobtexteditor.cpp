// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/jobtexteditor.h"

#include "widgets/common/looks.h"
#include "widgets/common/stateglyph.h"
#include "widgets/forms/yamlhighlighter.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextDocumentLayout>
#include <QTextBlock>

#include <algorithm>
#include <set>

namespace slipway {
namespace {

constexpr int kStripHeight = 28;  // of one line
constexpr int kStripGap = 4;
constexpr int kStripLeft = 6;
constexpr int kStripRight = 8;
constexpr int kNumberRight = 34;
constexpr int kMarginWidth = 56;

// The lines of `now` that a longest common subsequence with `before` leaves out.
std::vector<int> changedLinesOf(const QStringList& before, const QStringList& now) {
    constexpr qsizetype kMost = 2000;  // a job file is short; above that only equal places count
    std::vector<int> result;
    if (before.size() > kMost || now.size() > kMost) return result;
    const auto rows = static_cast<std::size_t>(before.size());
    const auto columns = static_cast<std::size_t>(now.size());
    std::vector<std::vector<int>> length(rows + 1, std::vector<int>(columns + 1, 0));
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            length[i][j] = before.at(static_cast<qsizetype>(i)) == now.at(static_cast<qsizetype>(j))
                               ? length[i + 1][j + 1] + 1
                               : std::max(length[i + 1][j], length[i][j + 1]);
    for (std::size_t i = 0, j = 0; j < columns;) {
        if (i < rows && before.at(static_cast<qsizetype>(i)) == now.at(static_cast<qsizetype>(j))) {
            ++i;
            ++j;
        } else if (i < rows && length[i + 1][j] >= length[i][j + 1]) {
            ++i;
        } else {
            result.push_back(static_cast<int>(j++));
        }
    }
    return result;
}

}  // namespace

// Gives lines the theme's height, and room below those with a strip.
class JobTextEditor::Layout final : public QPlainTextDocumentLayout {
public:
    explicit Layout(QTextDocument* document) : QPlainTextDocumentLayout(document) {}

    void setRoom(std::map<int, int> room) {
        if (room == m_room) return;
        m_room = std::move(room);
        Q_EMIT documentSizeChanged(documentSize());
        Q_EMIT update();
    }

    QRectF blockBoundingRect(const QTextBlock& block) const override {
        QRectF rect = QPlainTextDocumentLayout::blockBoundingRect(block);
        if (!block.isVisible()) return rect;
        rect.setHeight(std::max(rect.height(), static_cast<qreal>(theme::kLogLine)));
        if (const auto found = m_room.find(block.blockNumber()); found != m_room.end())
            rect.setHeight(rect.height() + found->second);
        return rect;
    }

private:
    std::map<int, int> m_room;
};

class JobTextEditor::Margin final : public QWidget {
public:
    explicit Margin(JobTextEditor* editor) : QWidget(editor), m_editor(editor) {}
    QSize sizeHint() const override { return {m_editor->marginWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        m_editor->paintMargin(painter, rect());
    }

private:
    JobTextEditor* m_editor;
};

class JobTextEditor::Strip final : public QWidget {
public:
    Strip(JobTextEditor* editor, const TextProblem& problem, int index) : QWidget(editor->viewport()) {
        look::setSurface(this, Tone::ErrorTint);
        auto* layout = new QHBoxLayout(this);
        look::pack(layout, 8, 2, 4, 2, 8);
        layout->addWidget(new GlyphLabel(Glyph::Cross, Tone::Error));
        auto* words = look::label(problem.message, TextRole::Body, Tone::Error);
        words->setTextFormat(Qt::PlainText);
        words->setWordWrap(true);
        layout->addWidget(words, 1);
        if (!problem.fix.isEmpty()) {
            auto* button = look::button(problem.fix, ButtonRole::Small);
            button->setFocusPolicy(Qt::StrongFocus);
            layout->addWidget(button);
            connect(button, &QPushButton::clicked, editor,
                    [editor, index] { Q_EMIT editor->fixTriggered(index); });
        }
        setAccessibleName(problem.message);
    }
    int heightFor(int width) const { return std::max(kStripHeight, layout()->totalHeightForWidth(width)); }
};

JobTextEditor::JobTextEditor(QWidget* parent) : QPlainTextEdit(parent), m_margin(new Margin(this)) {
    setAccessibleName(tr("Job file"));
    setFont(theme::font(TextRole::Mono));
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    m_layout = new Layout(document());
    document()->setDocumentLayout(m_layout);
    document()->setDocumentMargin(6);
    new YamlHighlighter(document());
    setViewportMargins(marginWidth(), 0, 0, 0);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int scrolled) {
        if (scrolled != 0)
            m_margin->scroll(0, scrolled);
        else
            m_margin->update(0, rect.y(), m_margin->width(), rect.height());
        placeStrips();
    });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        viewport()->update();
        m_margin->update();
    });
    connect(this, &QPlainTextEdit::textChanged, this, &JobTextEditor::refreshChanged);
}

JobTextEditor::~JobTextEditor() = default;

int JobTextEditor::marginWidth() const { return kMarginWidth; }

void JobTextEditor::setProblems(std::vector<TextProblem> problems) {
    m_problems = std::move(problems);
    for (Strip* strip : m_strips) strip->deleteLater();
    m_strips.clear();
    for (std::size_t at = 0; at < m_problems.size(); ++at)
        m_strips.push_back(new Strip(this, m_problems[at], static_cast<int>(at)));
    refreshSelections();
    placeStrips();
    m_margin->update();
}

void JobTextEditor::setBaseline(const QString& text) {
    m_baseline = text.isEmpty() ? QStringList() : text.split(QLatin1Char('\n'));
    refreshChanged();
}

void JobTextEditor::replaceText(const QString& text) {
    const QString before = toPlainText();
    if (before == text) return;
    // Only the part that differs is replaced, so the cursor, the view and undo stay useful.
    qsizetype head = 0;
    while (head < before.size() && head < text.size() && before.at(head) == text.at(head)) ++head;
    qsizetype tail = 0;
    while (tail < before.size() - head && tail < text.size() - head &&
           before.at(before.size() - 1 - tail) == text.at(text.size() - 1 - tail))
        ++tail;
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(head));
    cursor.setPosition(static_cast<int>(before.size() - tail), QTextCursor::KeepAnchor);
    // What is typed right before or behind it would become part of the same step; nothing does of one that begins unmodified.
    document()->setModified(false);
    cursor.insertText(text.mid(head, text.size() - head - tail));
    document()->setModified(false);
}

void JobTextEditor::goToProblem(int step) {
    if (m_problems.empty()) return;
    const int at = textCursor().position();
    const auto after = std::find_if(m_problems.begin(), m_problems.end(),
                                    [&](const TextProblem& one) { return one.begin > at; });
    const auto before = std::find_if(m_problems.rbegin(), m_problems.rend(),
                                     [&](const TextProblem& one) { return one.begin < at; });
    const TextProblem& next = step < 0 ? (before == m_problems.rend() ? m_problems.back() : *before)
                                       : (after == m_problems.end() ? m_problems.front() : *after);
    QTextCursor cursor = textCursor();
    cursor.setPosition(std::min(next.begin, document()->characterCount() - 1));
    setTextCursor(cursor);
    setFocus();
    centerCursor();
}

QRectF JobTextEditor::blockRect(const QTextBlock& block) const {
    return blockBoundingGeometry(block).translated(contentOffset());
}

void JobTextEditor::placeStrips() {
    const int width = viewport()->width() - kStripLeft - kStripRight;
    std::map<int, int> room;
    std::vector<int> offsets;  // below the strips before, of the same line
    for (std::size_t at = 0; at < m_strips.size(); ++at) {
        int& used = room[document()->findBlock(m_problems[at].begin).blockNumber()];
        offsets.push_back(used);
        used += m_strips[at]->heightFor(width) + kStripGap;
    }
    m_layout->setRoom(std::move(room));
    for (std::size_t at = 0; at < m_strips.size(); ++at) {
        const QTextBlock block = document()->findBlock(m_problems[at].begin);
        const int top = static_cast<int>(blockRect(block).top()) + theme::kLogLine + 2 + offsets[at];
        const int height = m_strips[at]->heightFor(width);
        m_strips[at]->setGeometry(kStripLeft, top, width, height);
        m_strips[at]->setVisible(block.isValid() && top > -height && top < viewport()->height());
    }
}

void JobTextEditor::refreshChanged() {
    const std::vector<int> changed = m_baseline.isEmpty()
                                         ? std::vector<int>{}
                                         : changedLinesOf(m_baseline, toPlainText().split(QLatin1Char('\n')));
    if (changed == m_changed) return;
    m_changed = changed;
    m_margin->update();
}

void JobTextEditor::refreshSelections() {
    QList<QTextEdit::ExtraSelection> selections;
    for (const TextProblem& problem : m_problems) {
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        const int last = document()->characterCount() - 1;
        selection.cursor.setPosition(std::min(problem.begin, last));
        selection.cursor.setPosition(std::min(std::max(problem.end, problem.begin + 1), last),
                                     QTextCursor::KeepAnchor);
        selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        selection.format.setUnderlineColor(theme::color(Tone::Error));
        selections.append(selection);
    }
    setExtraSelections(selections);
}

bool JobTextEditor::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

void JobTextEditor::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    const QRect area = contentsRect();
    m_margin->setGeometry(area.left(), area.top(), marginWidth(), area.height());
    placeStrips();
}

void JobTextEditor::paintEvent(QPaintEvent* event) {
    QRectF line = blockRect(textCursor().block());
    line.setLeft(0);
    line.setRight(viewport()->width());
    line.setHeight(theme::kLogLine);
    {
        QPainter painter(viewport());
        painter.fillRect(line.translated(0, -1), theme::color(Tone::AccentTint));
    }
    QPlainTextEdit::paintEvent(event);
}

void JobTextEditor::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    refreshSelections();
    if (auto* highlighter = document()->findChild<YamlHighlighter*>()) highlighter->rehighlight();
}

void JobTextEditor::paintMargin(QPainter& painter, const QRect& area) {
    painter.fillRect(area, theme::color(Tone::Surface));
    std::set<int> problemLines;
    for (const TextProblem& problem : m_problems)
        problemLines.insert(document()->findBlock(problem.begin).blockNumber());
    const int current = textCursor().blockNumber();
    painter.setFont(theme::font(TextRole::Mono));
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF rect = blockRect(block);
        if (rect.top() > area.bottom()) break;
        const int number = block.blockNumber();
        const QRectF line(0, rect.top() - 1, area.width(), theme::kLogLine);
        if (number == current) painter.fillRect(line, theme::color(Tone::AccentTint));
        if (std::binary_search(m_changed.begin(), m_changed.end(), number))
            painter.fillRect(QRectF(0, line.top(), 3, line.height()), theme::color(Tone::Accent));
        if (problemLines.contains(number))
            paintGlyph(painter, QRectF(6, line.top() + 3, 11, 11), Glyph::Cross, Tone::Error);
        painter.setPen(theme::color(number == current ? Tone::Text : Tone::Muted));
        painter.drawText(QRectF(0, rect.top(), kNumberRight + 6, painter.fontMetrics().height()),
                         Qt::AlignRight | Qt::AlignTop, QString::number(number + 1));
    }
}

}  // namespace slipway
