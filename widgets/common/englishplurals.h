// SPDX-License-Identifier: GPL-3.0-or-later
// Source texts say "%n file(s)"; this makes "1 file" and "2 files" of it where no other translation does. GUI thread only.
#pragma once

#include <QTranslator>

namespace slipway {

class EnglishPlurals final : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char* disambiguation,
                      int n) const override;
};

}  // namespace slipway
