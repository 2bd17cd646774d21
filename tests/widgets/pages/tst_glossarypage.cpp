// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/looks.h"
#include "widgets/pages/glossarypage.h"
#include "widgets/pages/pagetable.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace slipway;
using namespace slipway::test;

namespace {

struct Shown {
    FakeServices fakes;
    GlossaryPage page{fakes.services};
    std::vector<Place> places;

    explicit Shown(const QString& argument = {}) {
        QObject::connect(&page, &Page::placeRequested, &page, [this](const Place& place) {
            places.push_back(place);
            page.open(place.argument);
        });
        page.resize(900, 500);
        page.show();
        if (!QTest::qWaitForWindowActive(&page)) qFatal("the page does not get active");
        page.open(argument);
    }
    QStringList listed() const {
        QStringList names;
        for (int row = 0; row < page.list()->model()->rowCount(); ++row)
            names.append(page.list()->model()->index(row, 0).data().toString());
        return names;
    }
    bool says(const QString& text) const {
        const QList<QLabel*> labels = page.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* one) { return one->isVisible() && one->text().contains(text); });
    }
    QPushButton* link(const QString& text) const {
        const QList<QPushButton*> buttons = page.findChildren<QPushButton*>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [&](const QPushButton* one) {
            return one->isVisible() && one->text() == text;
        });
        return found == buttons.end() ? nullptr : *found;
    }
};

}  // namespace

class tst_GlossaryPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void aTermIsOpenedWithItsSettingsAndWhatElseToRead() {
        Shown shown(QStringLiteral("learning rate"));
        QCOMPARE(shown.page.term(), QStringLiteral("learning rate"));
        QVERIFY(shown.says(QStringLiteral("How far a step goes.")));
        QVERIFY(shown.says(QStringLiteral("train.optimizer.lr")));
        QVERIFY(shown.link(QStringLiteral("step")) && shown.link(QStringLiteral("batch")));
        QVERIFY(shown.page.search()->hasFocus());
        QCOMPARE(shown.listed().size(), 3);
        const QAbstractItemModelTester tester(shown.page.list()->model());
        QTest::keyClicks(shown.page.search(), QStringLiteral("s"));
    }

    void theSearchNarrowsTheListAsItIsTyped() {
        Shown shown;
        QTest::keyClicks(shown.page.search(), QStringLiteral("st"));
        QCOMPARE(shown.listed(), (QStringList{QStringLiteral("step"), QStringLiteral("batch"),
                                              QStringLiteral("learning rate")}));
        QCOMPARE(shown.page.term(), QStringLiteral("step"));  // the best hit
        QTest::keyClick(shown.page.search(), Qt::Key_Down);
        QCOMPARE(shown.page.term(), QStringLiteral("batch"));
        QTest::keyClick(shown.page.search(), Qt::Key_Up);
        QVERIFY(shown.page.search()->hasFocus() && shown.places.empty());
        QTest::keyClick(shown.page.search(), Qt::Key_Return);
        QCOMPARE(shown.places, (std::vector<Place>{{QStringLiteral("glossary"), QStringLiteral("step")}}));
        QCOMPARE(shown.listed().size(), 3);
        QTest::keyClick(shown.page.search(), Qt::Key_Escape);
        QCOMPARE(shown.listed().value(0), QStringLiteral("batch"));
        QCOMPARE(shown.page.term(), QStringLiteral("step"));
    }

    void whatIsNotFoundIsSaidWithTheNearest() {
        Shown shown;
        QTest::keyClicks(shown.page.search(), QStringLiteral("lerning rate"));
        QVERIFY(shown.says(QStringLiteral("Nothing found for “lerning rate”")));
        QVERIFY(shown.says(QStringLiteral("Did you mean learning rate?")));
        QVERIFY(shown.page.term().isEmpty());
        QTest::keyClick(shown.page.search(), Qt::Key_Return);
        QVERIFY(shown.places.empty());
        QPushButton* all = shown.link(QStringLiteral("Show all terms"));
        QVERIFY(all);
        all->setFocus();
        QTest::keyClick(all, Qt::Key_Space);
        QCOMPARE(shown.listed().size(), 3);
        QVERIFY(shown.page.search()->hasFocus());
    }

    void aLinkLeadsToItsTerm() {
        Shown shown(QStringLiteral("learning rate"));
        QPushButton* link = shown.link(QStringLiteral("batch"));
        link->setFocus();
        QTest::keyClick(link, Qt::Key_Space);
        QCOMPARE(shown.places, (std::vector<Place>{{QStringLiteral("glossary"), QStringLiteral("batch")}}));
        QCOMPARE(shown.page.term(), QStringLiteral("batch"));
        QVERIFY(shown.page.list()->hasFocus());  // the link is gone
        QTest::keyClick(shown.page.list(), Qt::Key_Down);
        QCOMPARE(shown.page.term(), QStringLiteral("learning rate"));
    }

    void aTermThatTheSearchHidesIsOpenedAllTheSame() {
        Shown shown;
        QTest::keyClicks(shown.page.search(), QStringLiteral("lr"));
        QCOMPARE(shown.listed().size(), 1);
        shown.page.open(QStringLiteral("batch"));
        QCOMPARE(shown.page.term(), QStringLiteral("batch"));
        QCOMPARE(shown.listed().size(), 3);
    }

    void aSettingIsExplainedByItsTerm() {
        FakeServices fakes;
        const PageTable table = makePageTable(fakes.services);
        const PageEntry& entry = table.back();
        QCOMPARE(entry.id, QStringLiteral("glossary"));
        QCOMPARE(entry.explain(QStringLiteral("train.optimizer.lr")), QStringLiteral("learning rate"));
        QVERIFY(entry.explain(QStringLiteral("train.data.ignore")).isEmpty());
        std::vector<Place> places;
        for (const PaletteEntry& one : entry.commands([&](const Place& place) { places.push_back(place); }))
            one.run();
        QCOMPARE(places.size(), std::size_t{4});
        QCOMPARE(places.back(), (Place{QStringLiteral("glossary"), QStringLiteral("step")}));
    }
};

QTEST_MAIN(tst_GlossaryPage)
#include "tst_glossarypage.moc"
