// SPDX-License-Identifier: GPL-3.0-or-later
// The window around the pages by hand: the command palette, the tasks strip, the Settings page.
#include "backends/services/settingsfile.h"
#include "widgets/common/commandpalette.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/settings.h"
#include "widgets/common/tasksstrip.h"
#include "windowfixture.h"

#include <QCursor>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QWhatsThis>

#include <algorithm>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_commands : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    bool command(const QString& letters) const {
        if (!m_hands.shortcut(Qt::Key_K, Qt::ControlModifier)) return false;
        auto* field = m_hands.named<QLineEdit>(u"Go to, or run a command"_s);
        if (!field) return false;
        QTest::keyClicks(field, letters);
        QTest::keyClick(field, Qt::Key_Return);
        return !m_hands.window().palette()->isVisible();
    }

private Q_SLOTS:
    void initTestCase() { m_hands.shellJob(u"greet"_s, "echo hello"); }
    void init() { failOnWarnings(); }

    void thePaletteGoesAndActs() {
        TRY(m_hands.open());
        QVERIFY(m_hands.cell(u"Jobs"_s, u"greet"_s).isValid());
        TRY(command(u"go settings"_s));
        QCOMPARE(m_hands.window().place().page, u"settings"_s);
        TRY(command(u"go work"_s));
        TRY(command(u"open greet"_s));
        TRY(m_hands.find<QAbstractButton>(
            [](const QAbstractButton* one) { return one->text() == u"Run here"_s && one->isEnabled(); }));
        TRY(command(u"run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        TRY(command(u"show timeline"_s));
        QVERIFY(m_hands.cell(u"Timeline"_s, u"Succeeded"_s).isValid());
    }

    void thePaletteIsClosedByEscapeAndChosenFromByMouse() {
        TRY(m_hands.click(u"Command palette"_s));
        QVERIFY(m_hands.named<QLineEdit>(u"Go to, or run a command"_s));
        m_hands.key(Qt::Key_Escape);
        QVERIFY(!m_hands.window().palette()->isVisible());
        TRY(m_hands.click(u"Command palette"_s));
        QTest::keyClicks(m_hands.window().palette()->field(), u"go to runs"_s);
        TRY(m_hands.clickCell(u"Matches"_s, u"Go to Runs"_s));
        QCOMPARE(m_hands.window().place().page, u"runs"_s);
    }

    void f1LooksTheFieldUpOrSaysItsWords() {
        TRY(m_hands.open(m_hands.work(u"greet"_s)));
        const auto field = [this](const QString& path) {
            return m_hands.find<QLineEdit>(
                [&](const QLineEdit* one) { return one->property("path") == path; });
        };
        const auto pointTo = [](const QWidget* one) {
            QCursor::setPos(one->mapToGlobal(one->rect().center()));
        };
        const Place greet = m_hands.window().place();
        const auto* title =
            m_hands.find<QLabel>([](const QLabel* one) { return one->text() == u"job.yaml"_s; });
        QVERIFY(title);
        pointTo(title);  // which has nothing to say
        QLineEdit* replicas = field(u"replicas"_s);
        QVERIFY(replicas);
        replicas->setFocus();
        QTest::keyClick(replicas, Qt::Key_F1);
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"rank"_s}));
        SOON(m_hands.says(u"One of the processes that train together"_s));
        // Back to the field, as it was.
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        QCOMPARE(m_hands.window().place(), greet);
        SOON(replicas->hasFocus());
        // What the text's cursor is at, and what the pointer is on.
        auto* editor = m_hands.named<QPlainTextEdit>(u"Job file"_s);
        editor->setTextCursor(editor->document()->find(u"memory"_s));
        editor->setFocus();
        QTest::keyClick(editor, Qt::Key_F1);
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"resource request"_s}));
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        pointTo(field(u"resources.slice"_s));
        TRY(m_hands.shortcut(Qt::Key_F1, {}));
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"slice"_s}));
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        // A field that no term is for has words of its own.
        QLineEdit* folder = field(u"program.folder"_s);
        QVERIFY(folder && !folder->toolTip().isEmpty());
        pointTo(folder);
        folder->setFocus();
        QTest::keyClick(folder, Qt::Key_F1);
        const auto isExplained = [] {
            const QWidgetList tops = QApplication::topLevelWidgets();
            return std::any_of(tops.begin(), tops.end(), [](const QWidget* one) {
                return one->inherits("QWhatsThat") && one->isVisible();
            });
        };
        SOON(isExplained());
        QCOMPARE(m_hands.window().place(), greet);
        QWhatsThis::hideText();
        // What has none opens the glossary.
        TRY(m_hands.click(u"Runs"_s));
        auto* runs = m_hands.named<QAbstractItemView>(u"Runs"_s);
        runs->setFocus();
        pointTo(runs);
        TRY(m_hands.shortcut(Qt::Key_F1, {}));
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, {}}));
    }

    void theGlossaryIsSearchedByKeysAlone() {
        TRY(m_hands.open());
        TRY(command(u"look up a term"_s));
        auto* search = m_hands.named<QLineEdit>(u"Find a term"_s);
        SOON(search->hasFocus());
        QTest::keyClicks(search, u"cohort"_s);
        SOON(m_hands.says(u"lend each other what they do not use"_s));
        m_hands.key(Qt::Key_Return);
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"cohort"_s}));
        TRY(m_hands.press(u"quota"_s));
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"quota"_s}));
        SOON(m_hands.says(u"What is above it waits"_s));
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));
        SOON(!m_hands.says(u"What is above it waits"_s));
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"cohort"_s}));
        TRY(command(u"term: mig"_s));
        QCOMPARE(m_hands.window().place(), (Place{u"glossary"_s, u"MIG"_s}));
    }

    void thePaletteHasRunsAndThemesOnEveryPage() {
        TRY(m_hands.open(u"settings"_s));
        const auto offers = [this](const QString& letters) {
            m_hands.window().palette()->hide();
            if (!m_hands.click(u"Command palette"_s)) return false;
            QTest::keyClicks(m_hands.window().palette()->field(), letters);
            return m_hands.window().palette()->list()->currentIndex().data().toString().contains(
                letters, Qt::CaseInsensitive);
        };
        SOON(offers(u"run #1 greet"_s));
        SOON(offers(u"open greet"_s));
        TRY(offers(u"theme: dark"_s));
        m_hands.key(Qt::Key_Return);
        QVERIFY(theme::isDark());
        QCOMPARE(m_hands.named<SegmentedControl>(u"Theme"_s)->currentIndex(),
                 static_cast<int>(ThemeChoice::Dark));
        TRY(command(u"theme: light"_s));
        QVERIFY(!theme::isDark());
        TRY(command(u"run #1 greet"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
    }

    void aTaskIsSeenAndCancelled() {
        // An agent that does not begin.
        m_hands.write(m_hands.path(u"slow/slipway-agent"_s), "#!/bin/sh\nexec sleep 600\n");
        QFile::setPermissions(m_hands.path(u"slow/slipway-agent"_s),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_hands.settings().programs = m_hands.path(u"slow"_s);
        TRY(m_hands.open(m_hands.work(u"greet"_s)));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.says(u"Starting greet"_s) && m_hands.hasButton(u"Starting"_s));
        TRY(m_hands.click(u"Cancel the task"_s));
        SOON(!m_hands.says(u"Starting greet"_s));
        SOON(m_hands.hasButton(u"Run here"_s));
        m_hands.settings().programs = QString::fromUtf8(kBinDir);
    }

    void settingsAreSetAndKept() {
        TRY(m_hands.open(u"settings"_s));
        QVERIFY(m_hands.says(m_hands.path(u"home"_s)) && m_hands.says(m_hands.path(u"config"_s)));
        auto* look = m_hands.named<SegmentedControl>(u"Theme"_s);
        QVERIFY(look);
        const QColor light = theme::color(Tone::Surface);
        QTest::mouseClick(look, Qt::LeftButton, {}, QPoint(look->width() - 6, look->height() / 2));
        QTRY_VERIFY(theme::color(Tone::Surface) != light);
        QTest::keyClick(look, Qt::Key_Left);
        QTRY_COMPARE(theme::color(Tone::Surface), light);
        QTest::keyClick(look, Qt::Key_Right);
        TRY(m_hands.click(u"Remove"_s));
        SOON(m_hands.says(u"None yet"_s));
        // On disk while the window is open, so that a kill loses none of it.
        const auto kept = [this] { return WindowFixture::read(m_hands.path(u"home/workbench.ini"_s)); };
        SOON(kept().contains("theme=dark"));
        const QByteArray before = kept();
        m_hands.window().resize(1200, 800);
        SOON(kept() != before);
        m_hands.close();
        const SettingsFile file(m_hands.path(u"home/workbench.ini"_s));
        const UiState state(file.values());
        QCOMPARE(state.theme(), ThemeChoice::Dark);
        QVERIFY(state.workspaces().isEmpty());
        QVERIFY(QFile::exists(m_hands.work(u"greet/job.yaml"_s)));  // nothing on disk changes
    }

    // `slipway open` always names the home; the program started by itself finds the same one.
    void settingsAreInTheHomeHoweverItIsNamed() {
        qputenv("SLIPWAY_HOME", m_hands.path(u"home"_s).toUtf8());
        m_hands.settings().home.clear();
        m_hands.settings().theme.clear();
        TRY(m_hands.open(u"settings"_s));
        QVERIFY(theme::isDark());
        m_hands.close();
        qunsetenv("SLIPWAY_HOME");
        m_hands.settings().home = m_hands.path(u"home"_s);
    }
};

QTEST_MAIN(tst_window_commands)
#include "tst_window_commands.moc"
