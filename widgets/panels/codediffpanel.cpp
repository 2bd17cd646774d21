// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/codediffpanel.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/segmentedcontrol.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QSyntaxHighlighter>

namespace slipway {
namespace {

class DiffHighlighter final : public QSyntaxHighlighter {
public:
    explicit DiffHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

protected:
    void highlightBlock(const QString& text) override {
        QTextCharFormat format;
        const bool isHead = text.startsWith(QLatin1String("--- ")) || text.startsWith(QLatin1String("+++ "));
        if (isHead)
            format.setFontWeight(QFont::DemiBold);
        else if (text.startsWith(QLatin1Char('+')))
            format.setForeground(theme::color(Tone::Ok));
        else if (text.startsWith(QLatin1Char('-')))
            format.setForeground(theme::color(Tone::Error));
        else if (text.startsWith(QLatin1String("@@")))
            format.setForeground(theme::color(Tone::Muted));
        setFormat(0, static_cast<int>(text.size()), format);
    }
};

}  // namespace

CodeDiffPanel::CodeDiffPanel(QWidget* parent)
    : QWidget(parent),
      m_runs(new SegmentedControl(tr("Run whose code is shown"))),
      m_summary(look::label({}, TextRole::Body, Tone::Muted)),
      m_view(new QPlainTextEdit) {
    look::setSurface(this, Tone::Surface);
    m_view->setReadOnly(true);
    m_view->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_view->setFont(theme::font(TextRole::Mono));
    m_view->setTabChangesFocus(true);
    m_view->setTabStopDistance(4 * QFontMetricsF(m_view->font()).horizontalAdvance(QLatin1Char(' ')));
    m_view->setAccessibleName(tr("Changes of the code"));
    new DiffHighlighter(m_view->document());
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 6, theme::kPadding, 6, 10);
    head->addWidget(look::label(tr("Code"), TextRole::Heading));
    head->addWidget(m_summary);
    head->addStretch(1);
    head->addWidget(m_runs);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addLayout(head);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);
    connect(m_runs, &SegmentedControl::currentIndexChanged, this, &CodeDiffPanel::showRun);
    hide();
}

void CodeDiffPanel::showComparison(const RunComparisonPtr& comparison) {
    m_comparison = comparison;
    m_shown.clear();
    QStringList names;
    for (std::size_t i = 0; comparison && i < comparison->code.size(); ++i) {
        if (!comparison->code[i] || comparison->code[i]->files == 0) continue;
        m_shown.push_back(i);
        names << QStringLiteral("#%1").arg(comparison->runs[i + 1].number);
    }
    setVisible(!m_shown.empty());
    m_runs->setChoices(names);
    m_runs->setVisible(names.size() > 1);
    m_runs->setCurrentIndex(0);
    showRun(0);
}

void CodeDiffPanel::showRun(int index) {
    const auto at = static_cast<std::size_t>(index);
    if (at >= m_shown.size()) return m_view->clear();
    const CodeDiff& diff = *m_comparison->code[m_shown[at]];
    m_summary->setText(tr("#%1 against #%2: %3")
                           .arg(m_comparison->runs[m_shown[at] + 1].number)
                           .arg(m_comparison->runs.front().number)
                           .arg(format::text(codeDiffWords(diff))));
    m_view->setPlainText(format::text(diff.text));
}

}  // namespace slipway
