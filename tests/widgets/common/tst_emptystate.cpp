// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLayout>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

const QLabel* labelOf(const EmptyState& state, const QString& begin) {
    for (const auto* label : state.findChildren<QLabel*>())
        if (label->text().startsWith(begin)) return label;
    return nullptr;
}

}  // namespace

class tst_EmptyState : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void theWholeSentenceIsSeenInAnyRoom_data() {
        QTest::addColumn<int>("height");
        QTest::newRow("a page") << 600;
        QTest::newRow("a low strip") << 120;
    }
    void theWholeSentenceIsSeenInAnyRoom() {
        QFETCH(int, height);
        QWidget page;  // a window of its own would not become as low
        EmptyState state("runs", QStringLiteral("No runs"), QStringLiteral("short"), QStringLiteral("Start"),
                         &page);
        state.resize(900, height);
        page.show();
        state.setTexts(QStringLiteral("No run yet"), QStringLiteral("many words of a sentence ").repeated(6));
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QCoreApplication::sendPostedEvents();
        const auto* sentence = labelOf(state, QStringLiteral("many"));
        const auto* title = labelOf(state, QStringLiteral("No run yet"));
        QVERIFY(title && sentence && title->isVisible() && sentence->isVisible());
        QVERIFY(sentence->height() >= sentence->heightForWidth(sentence->width()));
        QVERIFY(state.rect().contains(sentence->geometry()));
        QVERIFY(!title->geometry().intersects(sentence->geometry()));
        QVERIFY(!state.findChild<QPushButton*>()->geometry().intersects(sentence->geometry()));
    }

    void thePictureMakesRoomWhereThereIsLittle() {
        QWidget page;  // a window of its own would not become as low
        EmptyState state("runs", QStringLiteral("No runs"), QStringLiteral("Start one"), {}, &page);
        state.resize(900, 600);
        page.show();
        const auto* picture = state.layout()->itemAt(1)->widget();
        QVERIFY(picture->isVisible());
        QVERIFY(state.minimumSizeHint().height() < 100);
        state.resize(900, state.minimumSizeHint().height());
        QCoreApplication::sendPostedEvents();
        QVERIFY(!picture->isVisible());
        const auto labels = state.findChildren<QLabel*>();
        for (const auto* label : labels) {
            QVERIFY2(state.rect().contains(label->geometry()), qPrintable(label->text()));
            QVERIFY2(label->height() >= label->sizeHint().height(), qPrintable(label->text()));
        }
        QVERIFY(!labels.at(0)->geometry().intersects(labels.at(1)->geometry()));
        state.resize(900, 600);
        QVERIFY(picture->isVisible());
    }

    void theStepIsThereWhereThereIsOne() {
        const EmptyState none("runs", QStringLiteral("No runs"), QStringLiteral("Start one"));
        QVERIFY(none.findChildren<QPushButton*>().isEmpty());
        EmptyState state("runs", QStringLiteral("No runs"), QStringLiteral("Start one"),
                         QStringLiteral("New job"));
        QSignalSpy acted(&state, &EmptyState::actionTriggered);
        auto* step = state.findChild<QPushButton*>();
        QCOMPARE(step->text(), QStringLiteral("New job"));
        QTest::mouseClick(step, Qt::LeftButton);
        QCOMPARE(acted.size(), 1);
    }
};

QTEST_MAIN(tst_EmptyState)
#include "tst_emptystate.moc"
