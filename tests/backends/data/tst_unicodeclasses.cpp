// SPDX-License-Identifier: Apache-2.0
#include "backends/data/unicodeclasses.h"

#include <QChar>
#include <QTest>

using namespace slipway;

class tst_unicodeclasses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Qt has tables of its own, of a Unicode that may be older or newer: what it does not know is left out.
    void isWhatQtSays() {
        for (char32_t c = 0; c <= 0x10ffff; ++c) {
            if (QChar::category(c) == QChar::Other_NotAssigned ||
                QChar::unicodeVersion(c) > QChar::Unicode_14_0)
                continue;
            const CharacterClass expected = QChar::isLetter(c)   ? CharacterClass::Letter
                                            : QChar::isNumber(c) ? CharacterClass::Number
                                            : QChar::isSpace(c)  ? CharacterClass::Space
                                                                 : CharacterClass::Other;
            if (characterClass(c) != expected) QFAIL(qPrintable(QString::number(uint(c), 16)));
        }
    }
};

QTEST_APPLESS_MAIN(tst_unicodeclasses)
#include "tst_unicodeclasses.moc"
