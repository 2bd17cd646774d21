// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/yamlhighlighter.h"

#include "widgets/common/theme.h"

#include <QRegularExpression>

namespace slipway {
namespace {

using Kind = YamlHighlighter::Span::Kind;

// Text in quotes, where \" and '' are of the text.
constexpr auto kQuoted = R"("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')";

// Where a comment begins: a "#" at the start or after a blank, outside quotes; a quote within a word is a letter.
int commentStart(const QString& line) {
    static const QRegularExpression piece(
        QStringLiteral("(?<![^\\s,\\[{:])(?:%1|[\"'].*)|(?<!\\S)(#)").arg(QLatin1String(kQuoted)));
    for (auto match = piece.globalMatch(line); match.hasNext();) {
        const auto hit = match.next();
        if (hit.hasCaptured(1)) return static_cast<int>(hit.capturedStart(1));
    }
    return static_cast<int>(line.size());
}

}  // namespace

std::vector<YamlHighlighter::Span> YamlHighlighter::spans(const QString& line) {
    static const QRegularExpression key(QStringLiteral("([A-Za-z_][\\w./-]*)\\s*:(?=\\s|$)"));
    // A value stands after ": ", in a list after "[" or ", ", or after "- "; a key stands before ":".
    static const QRegularExpression scalar(
        QStringLiteral(
            "(?<=:\\s|\\[|,\\s|-\\s)\\s*(%1|(?![\\[{#\"'])(?:[^,\\[\\]{}#:]|:(?!\\s|$))++)(?!\\s*:(\\s|$))")
            .arg(QLatin1String(kQuoted)));
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
