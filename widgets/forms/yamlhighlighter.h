// SPDX-License-Identifier: GPL-3.0-or-later
// YAML's keys, strings, numbers and comments in the theme's tones, line by line. GUI thread only.
#pragma once

#include <QSyntaxHighlighter>

namespace slipway {

class YamlHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit YamlHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

    struct Span {
        int begin;
        int length;
        enum class Kind { Key, String, Number, Comment } kind;
        bool operator==(const Span&) const = default;
    };
    // The spans of one line; pure.
    static std::vector<Span> spans(const QString& line);

protected:
    void highlightBlock(const QString& text) override;
};

}  // namespace slipway
