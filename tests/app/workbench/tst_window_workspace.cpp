// SPDX-License-Identifier: GPL-3.0-or-later
// The Workspace page by hand: its empty state, a folder added, a job made, found, opened; an example copied.
#include "windowfixture.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_workspace : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aFolderIsAdded() {
        m_hands.settings().workspace.clear();
        m_hands.shellJob(u"greet"_s, "echo hello");
        TRY(m_hands.open());
        QVERIFY(m_hands.cell(u"Jobs"_s, u"Examples"_s).isValid());
        SOON(m_hands.says(u"0 jobs"_s));
        TRY(m_hands.click(u"Add folder"_s));
        auto* dialog = m_hands.find<QFileDialog>([](const QFileDialog*) { return true; });
        QVERIFY(dialog);
        auto* name = dialog->findChild<QLineEdit*>(u"fileNameEdit"_s);
        QVERIFY(name);
        QGuiApplication::clipboard()->setText(m_hands.path(u"work"_s));
        TRY(WindowFixture::typeInto(name, {}));
        QTest::keyClick(name, Qt::Key_V, Qt::ControlModifier);
        auto* choices = dialog->findChild<QDialogButtonBox*>();
        QTest::mouseClick(choices->button(QDialogButtonBox::Open), Qt::LeftButton);
        QVERIFY(m_hands.cell(u"Jobs"_s, u"greet"_s).isValid());
        SOON(m_hands.says(u"1 job"_s));
    }

    void aNewJobIsMadeAndOpened() {
        TRY(m_hands.choose(u"New job"_s, u"Program"_s));
        SOON(m_hands.says(u"my-program"_s) && m_hands.chipSays(u"Draft"_s));
        QVERIFY(QFile::exists(m_hands.work(u"my-program/job.yaml"_s)));
        QVERIFY(QFile::exists(m_hands.work(u"my-program/train.py"_s)));
        TRY(m_hands.shortcut(Qt::Key_Left, Qt::AltModifier));  // back
        QVERIFY(m_hands.cell(u"Jobs"_s, u"my-program"_s).isValid());
        QVERIFY(m_hands.cell(u"Jobs"_s, u"never run"_s).isValid());
    }

    void aJobIsFoundAndOpened() {
        TRY(m_hands.type(u"Filter jobs"_s, u"greet"_s));
        const auto* table = m_hands.named<QAbstractItemView>(u"Jobs"_s);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->rowCount(table->model()->index(0, 0)), 1);
        TRY(m_hands.clickCell(u"Jobs"_s, u"greet"_s));
        m_hands.key(Qt::Key_Return);
        SOON(m_hands.hasButton(u"Run here"_s) && m_hands.says(u"greet"_s));
    }

    void anExampleIsCopied() {
        TRY(m_hands.click(u"Workspace"_s));
        TRY(m_hands.type(u"Filter jobs"_s, u"python"_s));
        TRY(m_hands.clickCell(u"Jobs"_s, u"program-python"_s, true));
        SOON(QFile::exists(m_hands.work(u"program-python/job.yaml"_s)));
        SOON(m_hands.hasButton(u"Run here"_s));
    }

    void aBrokenJobIsListedWithItsProblem() {
        m_hands.write(m_hands.work(u"broken/job.yaml"_s), "name: broken\nprogram: {comand: [sh]}\n");
        TRY(m_hands.open());
        QVERIFY(m_hands.cell(u"Jobs"_s, u"problem"_s).isValid());
    }
};

QTEST_MAIN(tst_window_workspace)
#include "tst_window_workspace.moc"
