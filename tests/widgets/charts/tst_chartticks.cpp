// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chartticks.h"

#include <QTest>

using namespace slipway;

class tst_ChartTicks : public QObject {
    Q_OBJECT
    static QStringList labels(const std::vector<ChartTick>& ticks) {
        QStringList all;
        for (const ChartTick& tick : ticks) all.append(tick.label);
        return all;
    }
    static QStringList words(const char* text) {
        return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void linear_data() {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("steps") << 0.0 << 2000.0 << QStringLiteral("0 500 1,000 1,500 2,000");
        QTest::newRow("part") << 0.23 << 0.61 << QStringLiteral("0.3 0.4 0.5 0.6");
        QTest::newRow("close") << 0.9121 << 0.9129 << QStringLiteral("0.9122 0.9124 0.9126 0.9128");
        QTest::newRow("about zero") << -1.0 << 1.0 << QStringLiteral("-1.0 -0.5 0 0.5 1.0");
        QTest::newRow("nothing") << 1.0 << 1.0 << QString();
        QTest::newRow("no number") << 0.0 << std::nan("") << QString();
    }
    void linear() {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(QString, expected);
        QCOMPARE(labels(linearTicks(from, to, 4)), words(expected.toUtf8().constData()));
    }

    void logarithmic() {
        QCOMPARE(labels(logTicks(0.15, 3, 5)), words("0.2 0.5 1 2"));
        QCOMPARE(labels(logTicks(1e-6, 1, 4)), words("1e-06 1e-05 0.0001 0.001 0.01 0.1 1"));
        QVERIFY(logTicks(1e-12, 1, 4).size() <= 6);
        QCOMPARE(labels(logTicks(0.82, 0.91, 4)), words("0.82 0.84 0.86 0.88 0.90"));
        QVERIFY(logTicks(0, 1, 4).empty());
    }
};

QTEST_APPLESS_MAIN(tst_ChartTicks)
#include "tst_chartticks.moc"
