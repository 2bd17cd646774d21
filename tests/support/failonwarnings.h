// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRegularExpression>
#include <QTest>

namespace slipway::test {

// From here to the end of the test function each warning fails it, but for those by which the platform without screens tells
// of itself. Belongs in init(): the order holds for one function only.
inline void failOnWarnings() {
    QTest::failOnWarning(QRegularExpression(
        QStringLiteral("^(?!This plugin does not support (propagateSizeHints|raise|grabbing))")));
}

}  // namespace slipway::test
