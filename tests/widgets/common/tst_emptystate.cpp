// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QImage>
#include <QLabel>
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
        EmptyState state("runs", QStringLiteral("No runs"), QStringLiteral("short"), QStringLiteral("Start"));
        state.resize(900, height);
        state.show();
        state.setTexts(QStringLiteral("No run yet"), QStringLiteral("many words of a sentence ").repeated(6));
        QVERIFY(QTest::qWaitForWindowExposed(&state));
        const auto* sentence = labelOf(state, QStringLiteral("many"));
        const auto* title = labelOf(state, QStringLiteral("No run yet"));
        QVERIFY(title && sentence && title->isVisible() && sentence->isVisible());
        QVERIFY(sentence->height() >= sentence->heightForWidth(sentence->width()));
        QVERIFY(state.rect().contains(sentence->geometry()));
        QVERIFY(!title->geometry().intersects(sentence->geometry()));
        QVERIFY(!state.findChild<QPushButton*>()->geometry().intersects(sentence->geometry()));
    }

    void thePictureMakesRoomWhereThereIsLittle() {
        EmptyState state("runs", QStringLiteral("No runs"), QStringLiteral("Start one"));
        state.resize(900, 600);
        state.show();
        const QImage tall = state.grab().toImage();
        QVERIFY(state.minimumSizeHint().height() < 100);
        state.resize(900, state.minimumSizeHint().height());
        for (const auto* label : state.findChildren<QLabel*>())
            QVERIFY2(state.rect().contains(label->geometry()), qPrintable(label->text()));
        state.resize(900, 600);
        QCOMPARE(state.grab().toImage(), tall);
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
