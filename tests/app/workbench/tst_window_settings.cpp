// SPDX-License-Identifier: GPL-3.0-or-later
// The Settings page with its real file: what is typed is kept and found again, what does not fit is refused, another shortcut works
// at once.
#include "windowfixture.h"

#include <QKeySequenceEdit>
#include <QLineEdit>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_settings : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    QByteArray kept() const { return WindowFixture::read(m_hands.path(u"home/settings.yaml"_s)); }

private Q_SLOTS:
    void initTestCase() {
        m_hands.write(m_hands.path(u"home/runs/1/result/weights"_s), QByteArray(2'000'000, 'x'));
    }
    void init() { failOnWarnings(); }

    void whatIsTypedIsKept() {
        TRY(m_hands.open(u"settings"_s));
        SOON(m_hands.named<QLineEdit>(u"currency"_s)->text() == u"EUR"_s);
        TRY(m_hands.type(u"disk budget"_s, u"80"_s));
        m_hands.key(Qt::Key_Tab);
        SOON(kept() == "disk_budget: 80\n");
        TRY(m_hands.type(u"registry"_s, u"reg.example:5000/team"_s));
        m_hands.key(Qt::Key_Return);
        SOON(kept().contains("registry: \"reg.example:5000/team\""));

        TRY(m_hands.open(u"settings"_s));
        SOON(m_hands.named<QLineEdit>(u"disk budget"_s)->text() == u"80"_s);
        QCOMPARE(m_hands.named<QLineEdit>(u"registry"_s)->text(), u"reg.example:5000/team"_s);
    }

    void whatDoesNotFitIsRefused() {
        const QByteArray before = kept();
        TRY(m_hands.type(u"energy"_s, u"cheap"_s));
        m_hands.key(Qt::Key_Tab);
        SOON(m_hands.says(u"`energy_price` takes a number from 0 to 1000"_s));
        QCOMPARE(kept(), before);
        TRY(m_hands.type(u"energy"_s, u"0.3"_s));
        m_hands.key(Qt::Key_Tab);
        SOON(kept().contains("energy_price: 0.3"));
        SOON(!m_hands.says(u"`energy_price` takes"_s));
    }

    void anotherShortcutWorksAtOnce() {
        auto* keys = m_hands.named<QKeySequenceEdit>(u"Keys for: Command palette"_s);
        QVERIFY(keys != nullptr);
        keys->setFocus();
        QTest::keyClick(keys, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        SOON(m_hands.hasButton(u"Reset"_s));  // the field waits a moment for more keys
        TRY(m_hands.shortcut(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier));
        QVERIFY(m_hands.window().palette()->isVisible());
        m_hands.key(Qt::Key_Escape);

        TRY(m_hands.open(u"settings"_s));
        TRY(m_hands.click(u"Reset"_s));
        TRY(m_hands.shortcut(Qt::Key_K, Qt::ControlModifier));
        QVERIFY(m_hands.window().palette()->isVisible());
        m_hands.key(Qt::Key_Escape);
    }
};

QTEST_MAIN(tst_window_settings)
#include "tst_window_settings.moc"
