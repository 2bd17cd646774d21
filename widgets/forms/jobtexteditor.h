// SPDX-License-Identifier: GPL-3.0-or-later
// The job file as text: line numbers, changed lines, squiggles, and beneath each line with a problem a strip that says it and
// offers the fix. Works on positions in the text, not on YAML. Holds the undo history of the text, whoever edits it; the keys for it
// are those of whoever shows the editor, or else its own. GUI thread only.
#pragma once

#include <QPlainTextEdit>
#include <QString>

#include <map>
#include <vector>

namespace slipway {

struct TextProblem {
    int begin = 0;  // character positions in the text
    int end = 0;
    QString message;
    QString fix;  // the button's text, "Change to lr"; empty: no button
    QString replacement;
};

class JobTextEditor final : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit JobTextEditor(QWidget* parent = nullptr);
    ~JobTextEditor() override;

    void setProblems(std::vector<TextProblem> problems);
    // Lines that differ from this text get a mark in the margin.
    void setBaseline(const QString& text);
    // Keeps the place, and is one step of the undo history; does nothing when the text is the same.
    void replaceText(const QString& text);
    // The cursor goes to the next problem (1) or the one before (-1), around the end.
    void goToProblem(int step);
    int problemCount() const { return static_cast<int>(m_problems.size()); }
    int changedLines() const { return static_cast<int>(m_changed.size()); }
    int marginWidth() const;

Q_SIGNALS:
    void fixTriggered(int problem);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Margin;
    class Layout;
    class Strip;
    void paintMargin(QPainter& painter, const QRect& area);
    void placeStrips();
    void refreshChanged();
    void refreshSelections();
    QRectF blockRect(const QTextBlock& block) const;

    Margin* m_margin;
    Layout* m_layout;
    std::vector<TextProblem> m_problems;
    std::vector<Strip*> m_strips;
    QStringList m_baseline;
    std::vector<int> m_changed;
};

}  // namespace slipway
