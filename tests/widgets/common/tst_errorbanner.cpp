// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

QStringList visibleTexts(const QWidget& widget) {
    QStringList texts;
    for (const auto* label : widget.findChildren<QLabel*>())
        if (label->isVisible()) texts << label->text();
    return texts;
}

QStringList visibleButtons(const QWidget& widget) {
    QStringList texts;
    for (const auto* button : widget.findChildren<QPushButton*>())
        if (button->isVisible()) texts << button->text();
    return texts;
}

QPushButton* button(const QWidget& widget, const char* text) {
    for (auto* button : widget.findChildren<QPushButton*>())
        if (button->text() == QLatin1String(text)) return button;
    return nullptr;
}

}  // namespace

class tst_ErrorBanner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void showsWhatIsThereAndNothingElse() {
        ErrorBanner banner;
        QVERIFY(!banner.isVisible());
        banner.showError(Error{ErrorCode::Io, "the disk is full", "", ""});
        QVERIFY(banner.isVisible());
        QCOMPARE(visibleTexts(banner), QStringList{QStringLiteral("the disk is full")});
        QCOMPARE(visibleButtons(banner), QStringList{QStringLiteral("Copy")});

        banner.showError(Error{ErrorCode::Io, "the disk is full", "errno 28", "Free some space"},
                         QStringLiteral("Try again"));
        QCOMPARE(visibleTexts(banner),
                 (QStringList{QStringLiteral("the disk is full"), QStringLiteral("Free some space")}));
        QCOMPARE(visibleButtons(banner), (QStringList{QStringLiteral("Details"), QStringLiteral("Copy"),
                                                      QStringLiteral("Try again")}));
        QVERIFY(banner.accessibleDescription().contains(QStringLiteral("Free some space")));
    }

    void detailsUnfoldAndFoldAgainWithTheNextError() {
        ErrorBanner banner;
        banner.showError(Error{ErrorCode::Io, "a", "errno 28", ""});
        QTest::mouseClick(button(banner, "Details"), Qt::LeftButton);
        QVERIFY(visibleTexts(banner).contains(QStringLiteral("errno 28")));
        QTest::mouseClick(button(banner, "Details"), Qt::LeftButton);
        QVERIFY(!visibleTexts(banner).contains(QStringLiteral("errno 28")));
        QTest::mouseClick(button(banner, "Details"), Qt::LeftButton);
        banner.showError(Error{ErrorCode::Io, "b", "errno 5", ""});
        QCOMPARE(visibleTexts(banner), QStringList{QStringLiteral("b")});
    }

    void copiesAllOfIt_data() {
        QTest::addColumn<QByteArray>("detail");
        QTest::addColumn<QByteArray>("hint");
        QTest::addColumn<QString>("copied");
        QTest::newRow("all") << QByteArray("errno 28") << QByteArray("Free some space")
                             << QStringLiteral("full\nFree some space\nerrno 28");
        QTest::newRow("no hint") << QByteArray("errno 28") << QByteArray()
                                 << QStringLiteral("full\nerrno 28");
        QTest::newRow("message alone") << QByteArray() << QByteArray() << QStringLiteral("full");
    }
    void copiesAllOfIt() {
        QFETCH(QByteArray, detail);
        QFETCH(QByteArray, hint);
        QFETCH(QString, copied);
        ErrorBanner banner;
        banner.showError(Error{ErrorCode::Io, "full", detail.toStdString(), hint.toStdString()});
        QTest::mouseClick(button(banner, "Copy"), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), copied);
    }

    void knowsWhetherItShowsAnError() {
        const Error error{ErrorCode::Io, "full", "errno 28", "Free some space"};
        Error other = error;
        other.detail = "errno 5";
        ErrorBanner banner;
        QVERIFY(!banner.shows(error));
        banner.showError(error);
        QVERIFY(banner.shows(error));
        QVERIFY(!banner.shows(other));
        banner.clear();
        QVERIFY(!banner.shows(error));
    }

    void markupIsText() {
        ErrorBanner banner;
        banner.showError(Error{ErrorCode::Io, "<b>x</b>", "<i>y</i>", "<u>z</u>"});
        for (const auto* label : banner.findChildren<QLabel*>()) QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void theButtonActs() {
        ErrorBanner banner;
        banner.showError(Error{ErrorCode::Io, "full", "", ""}, QStringLiteral("Try again"));
        QSignalSpy acted(&banner, &ErrorBanner::actionTriggered);
        QTest::mouseClick(button(banner, "Try again"), Qt::LeftButton);
        QCOMPARE(acted.size(), 1);
    }
};

QTEST_MAIN(tst_ErrorBanner)
#include "tst_errorbanner.moc"
