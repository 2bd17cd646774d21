// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/formats.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QDateTime>
#include <QImage>
#include <QPainter>
#include <QSet>
#include <QTest>

#include <cmath>

using namespace slipway;
using namespace slipway::test;

class tst_Formats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void timesAsPeopleSayThem_data() {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("of a clock that is ahead") << qint64{-100} << QStringLiteral("just now");
        QTest::newRow("now") << qint64{9} << QStringLiteral("just now");
        QTest::newRow("seconds") << qint64{59} << QStringLiteral("59 s");
        QTest::newRow("a minute") << qint64{60} << QStringLiteral("1 min");
        QTest::newRow("minutes") << qint64{3599} << QStringLiteral("59 min");
        QTest::newRow("an hour") << qint64{3600} << QStringLiteral("1 h");
        QTest::newRow("hours") << qint64{22 * 3600 - 1} << QStringLiteral("21 h");
        QTest::newRow("a day") << qint64{24 * 3600} << QStringLiteral("yesterday");
        QTest::newRow("two days") << qint64{46 * 3600} << QStringLiteral("2 days");
        QTest::newRow("days") << qint64{10 * 86400} << QStringLiteral("10 days");
    }
    void timesAsPeopleSayThem() {
        QFETCH(qint64, seconds);
        QFETCH(QString, words);
        const Timestamp now = Timestamp(std::chrono::hours(500'000));
        QCOMPARE(format::relativeTime(now - std::chrono::seconds(seconds), now), words);
    }

    void clocksAreOfThisPlace() {
        const QDateTime local(QDate(2024, 2, 29), QTime(7, 8, 9, 10));
        const Timestamp time{std::chrono::milliseconds(local.toMSecsSinceEpoch())};
        QCOMPARE(format::exactTime(time), QStringLiteral("2024-02-29 07:08:09"));
        QCOMPARE(format::clockTime(time), QStringLiteral("07:08:09.010"));
    }

    void everyStateAndVerdictHasAWordOfItsOwn() {
        QSet<QString> words;
        for (int state = 0; state <= static_cast<int>(RunState::Lost); ++state)
            words << format::stateWord(static_cast<RunState>(state));
        QCOMPARE(words.size(), static_cast<int>(RunState::Lost) + 1);
        for (const auto verdict : {Verdict::Now, Verdict::After, Verdict::Never, Verdict::Unknown})
            words << format::verdictWord(verdict);
        QCOMPARE(words.size(), static_cast<int>(RunState::Lost) + 5);
        QVERIFY(!words.contains(format::dash()));
    }

    void namesAsPeopleReadThem() {
        QCOMPARE(format::targetName(TargetId("here")), QStringLiteral("this machine"));
        QCOMPARE(format::targetName(TargetId("lab/team-a/research")),
                 QStringLiteral("lab / team-a / research"));
        QCOMPARE(format::metricName("lr"), QStringLiteral("Learning rate"));
        QCOMPARE(format::metricName("test/top_5"), QStringLiteral("Test top 5"));
        QCOMPARE(format::metricName(""), QString());
        QCOMPARE(format::count(1234567), QStringLiteral("1,234,567"));
    }

    void whatIsNoNumberIsADash() {
        for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL})
            QCOMPARE(format::metric(value), format::dash());
        QVERIFY(format::metric(0.25).contains(QStringLiteral("0.25")));
    }

    void errorsAreSentences_data() {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("hint");
        QTest::addColumn<QString>("said");
        QTest::newRow("both") << QByteArray("it is full") << QByteArray("Free some space")
                              << QStringLiteral("it is full. Free some space");
        QTest::newRow("with a full stop") << QByteArray("it is full.") << QByteArray("Free some space")
                                          << QStringLiteral("it is full. Free some space");
        QTest::newRow("no hint") << QByteArray("it is full") << QByteArray() << QStringLiteral("it is full.");
        QTest::newRow("not UTF-8") << QByteArray("a\xff") << QByteArray() << QStringLiteral("a\uFFFD.");
    }
    void errorsAreSentences() {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, hint);
        QFETCH(QString, said);
        QCOMPARE(format::errorText(Error{ErrorCode::Io, message.toStdString(), "unseen", hint.toStdString()}),
                 said);
    }

    void pathsAreTexts() {
        const QString file = QStringLiteral("/a/b c/job.yaml");
        QCOMPARE(format::folderOf(file), QStringLiteral("/a/b c"));
        QCOMPARE(format::folderOf(QStringLiteral("/job.yaml")), QStringLiteral("/"));
        QCOMPARE(format::folderOf(QStringLiteral("/")), QString());
        QCOMPARE(format::folderOf({}), QString());
        QCOMPARE(format::lastName(QStringLiteral("/a/b c")), QStringLiteral("b c"));
        QCOMPARE(format::lastName(QStringLiteral("/a/")), QStringLiteral("a"));
        QCOMPARE(format::lastName(QStringLiteral("/")), QString());
        QCOMPARE(format::relativeTo(QStringLiteral("/a"), file), QStringLiteral("b c/job.yaml"));
        QCOMPARE(format::relativeTo(QStringLiteral("/"), file), QStringLiteral("a/b c/job.yaml"));
        QCOMPARE(format::relativeTo(QStringLiteral("/a/b"), file), file);
    }

    // Whatever its digits, a number of so many takes the same room and ends at the right edge.
    void numbersStandInColumns() {
        QImage image(100, 20, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        painter.setFont(theme::font(TextRole::Body));
        QCOMPARE(format::numberWidth(painter, QStringLiteral("111.1")),
                 format::numberWidth(painter, QStringLiteral("888.8")));
        const auto rightmost = [&](const QString& text) {
            image.fill(Qt::transparent);
            format::drawNumber(painter, QRectF(0, 0, 80, 20), text);
            for (int x = 99; x >= 0; --x)
                for (int y = 0; y < 20; ++y)
                    if (qAlpha(image.pixel(x, y)) > 0) return x;
            return -1;
        };
        const int edge = rightmost(QStringLiteral("8"));
        QVERIFY(edge > 70 && edge <= 80);
        QCOMPARE(rightmost(QStringLiteral("11,188.8")), edge);
    }
};

QTEST_MAIN(tst_Formats)
#include "tst_formats.moc"
