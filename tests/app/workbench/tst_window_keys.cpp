// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a mouse: Tab reaches everything in sight, arrows choose, Space acts, Ctrl+C copies rows, and the keys that the
// palette names do what it says.
#include "windowfixture.h"

#include <QAbstractSpinBox>
#include <QButtonGroup>
#include <QComboBox>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QSet>

#include <algorithm>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_keys : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    static bool isControl(const QWidget* one) {
        const QWidget* parent = one->parentWidget();
        if (qobject_cast<const QLineEdit*>(parent) || qobject_cast<const QComboBox*>(parent) ||
            qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QKeySequenceEdit*>(parent) ||
            qobject_cast<const QTabBar*>(parent) || qobject_cast<const QHeaderView*>(one))
            return false;  // a part of that
        return qobject_cast<const QAbstractButton*>(one) || qobject_cast<const QKeySequenceEdit*>(one) ||
               qobject_cast<const QAbstractItemView*>(one) || qobject_cast<const QComboBox*>(one) ||
               qobject_cast<const QLineEdit*>(one) || qobject_cast<const QTabBar*>(one);
    }
    // What Tab does not come to, however often it is pressed. Of buttons of which one is chosen, the chosen one stands for all.
    QStringList unreached() const {
        m_hands.window().activateWindow();
        if (!QTest::qWaitForWindowActive(&m_hands.window())) return {u"the window"_s};
        QSet<const QWidget*> reached;
        for (int step = 0; step < 300; ++step) {
            m_hands.key(Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        QStringList left;
        for (const QWidget* one : m_hands.window().findChildren<QWidget*>()) {
            if (!isControl(one) || !one->isVisible() || !one->isEnabled() || reached.contains(one)) continue;
            const auto* button = qobject_cast<const QAbstractButton*>(one);
            const QList<QAbstractButton*> together =
                button && button->group() ? button->group()->buttons() : QList<QAbstractButton*>();
            if (std::any_of(together.begin(), together.end(),
                            [&](const QAbstractButton* other) { return reached.contains(other); }))
                continue;
            left.append(QString::fromUtf8(one->metaObject()->className()) + u' ' +
                        (button ? button->text() : QString()) + u' ' + one->accessibleName());
        }
        return left;
    }

private Q_SLOTS:
    void initTestCase() {
        m_hands.write(m_hands.path(u"config"_s),
                      "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                      "users: [{name: u, user: {token: t}}]\n"
                      "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n");
        TRY(m_hands.open(
            m_hands.shellJob(u"keys"_s, "echo hello; printf weights > model.txt", "outputs: [model.txt]\n")));
    }
    void init() { failOnWarnings(); }

    void aRunIsStarted() {
        TRY(m_hands.press(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        QCOMPARE(unreached().join(u", "_s), QString());
    }

    void theTimelineIsReadAndCopied() {
        TRY(m_hands.keyTab(u"Timeline"_s));
        QVERIFY(m_hands.cell(u"Timeline"_s, u"Succeeded"_s).isValid());
        QCOMPARE(unreached().join(u", "_s), QString());
        const QStringList all = m_hands.copied(u"Timeline"_s, true);
        const auto* table = m_hands.named<QAbstractItemView>(u"Timeline"_s);
        QCOMPARE(all.size(), table->model()->rowCount());
        for (const QString& row : all) QCOMPARE(row.count(u'\t'), 4);
        m_hands.key(Qt::Key_Home);
        QCOMPARE(table->currentIndex().row(), 0);
        QCOMPARE(m_hands.copied(u"Timeline"_s, false), QStringList{all.at(1)});
        QVERIFY(table->hasFocus());
    }

    void theResultIsCopiedAndVerified() {
        TRY(m_hands.keyTab(u"Result"_s));
        SOON(m_hands.says(u"1 file in the result."_s));
        QCOMPARE(unreached().join(u", "_s), QString());
        const QStringList rows = m_hands.copied(u"Files of the result"_s, true);
        QCOMPARE(rows.size(), 1);
        QVERIFY2(rows.front().startsWith(u"model.txt\t7 B\tsha256:"_s), qPrintable(rows.front()));
        TRY(m_hands.press(u"Copy path"_s));
        QCOMPARE(QApplication::clipboard()->text(), m_hands.runFolder(1) + u"/result"_s);
        const QString model = m_hands.runFolder(1) + u"/result/model.txt"_s;
        m_hands.write(model, "weightz");
        SOON(m_hands.says(u"1 file in the result, changed since verified."_s));
        TRY(m_hands.press(u"Verify"_s));
        SOON(m_hands.says(u"model.txt is not what the run saved"_s));
        SOON(m_hands.says(u"1 file in the result, not verified yet."_s));
        m_hands.write(model, "weights");
        TRY(m_hands.press(u"Verify"_s));
        SOON(m_hands.says(u"1 file in the result."_s));
        QVERIFY(!m_hands.hasButton(u"Verify"_s));
    }

    void theClustersAreAskedAndCopied() {
        TRY(m_hands.tabToWhat([](const QWidget* one) { return one->property("role") == u"rail"_s; }));
        while (m_hands.window().place().page != u"clusters"_s) {
            const QString before = m_hands.window().place().page;
            m_hands.key(Qt::Key_Down);
            QVERIFY(m_hands.window().place().page != before);
        }
        QVERIFY(m_hands.cell(u"Clusters"_s, u"Unreachable"_s).isValid());
        QCOMPARE(unreached().join(u", "_s), QString());
        const QStringList rows = m_hands.copied(u"Clusters"_s, false);
        QCOMPARE(rows.size(), 1);
        QVERIFY2(rows.front().startsWith(u"team-a\tUnreachable\t"_s), qPrintable(rows.front()));
        m_hands.write(m_hands.path(u"config"_s), "apiVersion: v1\nkind: Config\n");
        TRY(m_hands.press(u"Ask again"_s));
        SOON(m_hands.says(u"No clusters"_s));
        TRY(m_hands.press(u"Look again"_s));
    }

    void thePalettesKeysDoWhatItSays() {
        const QStringList pages{u"workspace"_s, u"runs"_s,     u"gpus"_s,
                                u"clusters"_s,  u"settings"_s, u"glossary"_s};
        for (int at = 0; at < pages.size(); ++at) {
            TRY(m_hands.shortcut(static_cast<Qt::Key>(Qt::Key_1 + at), Qt::ControlModifier));
            QCOMPARE(m_hands.window().place().page, pages.at(at));
            QCOMPARE(unreached().join(u", "_s), QString());
        }
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        QCOMPARE(m_hands.window().place().page, pages.at(pages.size() - 2));
        TRY(m_hands.shortcut(Qt::Key_Right, Qt::AltModifier));
        QCOMPARE(m_hands.window().place().page, pages.back());
        TRY(m_hands.open(u"last"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        TRY(m_hands.shortcut(Qt::Key_J, Qt::ControlModifier));
        QVERIFY(m_hands.named<QAbstractItemView>(u"Log lines"_s));
        QCOMPARE(unreached().join(u", "_s), QString());
        QVERIFY(m_hands.copied(u"Log lines"_s, true).join(u'\n').contains(u"hello"_s));
        TRY(m_hands.press(u"Close the log"_s));
        SOON(m_hands.says(u"Where can it run?"_s));
        TRY(m_hands.shortcut(Qt::Key_B, Qt::ControlModifier));
        SOON(!m_hands.says(u"Where can it run?"_s));
        TRY(m_hands.shortcut(Qt::Key_B, Qt::ControlModifier));
        SOON(m_hands.says(u"Where can it run?"_s));
    }
};

QTEST_MAIN(tst_window_keys)
#include "tst_window_keys.moc"
