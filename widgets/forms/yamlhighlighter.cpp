// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/yamlhighlighter.h"

#include "widgets/common/theme.h"

#include <QRegularExpression>

namespace slipway {
namespace {

using Kind = YamlHighlighter::Span::Kind;

// Where a comment begins: a "#" at the start or after a blank, outside quotes.
int commentStart(const QString& line) {
    QChar quote;
    for (int at = 0; at < line.size(); ++at) {
        const QChar letter = line.at(at);
        if (!quote.isNull()) {
            if (letter == quote) quote = QChar();
        } else if (letter == QLatin1Char('"') || letter == QLatin1Char('\'')) {
            quote = letter;
        } else if (letter == QLatin1Char('#') && (at == 0 || line.at(at - 1).isSpace())) {
            return at;
        }
    }
    return static_cast<int>(line.size());
}

}  // namespace

std::vector<YamlHighlighter::Span> YamlHighlighter::spans(const QString& line) {
    static const QRegularExpression key(QStringLiteral("([A-Za-z_][\\w./-]*)\\s*:(?=\\s|$)"));
    // A value stands after ": ", in a list after "[" or ", ", or after "- "; a key stands before ":".
    static const QRegularExpression scalar(QStringLiteral(
        "(?<=:\\s|\\[|,\\s|-\\s)\\s*(\"[^\"]*\"|'[^']*'|(?![\\[{#\"'])(?:[^,\\[\\]{}#:]|:(?!\\s|$))++)(?!\\s*:(\\s|$))"));
    static const QRegularExpression number(
        QStringLiteral("^[-+]?(\\d[\\d_]*\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?(m|k|[KMGT]i?|s|min|h)?$"));
    std::vector<Span> result;
    const int end = commentStart(line);
    const QString code = line.left(end);
    for (auto match = key.globalMatch(code); match.hasNext();) {
        const auto hit = match.next();
        result.push_back(
            {static_cast<int>(hit.capturedStart(1)), static_cast<int>(hit.capturedLength(1)), Kind::Key});
    }
    for (auto match = scalar.globalMatch(code); match.hasNext();) {
        const auto hit = match.next();
        const QString value = hit.captured(1).trimmed();
        const int begin = static_cast<int>(hit.capturedStart(1));
        if (value.isEmpty() || value.endsWith(QLatin1Char(':')) || value.contains(QLatin1String(": ")))
            continue;
        result.push_back({begin, static_cast<int>(value.size()),
                          number.match(value).hasMatch() ? Kind::Number : Kind::String});
    }
    if (end < line.size()) result.push_back({end, static_cast<int>(line.size()) - end, Kind::Comment});
    return result;
}

void YamlHighlighter::highlightBlock(const QString& text) {
    for (const Span& span : spans(text)) {
        Tone tone = Tone::SynKey;
        switch (span.kind) {
            case Kind::Key: break;
            case Kind::String: tone = Tone::SynString; break;
            case Kind::Number: tone = Tone::SynNumber; break;
            case Kind::Comment: tone = Tone::SynComment; break;
        }
        setFormat(span.begin, span.length, theme::color(tone));
    }
}

}  // namespace slipway
